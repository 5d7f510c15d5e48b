-- As on SQLite: see there what each table is for.
CREATE TABLE derived.transition(
  package text COLLATE "C" NOT NULL,
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  before_run text COLLATE "C" NOT NULL,
  was integer NOT NULL,
  told integer NOT NULL,
  requester text COLLATE "C" NOT NULL,
  learned bigint NOT NULL,
  PRIMARY KEY(package, release, arch, run_id));
CREATE INDEX transition_learned_ix ON derived.transition(learned);
CREATE INDEX transition_package_ix ON derived.transition(package, learned);
CREATE INDEX transition_test_ix ON derived.transition(package, release, arch, learned);
CREATE INDEX transition_release_ix ON derived.transition(release, learned);
CREATE INDEX transition_arch_ix ON derived.transition(arch, learned);
CREATE INDEX transition_release_arch_ix ON derived.transition(release, arch, learned);
CREATE INDEX transition_requester_ix ON derived.transition(requester, learned) WHERE requester <> '';

CREATE TABLE derived.transition_source(
  source text COLLATE "C" NOT NULL,
  learned bigint NOT NULL,
  package text COLLATE "C" NOT NULL,
  release text COLLATE "C" NOT NULL,
  arch text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  PRIMARY KEY(source, learned, package, release, arch, run_id));
CREATE INDEX transition_source_run_ix ON derived.transition_source(package, release, arch, run_id);
