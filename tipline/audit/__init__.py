"""The audit's chains, day heads and their verification. Nothing here opens a tip or holds a private key."""
