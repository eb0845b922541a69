"""What leaves the desk: on record first, to whom, why and when. Marked, and never more than was chosen."""
