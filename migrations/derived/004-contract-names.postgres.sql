-- As on SQLite: see there. Views of one table can be written to here, so that websites and daemons of before go on while the
-- new ones come.
ALTER TABLE derived.place RENAME TO release_arch;
ALTER TABLE derived.fact RENAME TO run_index;
ALTER TABLE derived.run_index RENAME COLUMN place TO release_arch;
ALTER TABLE derived.wanted RENAME TO detail_queue;
CREATE VIEW derived.place AS SELECT id, release, arch FROM derived.release_arch;
CREATE VIEW derived.fact AS SELECT release_arch AS place, verdict, run_id, test, requester FROM derived.run_index;
CREATE VIEW derived.wanted AS SELECT run_id, test FROM derived.detail_queue;
