-- Tests that GitHub asked for, each once for a commit, for 30 days. `id` is a digest of commit, test and test name;
-- `params` is JSON; `due` is when there is something to do next, NULL: nothing until the run completes, or ever.
CREATE TABLE state.github_job(
  id text PRIMARY KEY,
  release text NOT NULL,
  arch text NOT NULL,
  package text NOT NULL,
  testname text NOT NULL,
  statuses_url text NOT NULL,
  container text NOT NULL,
  params text NOT NULL,
  address text NOT NULL,
  uuid text NOT NULL,
  step text NOT NULL,
  outcome text,
  run_id text,
  reason text,
  reported text,
  accepted bigint NOT NULL,
  due bigint,
  failures integer NOT NULL);
CREATE INDEX github_job_due_ix ON state.github_job(due) WHERE due IS NOT NULL;
CREATE INDEX github_job_test_ix ON state.github_job(package, release, arch);
CREATE INDEX github_job_accepted_ix ON state.github_job(accepted);
