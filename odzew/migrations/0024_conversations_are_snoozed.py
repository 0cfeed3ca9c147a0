"""Until when a person has put a conversation aside: a new table, none rewritten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0023_snippets_are_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="happening",
            name="what",
            field=models.CharField(
                choices=[
                    ("tagged", "Tagged"),
                    ("untagged", "Untagged"),
                    ("snoozed", "Snoozed"),
                    ("woken", "Woken"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Snooze",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wake_at", models.DateTimeField()),
                ("seq", models.BigIntegerField()),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snoozes",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "wake_at"], name="snooze_asleep")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "conversation"), name="snooze_once")
                ],
            },
        ),
    ]
