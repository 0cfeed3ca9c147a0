"""Who else has a conversation open, or is writing in it: shown to each other while it lasts."""
