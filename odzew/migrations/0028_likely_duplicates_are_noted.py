"""Marks by which customers are known again, and pairs that share one: new tables, filled as letters come."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0027_questions_are_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alike",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.PositiveSmallIntegerField()),
                ("marks", models.JSONField(default=list)),
                ("different_at", models.DateTimeField(null=True)),
                (
                    "different_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="odzew.customer",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="odzew.customer"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("different_at__isnull", True)),
                        fields=["-score", "-id"],
                        name="alike_undecided",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("one", "other"), name="alike_once")],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.CharField(max_length=200)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="odzew.customer",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("value", "customer"), name="mark_once")],
            },
        ),
    ]
