"""Question -> evidence: papers retrieved for a query, their sentences scored, and whether they answer it."""
