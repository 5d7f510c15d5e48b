-- What people wrote at failures, subtests, tests and packages. What a kind has none of is ''; all times are in milliseconds
-- since 1970; `arches` is a JSON list. A deleted one stays, for the audit trail.
CREATE TABLE note(
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  package TEXT NOT NULL,
  release TEXT NOT NULL,
  arch TEXT NOT NULL,
  run_id TEXT NOT NULL,
  subtest TEXT NOT NULL,
  signature TEXT NOT NULL,
  signature_text TEXT NOT NULL,
  rules INTEGER NOT NULL,
  line_number INTEGER NOT NULL,
  line TEXT NOT NULL,
  text TEXT NOT NULL,
  arches TEXT NOT NULL,
  until_pass INTEGER NOT NULL,
  author TEXT NOT NULL,
  made INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  edits INTEGER NOT NULL,
  state TEXT NOT NULL,
  ended INTEGER,
  ended_by TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX note_made_ix ON note(made);
CREATE INDEX note_author_ix ON note(author, made);
CREATE INDEX note_package_ix ON note(package, made);
CREATE INDEX note_signature_ix ON note(signature) WHERE state = 'open' AND signature <> '';
CREATE INDEX note_until_pass_ix ON note(id) WHERE state = 'open' AND until_pass = 1;

-- Each change of a note, never deleted from. Numbers only grow: the greatest is the version of all notes.
CREATE TABLE note_change(
  number INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  change TEXT NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  address TEXT NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  arches TEXT NOT NULL,
  until_pass INTEGER NOT NULL) STRICT;
CREATE INDEX note_change_ix ON note_change(note, number);
CREATE INDEX note_change_name_ix ON note_change(name, at);
