"""Signatures under replies: a new table, and a new column that is empty in every row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0030_answer_times_are_set"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="signature",
            field=models.TextField(null=True),
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_legal", models.BooleanField(default=False)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("text", models.TextField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="odzew.account",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="odzew.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "language"), name="signature_once_of_owner"),
                    models.UniqueConstraint(fields=("team", "language"), name="signature_once_of_team"),
                    models.UniqueConstraint(
                        fields=("account", "is_legal", "language"), name="signature_once_of_account"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("account__isnull", True),
                                ("is_legal", False),
                                ("owner__isnull", False),
                                ("team__isnull", True),
                            ),
                            models.Q(
                                ("account__isnull", True),
                                ("is_legal", False),
                                ("owner__isnull", True),
                                ("team__isnull", False),
                            ),
                            models.Q(
                                ("account__isnull", False), ("owner__isnull", True), ("team__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="signature_has_one_place",
                    ),
                ],
            },
        ),
    ]
