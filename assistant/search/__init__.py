"""A question to the clauses that may answer it."""
