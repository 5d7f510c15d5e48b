-- Names once, numbers everywhere else: the tables below have a row for each run.
CREATE TABLE test(
  id INTEGER PRIMARY KEY,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  package TEXT NOT NULL,
  UNIQUE(package, release, arch));

CREATE TABLE place(
  id INTEGER PRIMARY KEY,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  UNIQUE(release, arch));

CREATE TABLE requester(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);

-- What runs are looked for by. A filter that leaves place or verdict open merges several stretches of the key,
-- some dozens at most, each of which is in the order of run ids.
CREATE TABLE fact(
  place INTEGER NOT NULL,
  verdict INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  test INTEGER NOT NULL,
  requester INTEGER,
  PRIMARY KEY(place, verdict, run_id, test)) WITHOUT ROWID;

-- Most runs are nobody's wish: they are left out
CREATE INDEX fact_requester_ix ON fact(requester, run_id, test) WHERE requester IS NOT NULL;
CREATE INDEX fact_requester_place_ix ON fact(requester, place, verdict, run_id, test) WHERE requester IS NOT NULL;

-- Runs whose details nobody has looked for yet
CREATE TABLE wanted(
  run_id TEXT NOT NULL,
  test INTEGER NOT NULL,
  PRIMARY KEY(run_id, test)) WITHOUT ROWID;

-- Runs whose details were looked for in vain, and will be again
CREATE TABLE retry(
  run_id TEXT NOT NULL,
  test INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(run_id, test)) WITHOUT ROWID;
CREATE INDEX retry_at_ix ON retry(at);

-- What is known of a run besides its row: subtests and log as JSON, or why there is nothing
CREATE TABLE detail(
  test INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  reason TEXT,
  subtests TEXT,
  log TEXT,
  PRIMARY KEY(test, run_id)) WITHOUT ROWID;

-- One row: what the rest was derived from, how far, and how many runs wait for their details
CREATE TABLE progress(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  database_id TEXT,
  position TEXT,
  generation INTEGER NOT NULL,
  backlog INTEGER NOT NULL);
INSERT INTO progress VALUES (1, NULL, NULL, 1, 0);
