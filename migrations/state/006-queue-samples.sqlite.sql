-- What waited, ran and ended in each minute, thinned later: `minute` is the first one since 1970 of a span of 1, 10 or 60;
-- `sample` is JSON.
CREATE TABLE queue_sample(
  span INTEGER NOT NULL,
  minute INTEGER NOT NULL,
  sample TEXT NOT NULL,
  PRIMARY KEY (span, minute)
) STRICT, WITHOUT ROWID;
