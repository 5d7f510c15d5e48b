-- As on SQLite. May be made before: see CHANGELOG.md.
CREATE INDEX IF NOT EXISTS fact_test_ix ON derived.fact(test, verdict, run_id);
