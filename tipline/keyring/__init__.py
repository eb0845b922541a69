"""The public half of the keys: what the page, intake and every sealer read and verify."""
