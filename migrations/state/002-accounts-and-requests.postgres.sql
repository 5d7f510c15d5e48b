-- All times are in milliseconds since 1970. Secrets are kept as SHA-256 hashes, in hex.
CREATE TABLE state.session(
  hash text PRIMARY KEY,
  claimed_id text NOT NULL,
  nickname text NOT NULL,
  expires bigint NOT NULL);

CREATE TABLE state.nonce(
  hash text PRIMARY KEY,
  until bigint NOT NULL);

CREATE TABLE state.api_key(
  hash text PRIMARY KEY,
  id text NOT NULL UNIQUE,
  name text NOT NULL,
  created bigint NOT NULL,
  expires bigint,
  last_used bigint);

-- Never deleted from: it is the audit trail. `readable_by` is a JSON list; `reason` says why one failed.
CREATE TABLE state.request(
  uuid text PRIMARY KEY,
  context text NOT NULL,
  release text NOT NULL,
  arch text NOT NULL,
  package text NOT NULL,
  fingerprint text NOT NULL,
  body text NOT NULL,
  run_id_suffix text NOT NULL,
  requester text NOT NULL,
  readable_by text NOT NULL,
  source text NOT NULL,
  address text NOT NULL,
  state text NOT NULL,
  submitted bigint NOT NULL,
  published bigint,
  reason text);
CREATE INDEX request_fingerprint_ix ON state.request(fingerprint, submitted);
CREATE INDEX request_requester_ix ON state.request(requester, submitted);
CREATE INDEX request_address_ix ON state.request(address, submitted);
CREATE INDEX request_unsettled_ix ON state.request(submitted) WHERE state = 'claimed';

CREATE TABLE state.refusal(
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  requester text NOT NULL,
  source text NOT NULL,
  address text NOT NULL,
  asked text NOT NULL,
  reason text NOT NULL,
  at bigint NOT NULL);
