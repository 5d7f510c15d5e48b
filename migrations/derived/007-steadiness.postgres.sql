-- As on SQLite: see there what each table is for.
CREATE TABLE derived.steadiness(
  package text COLLATE "C" NOT NULL,
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  runs integer NOT NULL,
  flakes integer NOT NULL,
  flake_from text COLLATE "C" NOT NULL,
  flake_to text COLLATE "C" NOT NULL,
  retries integer NOT NULL,
  rescued integer NOT NULL,
  retry_seconds bigint NOT NULL,
  transitions integer NOT NULL,
  PRIMARY KEY(package, release, arch));
CREATE INDEX steadiness_flakes_ix ON derived.steadiness(flakes, flake_to) WHERE flakes > 0;
CREATE INDEX steadiness_newest_ix ON derived.steadiness(flake_to) WHERE flakes > 0;
CREATE INDEX steadiness_time_ix ON derived.steadiness(retry_seconds) WHERE retries > 0;

CREATE TABLE derived.steadiness_sum(
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  retries integer NOT NULL,
  rescued integer NOT NULL,
  PRIMARY KEY(release, arch));

CREATE TABLE derived.steadiness_queue(
  package text COLLATE "C" NOT NULL,
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  stamp bigint NOT NULL,
  PRIMARY KEY(package, release, arch));

CREATE TABLE derived.steadiness_progress(
  one integer PRIMARY KEY CHECK (one = 1),
  database_id text COLLATE "C",
  position text COLLATE "C",
  rules integer NOT NULL,
  stamp bigint NOT NULL);
INSERT INTO derived.steadiness_progress(one, database_id, position, rules, stamp) VALUES (1, NULL, NULL, 0, 1);
