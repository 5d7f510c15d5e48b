-- What waited, ran and ended in each minute, thinned later: `minute` is the first one since 1970 of a span of 1, 10 or 60;
-- `sample` is JSON.
CREATE TABLE state.queue_sample(
  span integer NOT NULL,
  minute bigint NOT NULL,
  sample text NOT NULL,
  PRIMARY KEY (span, minute)
);
