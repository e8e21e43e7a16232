"""The contract's documents as scorers read them, and text as scorers compare it."""
