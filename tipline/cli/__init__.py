"""The `tipline` command."""
