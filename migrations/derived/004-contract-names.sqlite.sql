-- The tables are called what they are. The views are for programs of before that still read; they cannot write any more,
-- and go on as soon as they are the new version.
ALTER TABLE place RENAME TO release_arch;
ALTER TABLE fact RENAME TO run_index;
ALTER TABLE run_index RENAME COLUMN place TO release_arch;
ALTER TABLE wanted RENAME TO detail_queue;
CREATE VIEW place AS SELECT id, release, arch FROM release_arch;
CREATE VIEW fact AS SELECT release_arch AS place, verdict, run_id, test, requester FROM run_index;
CREATE VIEW wanted AS SELECT run_id, test FROM detail_queue;
