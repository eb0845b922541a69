"""What runs in the sandbox, and imports nothing of the rest: bytes in, pixels out (preview/sandbox.py).

It is there for one file, without network or any file of ours, and is taken to be an attacker's from the first
byte that it decodes: preview/answer.py believes nothing of what it says.
"""
