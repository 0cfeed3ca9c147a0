"""What people are told of, and how they want it: new tables, none rewritten.

The journal is followed from where it ends now, so nobody is told of the past. What is open and not
late yet is looked at once, and then again when its owner is to be warned.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BEGIN = "INSERT INTO odzew_follow (id, seq) SELECT id, seq FROM odzew_head"
WATCH = """INSERT INTO odzew_watch (obligation, person_id, "at")
SELECT id, owner_id, opened_at FROM odzew_owed WHERE state = 'open' AND escalated = 0"""


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0032_signatures_of_mailboxes_move"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bell",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("turn", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("owed", "Owed"),
                            ("soon", "Soon"),
                            ("late", "Late"),
                            ("failed", "Failed"),
                            ("doubt", "Doubt"),
                            ("aside", "Aside"),
                            ("mention", "Mention"),
                            ("followed", "Followed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.BigIntegerField(null=True)),
                ("conversation", models.BigIntegerField(null=True)),
                ("obligation", models.BigIntegerField(null=True)),
                ("message", models.BigIntegerField(null=True)),
                ("is_over", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tuning",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ways", models.JSONField(blank=True, default=dict)),
                ("warn_minutes", models.PositiveIntegerField(default=60)),
                (
                    "quiet",
                    models.CharField(
                        choices=[("off_work", "Off Work"), ("span", "Span"), ("never", "Never")],
                        default="off_work",
                        max_length=10,
                    ),
                ),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("digest_hours", models.JSONField(blank=True, default=list)),
                ("digest_at", models.DateTimeField(null=True)),
                ("shows_words", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("digest_at__isnull", False)),
                        fields=["digest_at"],
                        name="tuning_digest",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("obligation", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("owed", "Owed"),
                            ("soon", "Soon"),
                            ("late", "Late"),
                            ("failed", "Failed"),
                            ("doubt", "Doubt"),
                            ("aside", "Aside"),
                            ("mention", "Mention"),
                            ("followed", "Followed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("about", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                ("by", models.BigIntegerField(null=True)),
                ("conversation", models.BigIntegerField(null=True)),
                ("obligation", models.BigIntegerField(null=True)),
                ("message", models.BigIntegerField(null=True)),
                ("count", models.PositiveIntegerField(default=1)),
                ("read_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("in_page", models.BooleanField(default=True)),
                ("to_mail", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-at", "-id"], name="notice_list"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True), ("settled_at__isnull", True)),
                        fields=["person", "conversation"],
                        name="notice_unread",
                    ),
                    models.Index(
                        condition=models.Q(("to_mail", True)), fields=["person"], name="notice_to_mail"
                    ),
                    models.Index(fields=["about"], name="notice_about"),
                    models.Index(fields=["at"], name="notice_old"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("read_at__isnull", True), ("settled_at__isnull", True)),
                        fields=("person", "kind", "about"),
                        name="notice_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
        migrations.RunSQL(WATCH, migrations.RunSQL.noop),
    ]
