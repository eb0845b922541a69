"""The offline machine: root, recovery keys and their shares, what it is asked and what it grants."""
