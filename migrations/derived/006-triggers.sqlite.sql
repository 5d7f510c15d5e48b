-- What became of each trigger at each test. Versions of sources by their numbers; pass_group is the source's number where
-- only triggers of the same source tell whether a test ever passed, else 0.
CREATE TABLE trigger_source(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);
CREATE TABLE trigger_version(
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  version TEXT NOT NULL,
  pass_group INTEGER NOT NULL,
  UNIQUE(source, version));

-- Each run that counts for a trigger
CREATE TABLE trigger_run(
  test INTEGER NOT NULL,
  trigger_version INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  exitcode INTEGER,
  version TEXT NOT NULL,
  PRIMARY KEY(test, trigger_version, run_id)) WITHOUT ROWID;

-- What follows from them: the outcome, and the run that decided
CREATE TABLE trigger_outcome(
  trigger_version INTEGER NOT NULL,
  package TEXT NOT NULL,
  test INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  exitcode INTEGER,
  version TEXT NOT NULL,
  PRIMARY KEY(trigger_version, package, test)) WITHOUT ROWID;
CREATE INDEX trigger_outcome_ix ON trigger_outcome(trigger_version, outcome, package, test);
CREATE INDEX trigger_failure_test_ix ON trigger_outcome(test) WHERE outcome IN (2, 3, 4);
CREATE INDEX trigger_failure_run_ix ON trigger_outcome(outcome, run_id) WHERE outcome IN (2, 3, 4);

-- How many tests of a release and arch have an outcome
CREATE TABLE trigger_count(
  trigger_version INTEGER NOT NULL,
  release_arch INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY(trigger_version, release_arch, outcome)) WITHOUT ROWID;

-- How many triggers pass at a test with which version, all (pass_group 0) and by source
CREATE TABLE trigger_pass(
  test INTEGER NOT NULL,
  pass_group INTEGER NOT NULL,
  version TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY(test, pass_group, version)) WITHOUT ROWID;

-- The version of its package in the archive with which a test was judged
CREATE TABLE trigger_test(
  test INTEGER PRIMARY KEY,
  current TEXT);

-- One row: what all of this was made from, how far, and by which rules
CREATE TABLE trigger_progress(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  database_id TEXT,
  position TEXT,
  reached TEXT,
  rules INTEGER NOT NULL);
INSERT INTO trigger_progress(one, database_id, position, rules) VALUES (1, NULL, NULL, 0);
