-- A test's newest run that says something of it, and was not made with the release as it is: most tests did not run lately,
-- so that most results at a moment are found here. The verdict's number plus ten, and the run id; filled in as the index of
-- runs is made again.
ALTER TABLE test ADD COLUMN told TEXT;
DROP INDEX test_release_ix;
CREATE INDEX test_release_ix ON test(release, id, package, arch, told);
