"""Who is there: accounts, members of desks, their rosters and keys."""
