"""How long an answer may take, by team, channel and kind: a new table, none rewritten."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("odzew", "0029_what_is_known_of_customers")]
    operations = [
        migrations.CreateModel(
            name="AnswerTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=20)),
                (
                    "kind",
                    models.CharField(
                        blank=True, choices=[("answer", "answer"), ("notice", "notice")], max_length=20
                    ),
                ),
                ("minutes", models.PositiveIntegerField()),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answer_times",
                        to="odzew.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["team", "channel", "kind"], name="answertime_once"),
                    models.UniqueConstraint(
                        condition=Q(team=None), fields=["channel", "kind"], name="answertime_of_any_team_once"
                    ),
                    models.CheckConstraint(condition=~Q(channel="", kind=""), name="answertime_says_of_what"),
                ],
            },
        ),
    ]
