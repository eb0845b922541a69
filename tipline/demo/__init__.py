"""A demo agency on loopback: believable, complete, and nothing in it is real."""
