"""Signed calls to other programs: what happened, at least once, in its order (docs/webhooks.md)."""
