"""Pages about people: sign-in factors, accounts, desks."""
