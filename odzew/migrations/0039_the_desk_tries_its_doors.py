"""Probes of the desk's own doors, and debts that no customer is owed.

SQLite writes the table of debts anew; on PostgreSQL only its description changes.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0038_notices_are_pushed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="owed",
            name="customer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="owed",
                to="odzew.customer",
            ),
        ),
        migrations.AlterField(
            model_name="raw",
            name="state",
            field=models.CharField(
                choices=[
                    ("kept", "Kept"),
                    ("accepted", "Accepted"),
                    ("quarantined", "Quarantined"),
                    ("discarded", "Discarded"),
                    ("probe", "Probe"),
                ],
                default="kept",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("debt", models.BigIntegerField()),
                ("said", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outages",
                        to="odzew.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("account",), name="outage_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("since")), _connector="OR"
                        ),
                        name="outage_has_a_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Probe",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("sending", "Sending"),
                            ("waiting", "Waiting"),
                            ("arrived", "Arrived"),
                            ("lost", "Lost"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("wanted_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("arrived_at", models.DateTimeField(null=True)),
                ("said", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="probes", to="odzew.account"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            models.Q(("state", "arrived"), _negated=True),
                            models.Q(("state", "lost"), _negated=True),
                        ),
                        fields=["due_at"],
                        name="probe_under_way",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("account", "wanted_at"), name="probe_once")],
            },
        ),
    ]
