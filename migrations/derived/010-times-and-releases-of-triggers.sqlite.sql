-- What failed in a release is read newest first, however long ago that was: `release` is kept where the outcome is a failure.
ALTER TABLE trigger_outcome ADD COLUMN release TEXT;
CREATE INDEX trigger_failure_release_ix ON trigger_outcome(release, outcome, run_id) WHERE outcome IN (2, 3, 4);
CREATE INDEX trigger_failure_unknown_ix ON trigger_outcome(outcome, run_id)
  WHERE outcome IN (2, 3, 4) AND version = 'unknown';

-- How long machines were busy with each trigger: all of its runs, those too that tell nothing of what became of it (one of an
-- older version than its own upload's, one without a version). The rules of the index change with it, so that all is counted.
ALTER TABLE trigger_run ADD COLUMN duration INTEGER;
ALTER TABLE trigger_run ADD COLUMN tells INTEGER NOT NULL DEFAULT 1;
CREATE TABLE trigger_time(
  trigger_version INTEGER PRIMARY KEY,
  runs INTEGER NOT NULL,
  timed INTEGER NOT NULL,
  seconds INTEGER NOT NULL);
