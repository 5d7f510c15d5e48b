-- What session cookies are signed with: the newest signs, older ones are known until they expire.
CREATE TABLE signing_key(
  value TEXT PRIMARY KEY,
  created INTEGER NOT NULL,
  expires INTEGER) WITHOUT ROWID;
