"""Closed forms: from a term to the formula that a paper would write for it."""
