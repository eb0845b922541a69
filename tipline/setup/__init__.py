"""Beginning an agency, and installing what a ceremony granted."""
