CREATE TABLE point(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL) WITHOUT ROWID;

-- A lock is held by whoever renewed it last, until its time is over (milliseconds since 1970).
CREATE TABLE lease(
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until INTEGER NOT NULL) WITHOUT ROWID;
