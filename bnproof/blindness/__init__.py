"""Which terms of a loss a normaliser blocks, decided for all sizes and every input."""
