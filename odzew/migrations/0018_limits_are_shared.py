"""What the limits of signing in count, for all processes that share a PostgreSQL.

Unlogged: a guess costs no sync, and a crash of the server may forget it. On SQLite a file beside the
books holds them, so that guesses never keep the one writer waiting (odzew/desk/account/limits.py).
"""

from django.db import migrations

TABLE = """CREATE UNLOGGED TABLE odzew_limit
(name varchar(300) PRIMARY KEY, said text NOT NULL, ends double precision NOT NULL)"""
INDEX = "CREATE INDEX limit_ends ON odzew_limit (ends)"


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TABLE)
        schema_editor.execute(INDEX)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE odzew_limit")


class Migration(migrations.Migration):
    dependencies = [("odzew", "0017_third_parties_are_asked_beside")]
    operations = [migrations.RunPython(make, drop)]
