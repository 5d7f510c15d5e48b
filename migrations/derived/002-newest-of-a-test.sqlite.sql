-- The newest run of a test with a verdict, found without walking its history
CREATE INDEX IF NOT EXISTS fact_test_ix ON fact(test, verdict, run_id);
