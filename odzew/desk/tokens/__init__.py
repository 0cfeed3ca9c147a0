"""Tokens of other programs: made, listed and revoked by administrators."""
