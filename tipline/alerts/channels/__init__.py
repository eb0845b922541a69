"""The ways by which alerts go, a module each. None is told more than alerts/wording.py says."""
