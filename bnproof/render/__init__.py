"""What reports are made of, for people and programs: text, JSON and NumPy code."""
