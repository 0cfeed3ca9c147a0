"""Replies may wait: two empty columns of the messages, which rewrite no row, and a choice of each person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0024_conversations_are_snoozed"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="later",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="not_before",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="undo_seconds",
            field=models.PositiveIntegerField(default=10),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("queued", "Queued"),
                    ("held", "Held"),
                    ("sending", "Sending"),
                    ("sent", "Sent"),
                    ("failed", "Failed"),
                    ("in_doubt", "In Doubt"),
                    ("bounced", "Bounced"),
                ],
                max_length=10,
            ),
        ),
    ]
