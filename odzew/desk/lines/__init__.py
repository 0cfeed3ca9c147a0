"""Lines that tell us of calls: connected and changed by administrators."""
