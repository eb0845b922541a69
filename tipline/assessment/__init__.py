"""What triage makes of a tip: how it is graded and may be handled, how urgent it is, and who says so."""
