"""The payload is kept first as it came, then accepted once."""
