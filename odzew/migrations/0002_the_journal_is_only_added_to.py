"""The database itself refuses to change or delete a line of the journal (docs/adr/0004)."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER journal_no_update BEFORE UPDATE ON odzew_entry
    BEGIN SELECT RAISE(ABORT, 'The journal is only added to'); END""",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON odzew_entry
    BEGIN SELECT RAISE(ABORT, 'The journal is only added to'); END""",
]
SQLITE_OFF = ["DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete"]

POSTGRESQL = [
    """CREATE FUNCTION odzew_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'The journal is only added to'; END $$""",
    """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON odzew_entry
    FOR EACH ROW EXECUTE FUNCTION odzew_journal_refuse()""",
    """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON odzew_entry
    FOR EACH STATEMENT EXECUTE FUNCTION odzew_journal_refuse()""",
]
POSTGRESQL_OFF = [
    "DROP TRIGGER journal_no_change ON odzew_entry",
    "DROP TRIGGER journal_no_truncate ON odzew_entry",
    "DROP FUNCTION odzew_journal_refuse()",
]


def arm(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def disarm(apps, schema_editor):
    for statement in SQLITE_OFF if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_OFF:
        schema_editor.execute(statement)


def begin(apps, schema_editor):
    apps.get_model("odzew", "Head").objects.create(pk=1, seq=0, digest=b"")


def end(apps, schema_editor):
    apps.get_model("odzew", "Head").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("odzew", "0001_the_desk")]
    operations = [migrations.RunPython(arm, disarm), migrations.RunPython(begin, end)]
