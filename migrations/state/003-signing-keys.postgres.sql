-- What session cookies are signed with: the newest signs, older ones are known until they expire.
CREATE TABLE state.signing_key(
  value text PRIMARY KEY,
  created bigint NOT NULL,
  expires bigint);
