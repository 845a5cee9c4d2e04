"""Independent means: exact evaluation, and the search for counterexamples with it."""
