-- What people wrote at failures, subtests, tests and packages. What a kind has none of is ''; all times are in milliseconds
-- since 1970; `arches` is a JSON list. A deleted one stays, for the audit trail.
CREATE TABLE state.note(
  id text PRIMARY KEY,
  kind text NOT NULL,
  package text NOT NULL,
  release text NOT NULL,
  arch text NOT NULL,
  run_id text NOT NULL,
  subtest text NOT NULL,
  signature text NOT NULL,
  signature_text text NOT NULL,
  rules integer NOT NULL,
  line_number bigint NOT NULL,
  line text NOT NULL,
  text text NOT NULL,
  arches text NOT NULL,
  until_pass integer NOT NULL,
  author text NOT NULL,
  made bigint NOT NULL,
  changed bigint NOT NULL,
  edits integer NOT NULL,
  state text NOT NULL,
  ended bigint,
  ended_by text);
CREATE INDEX note_made_ix ON state.note(made);
CREATE INDEX note_author_ix ON state.note(author, made);
CREATE INDEX note_package_ix ON state.note(package, made);
CREATE INDEX note_signature_ix ON state.note(signature) WHERE state = 'open' AND signature <> '';
CREATE INDEX note_until_pass_ix ON state.note(id) WHERE state = 'open' AND until_pass = 1;

-- Each change of a note, never deleted from. Numbers only grow.
CREATE TABLE state.note_change(
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  note text NOT NULL,
  change text NOT NULL,
  name text NOT NULL,
  source text NOT NULL,
  address text NOT NULL,
  at bigint NOT NULL,
  text text NOT NULL,
  arches text NOT NULL,
  until_pass integer NOT NULL);
CREATE INDEX note_change_ix ON state.note_change(note, number);
CREATE INDEX note_change_name_ix ON state.note_change(name, at);
