"""The inbox's lanes: what is asked for, how it is found, and what is done to many cases at once."""
