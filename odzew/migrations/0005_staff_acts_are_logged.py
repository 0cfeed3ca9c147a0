"""Who did what at the desk. The database itself refuses to change or delete a line (docs/adr/0025).

A line may go once it is older than is kept: then the log's head says so, and its word only grows.
"""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER staffact_no_update BEFORE UPDATE ON odzew_staffact
    BEGIN SELECT RAISE(ABORT, 'The staff log is only added to'); END""",
    """CREATE TRIGGER staffact_no_delete BEFORE DELETE ON odzew_staffact
    WHEN OLD.seq >= COALESCE((SELECT kept_from FROM odzew_stafflog WHERE id = 1), 0)
    BEGIN SELECT RAISE(ABORT, 'The staff log is only added to'); END""",
    """CREATE TRIGGER stafflog_only_grows BEFORE UPDATE ON odzew_stafflog
    WHEN NEW.kept_from < OLD.kept_from OR NEW.seq < OLD.seq OR NEW.id <> OLD.id
    BEGIN SELECT RAISE(ABORT, 'The staff log is only added to'); END""",
    """CREATE TRIGGER stafflog_no_delete BEFORE DELETE ON odzew_stafflog
    BEGIN SELECT RAISE(ABORT, 'The staff log is only added to'); END""",
]
SQLITE_OFF = [
    "DROP TRIGGER staffact_no_update",
    "DROP TRIGGER staffact_no_delete",
    "DROP TRIGGER stafflog_only_grows",
    "DROP TRIGGER stafflog_no_delete",
]

POSTGRESQL = [
    """CREATE FUNCTION odzew_stafflog_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'The staff log is only added to'; END $$""",
    """CREATE FUNCTION odzew_staffact_keep() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
    IF OLD.seq >= COALESCE((SELECT kept_from FROM odzew_stafflog WHERE id = 1), 0) THEN
        RAISE EXCEPTION 'The staff log is only added to';
    END IF;
    RETURN OLD;
    END $$""",
    """CREATE TRIGGER staffact_no_update BEFORE UPDATE ON odzew_staffact
    FOR EACH ROW EXECUTE FUNCTION odzew_stafflog_refuse()""",
    """CREATE TRIGGER staffact_no_delete BEFORE DELETE ON odzew_staffact
    FOR EACH ROW EXECUTE FUNCTION odzew_staffact_keep()""",
    """CREATE TRIGGER staffact_no_truncate BEFORE TRUNCATE ON odzew_staffact
    FOR EACH STATEMENT EXECUTE FUNCTION odzew_stafflog_refuse()""",
    """CREATE TRIGGER stafflog_only_grows BEFORE UPDATE ON odzew_stafflog FOR EACH ROW
    WHEN (NEW.kept_from < OLD.kept_from OR NEW.seq < OLD.seq OR NEW.id <> OLD.id)
    EXECUTE FUNCTION odzew_stafflog_refuse()""",
    """CREATE TRIGGER stafflog_no_delete BEFORE DELETE ON odzew_stafflog
    FOR EACH ROW EXECUTE FUNCTION odzew_stafflog_refuse()""",
    """CREATE TRIGGER stafflog_no_truncate BEFORE TRUNCATE ON odzew_stafflog
    FOR EACH STATEMENT EXECUTE FUNCTION odzew_stafflog_refuse()""",
]
POSTGRESQL_OFF = [
    "DROP TRIGGER staffact_no_update ON odzew_staffact",
    "DROP TRIGGER staffact_no_delete ON odzew_staffact",
    "DROP TRIGGER staffact_no_truncate ON odzew_staffact",
    "DROP TRIGGER stafflog_only_grows ON odzew_stafflog",
    "DROP TRIGGER stafflog_no_delete ON odzew_stafflog",
    "DROP TRIGGER stafflog_no_truncate ON odzew_stafflog",
    "DROP FUNCTION odzew_staffact_keep()",
    "DROP FUNCTION odzew_stafflog_refuse()",
]


def arm(apps, schema_editor):
    apps.get_model("odzew", "StaffLog").objects.create(pk=1, digest=b"", digest_before=b"")
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def disarm(apps, schema_editor):
    for statement in SQLITE_OFF if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_OFF:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [("odzew", "0016_staff_acts_are_logged")]
    dependencies = [("odzew", "0004_mails_are_compressed_fast")]
    operations = [migrations.RunPython(arm, disarm)]
