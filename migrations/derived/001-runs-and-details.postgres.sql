-- As on SQLite: see there what each table is for.

CREATE TABLE derived.test(
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  package text COLLATE "C" NOT NULL,
  UNIQUE(package, release, arch));

CREATE TABLE derived.place(
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  UNIQUE(release, arch));

CREATE TABLE derived.requester(
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE);

CREATE TABLE derived.fact(
  place integer NOT NULL,
  verdict smallint NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  test integer NOT NULL,
  requester integer,
  PRIMARY KEY(place, verdict, run_id, test));
CREATE INDEX fact_requester_ix ON derived.fact(requester, run_id, test) WHERE requester IS NOT NULL;
CREATE INDEX fact_requester_place_ix ON derived.fact(requester, place, verdict, run_id, test)
  WHERE requester IS NOT NULL;

CREATE TABLE derived.wanted(
  run_id text COLLATE "C" NOT NULL,
  test integer NOT NULL,
  PRIMARY KEY(run_id, test));

CREATE TABLE derived.retry(
  run_id text COLLATE "C" NOT NULL,
  test integer NOT NULL,
  attempts integer NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY(run_id, test));
CREATE INDEX retry_at_ix ON derived.retry(at);

CREATE TABLE derived.detail(
  test integer NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  reason text,
  subtests text,
  log text,
  PRIMARY KEY(test, run_id));

CREATE TABLE derived.progress(
  one integer PRIMARY KEY CHECK (one = 1),
  database_id text,
  position text,
  backlog bigint NOT NULL);
INSERT INTO derived.progress VALUES (1, NULL, NULL, 0);
