"""Backups of the agency's machine: made while it runs, opened only with the holders' shares of a desk."""
