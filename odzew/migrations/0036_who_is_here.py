"""Who has which conversation open, for all processes that share a PostgreSQL.

Unlogged: it is over in a minute. On SQLite a file beside the books holds it (odzew/desk/here).
"""

from django.db import migrations

TABLE = """CREATE UNLOGGED TABLE odzew_here
(seat varchar(80) PRIMARY KEY, process varchar(40) NOT NULL, conversation bigint NOT NULL,
person bigint NOT NULL, writes double precision NOT NULL, ends double precision NOT NULL)"""
INDEX = "CREATE INDEX here_conversation ON odzew_here (conversation)"


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TABLE)
        schema_editor.execute(INDEX)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE odzew_here")


class Migration(migrations.Migration):
    dependencies = [("odzew", "0035_the_firm_has_a_brand")]
    operations = [migrations.RunPython(make, drop)]
