-- Tests that GitHub asked for, each once for a commit, for 30 days. `id` is a digest of commit, test and test name;
-- `params` is JSON; `due` is when there is something to do next, NULL: nothing until the run completes, or ever.
CREATE TABLE github_job(
  id TEXT PRIMARY KEY,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  package TEXT NOT NULL,
  testname TEXT NOT NULL,
  statuses_url TEXT NOT NULL,
  container TEXT NOT NULL,
  params TEXT NOT NULL,
  address TEXT NOT NULL,
  uuid TEXT NOT NULL,
  step TEXT NOT NULL,
  outcome TEXT,
  run_id TEXT,
  reason TEXT,
  reported TEXT,
  accepted INTEGER NOT NULL,
  due INTEGER,
  failures INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX github_job_due_ix ON github_job(due) WHERE due IS NOT NULL;
CREATE INDEX github_job_test_ix ON github_job(package, release, arch);
CREATE INDEX github_job_accepted_ix ON github_job(accepted);
