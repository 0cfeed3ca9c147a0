"""What is on its way is found by an index that SQLite can use too: it cannot reason about IN.

Building it reads the messages once and rewrites nothing.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("odzew", "0014_mails_are_compressed_fast")]
    operations = [
        migrations.RemoveIndex("message", "message_unsettled"),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["state"], name="message_unfinished", condition=~Q(state="") & ~Q(state="sent")
            ),
        ),
    ]
