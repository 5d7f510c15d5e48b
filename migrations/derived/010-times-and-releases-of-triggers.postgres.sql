-- As on SQLite: see there what each is for.
ALTER TABLE derived.trigger_run ADD COLUMN duration integer;
ALTER TABLE derived.trigger_run ADD COLUMN tells boolean NOT NULL DEFAULT true;
CREATE TABLE derived.trigger_time(
  trigger_version integer PRIMARY KEY,
  runs integer NOT NULL,
  timed integer NOT NULL,
  seconds bigint NOT NULL);
ALTER TABLE derived.trigger_outcome ADD COLUMN release text COLLATE "C";
CREATE INDEX trigger_failure_release_ix ON derived.trigger_outcome(release, outcome, run_id) WHERE outcome IN (2, 3, 4);
CREATE INDEX trigger_failure_unknown_ix ON derived.trigger_outcome(outcome, run_id)
  WHERE outcome IN (2, 3, 4) AND version = 'unknown';
