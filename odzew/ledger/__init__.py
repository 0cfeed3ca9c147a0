"""The books: the journal, what is owed, and the proof that they agree."""
