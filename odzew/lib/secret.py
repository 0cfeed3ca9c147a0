"""Secrets that are shared with another program."""

from secrets import token_urlsafe


def new_secret() -> str:
    """Return a secret to sign with: 256 bits, as many as the hash of HS256 has (RFC 7518, section 3.2)."""
    return token_urlsafe(32)
