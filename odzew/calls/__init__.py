"""The telephone: what a line tells of its calls, what is owed by them, and the talk that pays it (F6)."""
