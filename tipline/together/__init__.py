"""Cases that several overseers open only together."""
