-- The published tables, and what tells other processes of changes. Texts that are compared or sorted are in the
-- order of their bytes, as on SQLite.

CREATE TABLE results.database(
  id text NOT NULL);
-- Names our queues, and voids resume points of another database
INSERT INTO results.database SELECT lpad(to_hex(1 + floor(random() * 2147483646)::bigint), 8, '0');

CREATE TABLE results.test(
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  package text COLLATE "C" NOT NULL);
CREATE UNIQUE INDEX test_package_uix ON results.test(package, release, arch);
CREATE INDEX test_place_ix ON results.test(release, arch);

-- Rows are followed by (xact, rowid): a transaction that is older than every running one shows no more rows later
CREATE TABLE results.result(
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  test_id integer NOT NULL REFERENCES results.test(id),
  run_id text COLLATE "C" NOT NULL,
  version text,
  triggers text,
  duration double precision,
  exitcode integer,
  requester text,
  env text,
  PRIMARY KEY (test_id, run_id));
CREATE UNIQUE INDEX result_rowid_uix ON results.result(rowid);
CREATE INDEX result_run_ix ON results.result(run_id DESC, rowid);
CREATE INDEX result_xact_ix ON results.result(xact, rowid);

-- Rows that were removed, for the copies that other machines keep
CREATE TABLE results.removal(
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  rowid bigint NOT NULL,
  PRIMARY KEY (xact, rowid));

CREATE TABLE results.current_version(
  release text COLLATE "C" NOT NULL,
  pocket text COLLATE "C" NOT NULL,
  component text COLLATE "C" NOT NULL,
  package text COLLATE "C" NOT NULL,
  version text NOT NULL,
  PRIMARY KEY (release, package));
CREATE INDEX current_version_pocket_ix ON results.current_version(pocket, component);

CREATE TABLE results.url_last_checked(
  url text PRIMARY KEY,
  timestamp text NOT NULL);

CREATE FUNCTION results.tell_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added) THEN
    PERFORM pg_notify('autopkgtest_results', '');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_added AFTER INSERT ON results.result
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION results.tell_added();
CREATE TRIGGER tell_changed AFTER UPDATE ON results.result
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION results.tell_added();

CREATE FUNCTION results.tell_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO results.removal(rowid) SELECT rowid FROM removed;
  IF FOUND THEN
    PERFORM pg_notify('autopkgtest_results', '');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_removed AFTER DELETE ON results.result
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION results.tell_removed();
