"""Finders of witnesses for null spaces and inequalities, which the kernel checks (not trusted)."""
