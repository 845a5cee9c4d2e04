"""Reports for people and programs: text, JSON, and counterexamples as NumPy code."""
