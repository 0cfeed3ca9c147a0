"""The channel of the chat on a shop's own pages; see README.md."""
