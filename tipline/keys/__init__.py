"""The private half of the keys: root, signer, desk, officer. Intake never imports it."""
