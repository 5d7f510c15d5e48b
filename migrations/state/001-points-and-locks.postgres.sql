CREATE TABLE state.point(
  name text PRIMARY KEY,
  value text NOT NULL);

-- A lock is held by whoever renewed it last, until its time is over (by the server's clock).
CREATE TABLE state.lease(
  name text PRIMARY KEY,
  holder text NOT NULL,
  until timestamptz NOT NULL);
