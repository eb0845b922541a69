"""The board: replies and "collected" tokens, the same bytes for everybody. Made by the collector."""
