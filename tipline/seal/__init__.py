"""The sealed format of docs/format.md: pure functions from bytes to bytes, mirrored in static/seal/."""
