"""The reading of texts, pure: no framework; word lists are data, one file a language."""
