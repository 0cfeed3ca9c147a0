"""What a report counts is found by its moment.

Building the indexes reads the journal, the messages, the conversations and what is owed once each,
and rewrites none of them; meanwhile nobody writes into the table. A desk of a million rows a table
waits some seconds for each (measured: 1.1 and 2.4 s for 270,000), and keeps about 30 MB an index.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("odzew", "0018_limits_are_shared")]
    operations = [
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["kind", "at"],
                name="entry_settling",
                condition=Q(kind__in=("paid", "reopened", "waived")),
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["at"], name="message_received", condition=Q(direction="inbound", automatic="")
            ),
        ),
        migrations.AddIndex("conversation", models.Index(fields=["created_at"], name="conversation_begun")),
        migrations.AddIndex(
            "conversation",
            models.Index(
                fields=["closed_at"], name="conversation_ended", condition=Q(closed_at__isnull=False)
            ),
        ),
        migrations.AddIndex(
            "owed", models.Index(fields=["due_at"], name="owed_promise_due", condition=Q(kind="promise"))
        ),
    ]
