"""A small believable firm to try the desk with."""
