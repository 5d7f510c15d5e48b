-- Ways of failing: the line that says why, without what varies from run to run. `hash` is its address, `words` what it is
-- searched by.
CREATE TABLE signature(
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  words TEXT NOT NULL);

CREATE VIRTUAL TABLE signature_search USING fts5(
  words, content='signature', content_rowid='id', tokenize="unicode61 remove_diacritics 0", prefix='3');
CREATE TRIGGER signature_added AFTER INSERT ON signature BEGIN
  INSERT INTO signature_search(rowid, words) VALUES (new.id, new.words);
END;
CREATE TRIGGER signature_removed AFTER DELETE ON signature BEGIN
  INSERT INTO signature_search(signature_search, rowid, words) VALUES ('delete', old.id, old.words);
END;

-- Why the tests inside a run failed: of each at most three lines as JSON, best first. The first of a run is its own.
CREATE TABLE failure(
  test INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  subtest TEXT NOT NULL,
  lines TEXT NOT NULL,
  signature INTEGER,
  PRIMARY KEY(test, run_id, number)) WITHOUT ROWID;
-- What is old goes first
CREATE INDEX failure_run_ix ON failure(run_id, test) WHERE number = 0;

-- The runs that failed in one way, once each, however many of their tests did
CREATE TABLE signature_run(
  signature INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  test INTEGER NOT NULL,
  PRIMARY KEY(signature, run_id, test)) WITHOUT ROWID;
CREATE INDEX signature_run_test_ix ON signature_run(signature, test, run_id);

-- How many of them there are: in all (release and arch are ''), in a release (arch is ''), on one of its architectures
CREATE TABLE signature_count(
  signature INTEGER NOT NULL,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  runs INTEGER NOT NULL,
  tests INTEGER NOT NULL,
  first_run TEXT NOT NULL,
  last_run TEXT NOT NULL,
  PRIMARY KEY(signature, release, arch)) WITHOUT ROWID;
CREATE INDEX signature_count_last_ix ON signature_count(release, last_run, signature) WHERE arch = '';
CREATE INDEX signature_count_first_ix ON signature_count(release, first_run, signature) WHERE arch = '';
CREATE INDEX signature_count_runs_ix ON signature_count(release, runs, signature) WHERE arch = '';
CREATE INDEX signature_count_tests_ix ON signature_count(release, tests, signature) WHERE arch = '';

-- The version of the rules that found the failures of a run; NULL: nobody has looked for them yet
ALTER TABLE detail ADD COLUMN failure_rules INTEGER;

-- Runs from before whose logs are to be read again
CREATE TABLE failure_queue(
  run_id TEXT NOT NULL,
  test INTEGER NOT NULL,
  PRIMARY KEY(run_id, test)) WITHOUT ROWID;

-- One row: by which rules and back to which run logs are read again, how many there were, and how many are left
CREATE TABLE failure_progress(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  rules INTEGER,
  since TEXT NOT NULL,
  total INTEGER NOT NULL,
  waiting INTEGER NOT NULL);
INSERT INTO failure_progress VALUES (1, NULL, '', 0, 0);
