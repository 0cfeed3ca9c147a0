"""The doors by which messages come and go."""
