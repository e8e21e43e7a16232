"""What stands around a call: budget, reply cache, fallback, dry run."""
