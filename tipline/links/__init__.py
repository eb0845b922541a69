"""Cases that belong together: what two tips name alike, links, duplicates and merging."""
