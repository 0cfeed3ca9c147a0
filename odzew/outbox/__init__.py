"""The queued message row is the outbox: deliver, retry, in doubt, bounce."""
