-- As on SQLite: see there what each is for.
ALTER TABLE derived.run_index ADD COLUMN is_reference smallint NOT NULL DEFAULT 0;
CREATE INDEX run_index_told_ix ON derived.run_index(test, run_id, verdict)
  WHERE is_reference = 0 AND verdict NOT IN (3, 5);
CREATE INDEX test_release_ix ON derived.test(release, id, package, arch);
