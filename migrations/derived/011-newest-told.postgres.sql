-- As on SQLite: see there what it is for. In byte order, as run ids are compared.
ALTER TABLE derived.test ADD COLUMN told text COLLATE "C";
DROP INDEX derived.test_release_ix;
CREATE INDEX test_release_ix ON derived.test(release, id) INCLUDE (package, arch, told);
