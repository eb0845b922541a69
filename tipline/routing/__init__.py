"""Who works on a case: routes to units, whose it is, who is off it."""
