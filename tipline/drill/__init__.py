"""The seizure test: plant canaries in a real stack, then search everything a thief could carry away."""
