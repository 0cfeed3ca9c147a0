"""The history of other desks, and tables: told to nobody, and owed here where it is open there."""
