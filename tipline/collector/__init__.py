"""The unattended half of the agency: collects, sorts, acknowledges, and posts keyring and board.

It holds the sorting key and the signer, and no key that opens a tip: `tipline.keys.officer`, `.desk` and
`tipline.seal.opening` are never imported here.
"""
