"""Proofs by instance: a theorem about some sorts of indices, read over others (not trusted)."""
