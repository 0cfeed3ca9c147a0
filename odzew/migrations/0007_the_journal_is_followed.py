"""Notices and webhooks follow the journal from where it ends: at its beginning, in a new desk."""

from django.db import migrations


def begin(apps, schema_editor):
    for name in ("Follow", "Followed"):
        apps.get_model("odzew", name).objects.create(pk=1, seq=0)


def end(apps, schema_editor):
    for name in ("Follow", "Followed"):
        apps.get_model("odzew", name).objects.all().delete()


class Migration(migrations.Migration):
    replaces = [("odzew", "0033_notices_are_kept"), ("odzew", "0049_programs_are_told")]
    dependencies = [("odzew", "0006_processes_share_what_is_short_lived")]
    operations = [migrations.RunPython(begin, end)]
