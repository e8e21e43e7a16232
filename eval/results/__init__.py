"""What became of questions and suites of them, as data, tables and JSON."""
