-- Runs that told something else of their test than the one before: kept as they are counted with how steady the test is, the
-- newest of each test. By names: they outlive the numbers of tests. `learned` orders what is new: the millisecond in which
-- it was counted, no two alike, or that of the run's end where that was long before.
CREATE TABLE transition(
  package TEXT NOT NULL,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  run_id TEXT NOT NULL,
  before_run TEXT NOT NULL,
  was INTEGER NOT NULL,
  told INTEGER NOT NULL,
  requester TEXT NOT NULL,
  learned INTEGER NOT NULL,
  PRIMARY KEY(package, release, arch, run_id)) WITHOUT ROWID;
CREATE INDEX transition_learned_ix ON transition(learned);
CREATE INDEX transition_package_ix ON transition(package, learned);
CREATE INDEX transition_test_ix ON transition(package, release, arch, learned);
CREATE INDEX transition_release_ix ON transition(release, learned);
CREATE INDEX transition_arch_ix ON transition(arch, learned);
CREATE INDEX transition_release_arch_ix ON transition(release, arch, learned);
CREATE INDEX transition_requester_ix ON transition(requester, learned) WHERE requester <> '';

-- The sources of the triggers of those runs
CREATE TABLE transition_source(
  source TEXT NOT NULL,
  learned INTEGER NOT NULL,
  package TEXT NOT NULL,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY(source, learned, package, release, arch, run_id)) WITHOUT ROWID;
CREATE INDEX transition_source_run_ix ON transition_source(package, release, arch, run_id);
