"""The work on tips that came to a desk: opening, routing, answering, and the audit of it. No Flask here."""
