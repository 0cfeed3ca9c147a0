"""Webhooks: who is told, what was told and what came of it; for administrators."""
