"""Who serves: people, their teams, the hours they work."""
