"""Derivations: files that read like a lecture, elaborated, checked step by step, and found."""
