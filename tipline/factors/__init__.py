"""Second factors: what an officer proves to be there with, besides the passphrase. No Flask."""
