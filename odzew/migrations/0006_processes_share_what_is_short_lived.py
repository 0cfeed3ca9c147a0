"""What all processes that share a PostgreSQL know for a minute: limits of signing in, who has what open.

Unlogged: a guess costs no sync, and a crash of the server may forget it. On SQLite files beside the
books hold both, so that they never keep the one writer waiting (odzew/desk/account/limits.py, odzew/desk/here).
"""

from django.db import migrations

MADE = [
    """CREATE UNLOGGED TABLE odzew_limit
    (name varchar(300) PRIMARY KEY, said text NOT NULL, ends double precision NOT NULL)""",
    "CREATE INDEX limit_ends ON odzew_limit (ends)",
    """CREATE UNLOGGED TABLE odzew_here
    (seat varchar(80) PRIMARY KEY, process varchar(40) NOT NULL, conversation bigint NOT NULL,
    person bigint NOT NULL, writes double precision NOT NULL, ends double precision NOT NULL)""",
    "CREATE INDEX here_conversation ON odzew_here (conversation)",
]
DROPPED = ["DROP TABLE odzew_limit", "DROP TABLE odzew_here"]


def make(apps, schema_editor):
    _run(MADE, schema_editor)


def drop(apps, schema_editor):
    _run(DROPPED, schema_editor)


def _run(statements, schema_editor):
    for statement in statements if schema_editor.connection.vendor == "postgresql" else []:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [("odzew", "0018_limits_are_shared"), ("odzew", "0036_who_is_here")]
    dependencies = [("odzew", "0005_staff_acts_are_logged")]
    operations = [migrations.RunPython(make, drop)]
