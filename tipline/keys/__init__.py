"""The private half of the keys: signer, epochs, desks, officers. Intake never imports it."""
