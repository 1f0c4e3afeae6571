"""Hints that something changed, and who is where. Redis only: nothing here is the truth."""
