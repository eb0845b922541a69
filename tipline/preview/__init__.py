"""Previews of files: pictures made of them in a sandbox, since nothing else here may decode them."""
