"""Alerts while nobody is signed in: what waits too long, who is told of it, and by which way. Never of what.

The collector runs it. Nothing here opens a tip, or imports what does.
"""
