"""Tipline: an anonymous citizen tip line with tips sealed in the browser."""
