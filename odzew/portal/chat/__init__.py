"""The chat on the pages of a shop: what its window asks of us, and nothing that a person of the desk sees."""
