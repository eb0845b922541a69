"""In what language a tip is written, who reads it, and giving a text that nobody reads to translators."""
