"""The rules of the books, pure: no framework, no clock, no database (docs/ledger.md)."""
