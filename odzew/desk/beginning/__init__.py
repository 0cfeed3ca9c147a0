"""A conversation that we begin."""
