-- What a test's result was at a moment: its newest run by then that says something of it (not 16, not 99), and was not
-- made with the release as it is. Which runs those are is filled in as the index is made again.
ALTER TABLE run_index ADD COLUMN is_reference INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_index_told_ix ON run_index(test, run_id, verdict) WHERE is_reference = 0 AND verdict NOT IN (3, 5);
CREATE INDEX test_release_ix ON test(release, id, package, arch);
