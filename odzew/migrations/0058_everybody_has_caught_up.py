"""What was said before this version counts as seen: nobody's list becomes bold by an upgrade."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0057_what_is_new_to_whom"),
    ]

    operations = [
        migrations.RunSQL("UPDATE odzew_person SET caught_up_at = CURRENT_TIMESTAMP", migrations.RunSQL.noop),
    ]
