"""Messengers: bots and numbers that administrators connect, and how each of them is doing."""
