-- All times are in milliseconds since 1970. Secrets are kept as SHA-256 hashes, in hex.
CREATE TABLE session(
  hash TEXT PRIMARY KEY,
  claimed_id TEXT NOT NULL,
  nickname TEXT NOT NULL,
  expires INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE nonce(
  hash TEXT PRIMARY KEY,
  until INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE api_key(
  hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  last_used INTEGER) WITHOUT ROWID;

-- Never deleted from: it is the audit trail. `readable_by` is a JSON list; `reason` says why one failed.
CREATE TABLE request(
  uuid TEXT PRIMARY KEY,
  context TEXT NOT NULL,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  package TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL,
  run_id_suffix TEXT NOT NULL,
  requester TEXT NOT NULL,
  readable_by TEXT NOT NULL,
  source TEXT NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  submitted INTEGER NOT NULL,
  published INTEGER,
  reason TEXT);
CREATE INDEX request_fingerprint_ix ON request(fingerprint, submitted);
CREATE INDEX request_requester_ix ON request(requester, submitted);
CREATE INDEX request_address_ix ON request(address, submitted);
CREATE INDEX request_unsettled_ix ON request(submitted) WHERE state = 'claimed';

CREATE TABLE refusal(
  number INTEGER PRIMARY KEY,
  requester TEXT NOT NULL,
  source TEXT NOT NULL,
  address TEXT NOT NULL,
  asked TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL);
