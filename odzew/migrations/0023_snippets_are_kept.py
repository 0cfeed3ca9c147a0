"""Snippets of teams and people: a new table, nothing is rewritten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0022_sessions_are_listed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snippet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("text", models.TextField()),
                ("language", models.CharField(blank=True, max_length=5)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snippets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snippets",
                        to="odzew.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("team", "name", "language"), name="snippet_once_in_team"),
                    models.UniqueConstraint(
                        fields=("owner", "name", "language"), name="snippet_once_of_owner"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owner__isnull", False), ("team__isnull", True)),
                            models.Q(("owner__isnull", True), ("team__isnull", False)),
                            _connector="OR",
                        ),
                        name="snippet_has_one_place",
                    ),
                ],
            },
        ),
    ]
