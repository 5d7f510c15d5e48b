-- What the runs of a test in a year say of it beside what was tested. Told by names: they outlive the numbers of tests.
CREATE TABLE steadiness(
  package TEXT NOT NULL,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  runs INTEGER NOT NULL,
  flakes INTEGER NOT NULL,
  flake_from TEXT NOT NULL,
  flake_to TEXT NOT NULL,
  retries INTEGER NOT NULL,
  rescued INTEGER NOT NULL,
  retry_seconds INTEGER NOT NULL,
  transitions INTEGER NOT NULL,
  PRIMARY KEY(package, release, arch)) WITHOUT ROWID;
CREATE INDEX steadiness_flakes_ix ON steadiness(flakes, flake_to) WHERE flakes > 0;
CREATE INDEX steadiness_newest_ix ON steadiness(flake_to) WHERE flakes > 0;
CREATE INDEX steadiness_time_ix ON steadiness(retry_seconds) WHERE retries > 0;

-- The sums of a release on an architecture
CREATE TABLE steadiness_sum(
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  retries INTEGER NOT NULL,
  rescued INTEGER NOT NULL,
  PRIMARY KEY(release, arch)) WITHOUT ROWID;

-- Tests whose runs have changed since they were counted; the stamp tells whether they changed again meanwhile
CREATE TABLE steadiness_queue(
  package TEXT NOT NULL,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  PRIMARY KEY(package, release, arch)) WITHOUT ROWID;

-- One row: what it was counted from, how far, by which rules, and the next stamp
CREATE TABLE steadiness_progress(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  database_id TEXT,
  position TEXT,
  rules INTEGER NOT NULL,
  stamp INTEGER NOT NULL);
INSERT INTO steadiness_progress(one, database_id, position, rules, stamp) VALUES (1, NULL, NULL, 0, 1);
