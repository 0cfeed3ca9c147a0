"""Debts that are open already get the alarm every new one has: their due moment."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def set_alarms(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("odzew", "Owed").objects.filter(state="open").update(alarm_at=F("due_at"))


class Migration(migrations.Migration):
    dependencies = [("odzew", "0009_absence_and_escalation")]

    operations = [migrations.RunPython(set_alarms, migrations.RunPython.noop)]
