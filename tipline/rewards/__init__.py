"""Rewards: granted by case number, paid out against a code alone. No name of a tipster is anywhere."""
