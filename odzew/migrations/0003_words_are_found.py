"""The index of words: FTS5 in SQLite, a tsvector with GIN in PostgreSQL (docs/search.md)."""

from django.db import migrations

# "ascii" parts the words, which come folded already, at the blanks, and takes every other letter as it is.
SQLITE = [
    """CREATE VIRTUAL TABLE odzew_words USING fts5(
    sender, receiver, said, lemmas, facts, tokenize = 'ascii', columnsize = 0)""",
]
SQLITE_OFF = ["DROP TABLE odzew_words"]

POSTGRESQL = [
    "ALTER TABLE odzew_indexed ADD COLUMN words tsvector",
    "CREATE INDEX indexed_words ON odzew_indexed USING gin (words) WITH (fastupdate = off)",
]
POSTGRESQL_OFF = ["ALTER TABLE odzew_indexed DROP COLUMN words"]


def make(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in SQLITE_OFF if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_OFF:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [("odzew", "0008_words_are_found")]
    dependencies = [("odzew", "0002_the_journal_is_only_added_to")]
    operations = [migrations.RunPython(make, unmake)]
