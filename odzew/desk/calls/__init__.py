"""Calls: the card of one we make, what was left on the line, and who is calling now."""
