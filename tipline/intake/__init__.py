"""The public app: takes sealed envelopes, serves page, keyring and board, and can open nothing."""
