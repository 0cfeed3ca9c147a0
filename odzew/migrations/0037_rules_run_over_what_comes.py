"""Rules over what comes in, and what they did: new tables, none rewritten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("odzew", "0036_who_is_here")]
    operations = [
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=80)),
                ("place", models.PositiveIntegerField()),
                ("is_on", models.BooleanField(default=True)),
                (
                    "when",
                    models.CharField(choices=[("new", "New"), ("any", "Any")], default="new", max_length=5),
                ),
                ("asked", models.JSONField(blank=True, default=dict)),
                ("does", models.JSONField(blank=True, default=dict)),
                ("stops", models.BooleanField(default=False)),
                ("broken", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ruled",
            fields=[
                ("id", key()),
                ("rule", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("message", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("did", models.JSONField(default=list)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ruled",
                        to="odzew.conversation",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["rule", "at"], name="ruled_by")]},
        ),
    ]
