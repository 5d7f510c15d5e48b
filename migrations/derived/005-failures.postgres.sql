-- As on SQLite: see there what each table is for.

CREATE TABLE derived.signature(
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hash text COLLATE "C" NOT NULL UNIQUE,
  text text NOT NULL,
  words text NOT NULL);
CREATE INDEX signature_words_ix ON derived.signature USING gin (array_to_tsvector(string_to_array(words, ' ')));

CREATE TABLE derived.failure(
  test integer NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  subtest text NOT NULL,
  lines text NOT NULL,
  signature integer,
  PRIMARY KEY(test, run_id, number));
CREATE INDEX failure_run_ix ON derived.failure(run_id, test) WHERE number = 0;

CREATE TABLE derived.signature_run(
  signature integer NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  test integer NOT NULL,
  PRIMARY KEY(signature, run_id, test));
CREATE INDEX signature_run_test_ix ON derived.signature_run(signature, test, run_id);

CREATE TABLE derived.signature_count(
  signature integer NOT NULL,
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  runs integer NOT NULL,
  tests integer NOT NULL,
  first_run text COLLATE "C" NOT NULL,
  last_run text COLLATE "C" NOT NULL,
  PRIMARY KEY(signature, release, arch));
CREATE INDEX signature_count_last_ix ON derived.signature_count(release, last_run, signature) WHERE arch = '';
CREATE INDEX signature_count_first_ix ON derived.signature_count(release, first_run, signature) WHERE arch = '';
CREATE INDEX signature_count_runs_ix ON derived.signature_count(release, runs, signature) WHERE arch = '';
CREATE INDEX signature_count_tests_ix ON derived.signature_count(release, tests, signature) WHERE arch = '';

ALTER TABLE derived.detail ADD COLUMN failure_rules integer;

CREATE TABLE derived.failure_queue(
  run_id text COLLATE "C" NOT NULL,
  test integer NOT NULL,
  PRIMARY KEY(run_id, test));

CREATE TABLE derived.failure_progress(
  one integer PRIMARY KEY CHECK (one = 1),
  rules integer,
  since text COLLATE "C" NOT NULL,
  total integer NOT NULL,
  waiting integer NOT NULL);
INSERT INTO derived.failure_progress VALUES (1, NULL, '', 0, 0);
