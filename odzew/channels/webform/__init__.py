"""The channel of web forms; see README.md."""
