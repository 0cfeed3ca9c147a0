"""What a person is told of: the list, and one press from a notice to its place."""
