"""Tips by telephone and in person: typed by a call taker, sealed like every other."""
