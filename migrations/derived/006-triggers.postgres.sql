-- As on SQLite: see there what each table is for.
CREATE TABLE derived.trigger_source(
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE);
CREATE TABLE derived.trigger_version(
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source integer NOT NULL,
  version text COLLATE "C" NOT NULL,
  pass_group integer NOT NULL,
  UNIQUE(source, version));

-- Each run that counts for a trigger
CREATE TABLE derived.trigger_run(
  test integer NOT NULL,
  trigger_version integer NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  exitcode integer,
  version text COLLATE "C" NOT NULL,
  PRIMARY KEY(test, trigger_version, run_id));

-- What follows from them: the outcome, and the run that decided
CREATE TABLE derived.trigger_outcome(
  trigger_version integer NOT NULL,
  package text COLLATE "C" NOT NULL,
  test integer NOT NULL,
  outcome integer NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  exitcode integer,
  version text COLLATE "C" NOT NULL,
  PRIMARY KEY(trigger_version, package, test));
CREATE INDEX trigger_outcome_ix ON derived.trigger_outcome(trigger_version, outcome, package, test);
CREATE INDEX trigger_failure_test_ix ON derived.trigger_outcome(test) WHERE outcome IN (2, 3, 4);
CREATE INDEX trigger_failure_run_ix ON derived.trigger_outcome(outcome, run_id) WHERE outcome IN (2, 3, 4);

-- How many tests of a release and arch have an outcome
CREATE TABLE derived.trigger_count(
  trigger_version integer NOT NULL,
  release_arch integer NOT NULL,
  outcome integer NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY(trigger_version, release_arch, outcome));

-- How many triggers pass at a test with which version, all (pass_group 0) and by source
CREATE TABLE derived.trigger_pass(
  test integer NOT NULL,
  pass_group integer NOT NULL,
  version text COLLATE "C" NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY(test, pass_group, version));

-- The version of its package in the archive with which a test was judged
CREATE TABLE derived.trigger_test(
  test integer PRIMARY KEY,
  current text COLLATE "C");

-- One row: what all of this was made from, how far, and by which rules
CREATE TABLE derived.trigger_progress(
  one integer PRIMARY KEY CHECK (one = 1),
  database_id text COLLATE "C",
  position text COLLATE "C",
  reached text COLLATE "C",
  rules integer NOT NULL);
INSERT INTO derived.trigger_progress(one, database_id, position, rules) VALUES (1, NULL, NULL, 0);
