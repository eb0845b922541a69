"""The console: the staff's web application over tipline.cases. Plaintext is in its memory, never on disk."""
