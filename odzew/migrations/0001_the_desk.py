"""All tables, as they stood when the desk was first given to others."""

import datetime

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import odzew.domain.obligation


class Migration(migrations.Migration):
    # Books made while the desk was built hold these already.
    replaces = [
        ("odzew", "0001_the_books_and_the_mail"),
        ("odzew", "0003_a_refusal_names_its_rule"),
        ("odzew", "0004_promises_are_found_by_rank"),
        ("odzew", "0005_what_each_owes_is_counted"),
        ("odzew", "0006_what_stands_open_is_counted"),
        ("odzew", "0007_a_customer_says_whether_it_is_answered"),
        ("odzew", "0009_absence_and_escalation"),
        ("odzew", "0010_open_debts_have_an_alarm"),
        ("odzew", "0011_sent_letters_are_found_by_address"),
        ("odzew", "0012_failures_raise_the_rank"),
        ("odzew", "0013_customers_are_told_who_has_it"),
        ("odzew", "0015_unfinished_messages_have_an_index"),
        ("odzew", "0017_third_parties_are_asked_beside"),
        ("odzew", "0019_reports_find_their_period"),
        ("odzew", "0020_drafts_are_kept"),
        ("odzew", "0021_conversations_are_tagged"),
        ("odzew", "0022_sessions_are_listed"),
        ("odzew", "0023_snippets_are_kept"),
        ("odzew", "0024_conversations_are_snoozed"),
        ("odzew", "0025_replies_wait"),
        ("odzew", "0026_customers_are_joined"),
        ("odzew", "0027_questions_are_kept"),
        ("odzew", "0028_likely_duplicates_are_noted"),
        ("odzew", "0029_what_is_known_of_customers"),
        ("odzew", "0030_answer_times_are_set"),
        ("odzew", "0031_signatures_stand_under_replies"),
        ("odzew", "0032_signatures_of_mailboxes_move"),
        ("odzew", "0034_programs_have_tokens"),
        ("odzew", "0035_the_firm_has_a_brand"),
        ("odzew", "0037_rules_run_over_what_comes"),
        ("odzew", "0038_notices_are_pushed"),
        ("odzew", "0039_the_desk_tries_its_doors"),
        ("odzew", "0040_conversations_are_merged_and_split"),
        ("odzew", "0041_drafts_keep_their_files"),
        ("odzew", "0042_conversations_are_followed"),
        ("odzew", "0043_rules_of_a_team"),
        ("odzew", "0044_calendars_are_read_and_given"),
        ("odzew", "0045_shops_tell_of_orders"),
        ("odzew", "0046_parcels_and_refusals"),
        ("odzew", "0047_people_have_skills"),
        ("odzew", "0048_calls_come_by_lines"),
        ("odzew", "0050_messengers"),
        ("odzew", "0051_whatsapp"),
        ("odzew", "0052_customers_are_erased"),
        ("odzew", "0053_visitors_of_a_chat"),
        ("odzew", "0054_visitors_named_by_a_shop"),
        ("odzew", "0055_what_came_from_another_desk"),
        ("odzew", "0056_given_to_another_team"),
        ("odzew", "0057_what_is_new_to_whom"),
        ("odzew", "0058_everybody_has_caught_up"),
        ("odzew", "0059_lines_that_are_listened_to"),
        ("odzew", "0060_payments_and_subscriptions"),
        ("odzew", "0061_begun_by_us"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("agent", "Agent"),
                            ("lead", "Lead"),
                            ("administrator", "Administrator"),
                            ("reader", "Reader"),
                        ],
                        default="agent",
                        max_length=20,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=5)),
                ("theme", models.CharField(blank=True, max_length=10)),
                ("timezone", models.CharField(default="Europe/Warsaw", max_length=64)),
                ("is_active", models.BooleanField(default=True)),
                ("date_joined", models.DateTimeField(null=True)),
                ("caught_up_at", models.DateTimeField(blank=True, null=True)),
                ("undo_seconds", models.PositiveIntegerField(default=10)),
                ("languages", models.JSONField(blank=True, default=list)),
                ("skills", models.JSONField(blank=True, default=list)),
                ("capacity", models.PositiveIntegerField(default=40)),
                ("acted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="person_email_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(default="email", max_length=20)),
                ("name", models.CharField(max_length=200)),
                ("address", models.CharField(max_length=320, unique=True)),
                ("active", models.BooleanField(default=True)),
                ("settings", models.JSONField(blank=True, default=dict)),
                ("sealed", models.TextField(blank=True)),
                ("state", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Blob",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("content", models.BinaryField()),
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
            name="Followed",
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
            name="Head",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "due_until",
                    models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Indexed",
            fields=[
                ("message", models.BigIntegerField(primary_key=True, serialize=False)),
                ("place", models.BigIntegerField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="IndexState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_by", models.CharField(max_length=100)),
                ("scrub", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="StaffLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
                ("digest", models.BinaryField(max_length=32)),
                ("kept_from", models.BigIntegerField(default=1)),
                ("digest_before", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="ToIndex",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="VapidKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("url", models.CharField(max_length=1000)),
                ("types", models.JSONField(blank=True, default=list)),
                ("secret", models.TextField()),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                (
                    "free_at",
                    models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                ("fails", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stopped", models.CharField(blank=True, max_length=500)),
                ("debt", models.BigIntegerField(null=True)),
            ],
        ),
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
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("is_planned", models.BooleanField(default=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "at_end",
                    models.CharField(
                        choices=[("return", "Return"), ("stay", "Stay")], default="return", max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("begun", "Begun"),
                            ("ended", "Ended"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("next_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("source", models.CharField(blank=True, max_length=255)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["planned", "begun"])),
                        fields=["next_at", "id"],
                        name="absence_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "begun"), ("told_at__isnull", True)),
                        fields=["id"],
                        name="absence_to_tell",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))),
                        name="absence_has_a_length",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Brand",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("accent", models.CharField(blank=True, max_length=7)),
                ("logo", models.BinaryField(null=True)),
                ("logo_kind", models.CharField(blank=True, max_length=10)),
                ("logo_stamp", models.CharField(blank=True, max_length=16)),
                ("logo_width", models.PositiveIntegerField(default=0)),
                ("logo_height", models.PositiveIntegerField(default=0)),
                ("languages", models.JSONField(blank=True, default=list)),
                ("language", models.CharField(blank=True, max_length=5)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="brand_once")],
            },
        ),
        migrations.CreateModel(
            name="Browser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("sealed", models.TextField()),
                ("made_at", models.DateTimeField()),
                (
                    "free_at",
                    models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
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
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, null=True)),
                (
                    "direction",
                    models.CharField(
                        choices=[("inbound", "Inbound"), ("outbound", "Outbound")], max_length=10
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("ringing", "Ringing"),
                            ("talking", "Talking"),
                            ("on_hold", "On Hold"),
                            ("talked", "Talked"),
                            ("missed", "Missed"),
                            ("abandoned", "Abandoned"),
                            ("voicemail", "Voicemail"),
                        ],
                        max_length=10,
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("talked_seconds", models.PositiveIntegerField(default=0)),
                ("held_seconds", models.PositiveIntegerField(default=0)),
                ("holds", models.JSONField(blank=True, default=list)),
                ("transfers", models.JSONField(blank=True, default=list)),
                ("agents", models.JSONField(blank=True, default=list)),
                ("purpose", models.CharField(blank=True, max_length=500)),
                ("obligation", models.BigIntegerField(null=True)),
                ("counted", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("obligation__isnull", False)),
                        fields=["obligation"],
                        name="call_owed",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["planned", "ringing", "talking", "on_hold"])),
                        fields=["changed_at"],
                        name="call_under_way",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("what", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("turn", models.PositiveIntegerField(default=0)),
                ("agent", models.CharField(blank=True, max_length=200)),
                ("to", models.CharField(blank=True, max_length=200)),
                ("blind", models.BooleanField(default=False)),
                ("heard_at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="odzew.call"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("call", "name"), name="call_event_once")],
            },
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.TextField(blank=True)),
                ("language", models.CharField(blank=True, max_length=5)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")], default="open", max_length=10
                    ),
                ),
                ("address", models.CharField(max_length=320)),
                ("created_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("declared", "Declared"),
                            ("confirmed", "Confirmed"),
                            ("unconfirmed", "Unconfirmed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("link_generation", models.PositiveIntegerField(default=0)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversations",
                        to="odzew.account",
                    ),
                ),
                (
                    "beside",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asides",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "points_at",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="pointed_at_by",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "split_from",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "stands_for",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="others",
                        to="odzew.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["last_at"], name="conversation_silent"
                    ),
                    models.Index(
                        condition=models.Q(("beside__isnull", False)),
                        fields=["beside", "address"],
                        name="conversation_beside",
                    ),
                    models.Index(
                        condition=models.Q(("stands_for__isnull", False)),
                        fields=["stands_for"],
                        name="conversation_merged",
                    ),
                    models.Index(
                        condition=models.Q(("split_from__isnull", False)),
                        fields=["split_from"],
                        name="conversation_split",
                    ),
                    models.Index(fields=["created_at"], name="conversation_begun"),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", False)),
                        fields=["closed_at"],
                        name="conversation_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=320)),
                ("digest", models.CharField(max_length=26)),
                ("made_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="odzew.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["address", "made_at"], name="code_recent")],
            },
        ),
        migrations.AddField(
            model_name="call",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="odzew.conversation"
            ),
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "absence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="covers", to="odzew.absence"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="cover_has_a_length"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=300)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("created_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "stands_for",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="others",
                        to="odzew.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("stands_for__isnull", False)),
                        fields=["stands_for"],
                        name="customer_other",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="conversation",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="conversations", to="odzew.customer"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="odzew.customer"
            ),
        ),
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
            name="Digest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("notices", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("in_doubt", "In Doubt"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("message_id", models.CharField(max_length=200)),
                ("said", models.TextField(blank=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="digest_due",
                    ),
                    models.Index(fields=["made_at"], name="digest_old"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("form", models.JSONField(blank=True, default=dict)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("page", models.CharField(blank=True, max_length=40)),
                ("turn", models.PositiveIntegerField(default=0)),
                ("beside", models.JSONField(blank=True, default=dict)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="odzew.conversation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("author", "conversation"), name="draft_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("filename", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("content", models.BinaryField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft_files",
                        to="odzew.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["author", "conversation"], name="draft_file_of")],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("obligation", models.BigIntegerField(db_index=True)),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=40)),
                ("reason", models.TextField(blank=True)),
                ("message", models.BigIntegerField(null=True)),
                ("facts", models.JSONField(default=dict)),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind__in", ("paid", "reopened", "waived"))),
                        fields=["kind", "at"],
                        name="entry_settling",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
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
                            ("tariff", "Tariff"),
                            ("order", "Order"),
                            ("address", "Address"),
                            ("tax", "Tax number"),
                            ("language", "Preferred language"),
                            ("called", "Form of address"),
                            ("own", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=60)),
                ("value", models.CharField(max_length=500)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="odzew.customer"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("generation", models.PositiveIntegerField(default=1)),
                ("is_on", models.BooleanField(default=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followers",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("conversation", "person"), name="follower_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Glance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="odzew.conversation",
                    ),
                ),
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
                "constraints": [
                    models.UniqueConstraint(fields=("person", "conversation"), name="glance_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Handed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("part", models.PositiveIntegerField()),
                ("given", models.CharField(max_length=200)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="odzew.account"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "part"), name="handed_once")],
            },
        ),
        migrations.CreateModel(
            name="Happening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("tagged", "Tagged"),
                            ("untagged", "Untagged"),
                            ("snoozed", "Snoozed"),
                            ("woken", "Woken"),
                            ("merged", "Merged"),
                            ("merged_in", "Merged In"),
                            ("unmerged", "Unmerged"),
                            ("split", "Split"),
                            ("split_off", "Split Off"),
                            ("rejoined", "Rejoined"),
                            ("begun", "Begun"),
                            ("given", "Given"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="happenings",
                        to="odzew.conversation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(default="email", max_length=20)),
                ("value", models.CharField(max_length=320)),
                ("display", models.CharField(blank=True, max_length=300)),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("dmarc", "Dmarc"),
                            ("provider", "Provider"),
                            ("token", "Token"),
                            ("person", "Person"),
                            ("shop", "Shop"),
                            ("failed", "Failed"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("proven_at", models.DateTimeField(null=True)),
                ("forged", models.BooleanField(default=False)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identities",
                        to="odzew.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "value", "forged"), name="identity_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Imported",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=100)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="odzew.conversation"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "key"), name="imported_once")],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("generic", "Standard Webhooks, for your own exchange"),
                            ("twilio", "Twilio"),
                            ("asterisk", "Asterisk, by its manager interface"),
                        ],
                        max_length=12,
                    ),
                ),
                ("number", models.CharField(max_length=32)),
                ("secret", models.TextField()),
                ("places", models.JSONField(blank=True, default=dict)),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField(null=True)),
                ("exchange", models.JSONField(blank=True, default=dict)),
                ("reader", models.CharField(blank=True, max_length=16)),
                ("read_until", models.DateTimeField(null=True)),
                ("listened_at", models.DateTimeField(null=True)),
                ("deaf_since", models.DateTimeField(null=True)),
                ("wrong", models.CharField(blank=True, max_length=500)),
                ("debt", models.BigIntegerField(null=True)),
                ("owed_for", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("refused", models.CharField(blank=True, max_length=500)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="odzew.account"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="call",
            name="line",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="odzew.line"
            ),
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
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("split_at", models.DateTimeField(null=True)),
                ("split_reason", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="odzew.customer",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="odzew.customer",
                    ),
                ),
                (
                    "split_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("split_at__isnull", True)), fields=("other",), name="merge_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("inbound", "Inbound"), ("outbound", "Outbound"), ("note", "Note")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("from_name", models.CharField(blank=True, max_length=300)),
                ("from_address", models.CharField(blank=True, max_length=320)),
                ("to_address", models.CharField(blank=True, max_length=320)),
                ("recipients", models.JSONField(blank=True, default=dict)),
                ("subject", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("own_words", models.TextField(blank=True)),
                ("has_html", models.BooleanField(default=False)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("automatic", models.CharField(blank=True, max_length=30)),
                ("notes", models.JSONField(blank=True, default=list)),
                ("questions", models.JSONField(blank=True, default=list)),
                ("proof", models.JSONField(blank=True, default=dict)),
                ("forwarded", models.JSONField(blank=True, default=dict)),
                ("message_id", models.CharField(blank=True, max_length=998)),
                ("references", models.JSONField(blank=True, default=list)),
                ("raw", models.BigIntegerField(null=True, unique=True)),
                (
                    "purpose",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answer", "Answer"),
                            ("refusal", "Refusal"),
                            ("acknowledgement", "Acknowledgement"),
                            ("receipt", "Receipt"),
                            ("code", "Code"),
                            ("aside", "Aside"),
                        ],
                        max_length=20,
                    ),
                ),
                ("rests_on", models.TextField(blank=True)),
                ("pays", models.JSONField(blank=True, default=list)),
                ("template", models.JSONField(null=True)),
                ("signature", models.TextField(null=True)),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("queued", "Queued"),
                            ("held", "Held"),
                            ("sending", "Sending"),
                            ("passed", "Passed"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("in_doubt", "In Doubt"),
                            ("bounced", "Bounced"),
                        ],
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("later", models.JSONField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("server_said", models.TextField(blank=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came",
                        to="odzew.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["conversation", "at", "id"], name="message_history"),
                    models.Index(
                        condition=models.Q(("origin__isnull", False)),
                        fields=["origin"],
                        name="message_origin",
                    ),
                    models.Index(
                        condition=models.Q(("message_id", ""), _negated=True),
                        fields=["message_id"],
                        name="message_by_id",
                    ),
                    models.Index(
                        condition=models.Q(("automatic", ""), ("direction", "inbound")),
                        fields=["at"],
                        name="message_received",
                    ),
                    models.Index(
                        condition=models.Q(("state", "queued")), fields=["next_try_at"], name="message_outbox"
                    ),
                    models.Index(
                        condition=models.Q(("purpose", "receipt")),
                        fields=["to_address", "at"],
                        name="message_receipts",
                    ),
                    models.Index(
                        condition=models.Q(("direction", "outbound")),
                        fields=["to_address", "at"],
                        name="message_sent_to",
                    ),
                    models.Index(
                        condition=models.Q(
                            models.Q(("state", ""), _negated=True), models.Q(("state", "sent"), _negated=True)
                        ),
                        fields=["state"],
                        name="message_unfinished",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="call",
            name="note",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="odzew.message",
            ),
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("index", models.PositiveIntegerField()),
                ("filename", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content_id", models.CharField(blank=True, max_length=998)),
                ("inline", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True)),
                (
                    "blob",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="odzew.blob"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="odzew.message",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("message", "index"), name="attachment_once")],
            },
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
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("number", models.CharField(max_length=100)),
                ("placed_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("parcels", models.JSONField(blank=True, default=dict)),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="odzew.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-placed_at"], name="order_of_customer")],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.CharField(max_length=100)),
                ("title", models.CharField(max_length=500)),
                ("count", models.PositiveIntegerField(default=1)),
                ("obligation", models.BigIntegerField(null=True, unique=True)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="odzew.order"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("order", "line"), name="item_once")],
            },
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
            name="Parting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("messages", models.JSONField(default=list)),
                ("opened", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parted",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partings",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
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
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=255)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("planned", "Planned"),
                            ("declined", "Declined"),
                            ("gone", "Gone"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("differs", models.BooleanField(default=False)),
                (
                    "absence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="odzew.absence",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "key"), name="proposal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))),
                        name="proposal_has_a_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Push",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_at", models.DateTimeField(db_index=True)),
                (
                    "browser",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting",
                        to="odzew.browser",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="odzew.notice"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("browser", "notice"), name="push_once")],
            },
        ),
        migrations.CreateModel(
            name="Raw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("door", models.CharField(max_length=20)),
                ("received_at", models.DateTimeField()),
                ("envelope", models.JSONField(default=dict)),
                ("content", models.BinaryField()),
                ("size", models.PositiveBigIntegerField()),
                ("transport_key", models.CharField(max_length=200, null=True)),
                ("content_key", models.CharField(max_length=64, null=True)),
                ("content_sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("kept", "Kept"),
                            ("accepted", "Accepted"),
                            ("quarantined", "Quarantined"),
                            ("discarded", "Discarded"),
                            ("told", "Told"),
                            ("probe", "Probe"),
                        ],
                        default="kept",
                        max_length=12,
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                ("discarded_by", models.CharField(blank=True, max_length=40)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="odzew.account"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "kept")), fields=["id"], name="raw_waiting"),
                    models.Index(
                        condition=models.Q(("state", "quarantined")), fields=["state"], name="raw_quarantine"
                    ),
                    models.Index(fields=["content_sha256"], name="raw_content"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "transport_key"), name="raw_transport_once"),
                    models.UniqueConstraint(fields=("content_key",), name="raw_content_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recorded",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("url", models.CharField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("kept", "Kept"), ("failed", "Failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("said", models.CharField(blank=True, max_length=500)),
                (
                    "blob",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="odzew.blob"
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recordings",
                        to="odzew.call",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_try_at"],
                        name="recorded_waiting",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("call", "key"), name="recorded_once")],
            },
        ),
        migrations.CreateModel(
            name="Ruled",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
            options={
                "indexes": [models.Index(fields=["rule", "at"], name="ruled_by")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("slug", models.CharField(max_length=60)),
                ("question", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
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
                "constraints": [models.UniqueConstraint(fields=("person", "slug"), name="view_once")],
            },
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("generic", "Standard Webhooks, for your own program"),
                            ("woocommerce", "WooCommerce"),
                            ("shopify", "Shopify"),
                        ],
                        max_length=12,
                    ),
                ),
                ("secret", models.TextField()),
                ("deliver_minutes", models.PositiveIntegerField(default=960)),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("refused", models.CharField(blank=True, max_length=500)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shops", to="odzew.account"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="order",
            name="shop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="odzew.shop"
            ),
        ),
        migrations.CreateModel(
            name="Heard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("call", models.CharField(max_length=200)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="odzew.shop"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("shop", "call"), name="heard_once")],
            },
        ),
        migrations.CreateModel(
            name="SignedIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("session", models.CharField(max_length=40, unique=True)),
                ("begun_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("address", models.CharField(blank=True, max_length=45)),
                ("device", models.CharField(blank=True, max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signed_in",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="browser",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="odzew.signedin"
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
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
                ("words", models.JSONField(default=list)),
                ("next_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_source",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["next_at"], name="source_due")],
            },
        ),
        migrations.CreateModel(
            name="StaffAct",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=40)),
                ("refused", models.BooleanField(default=False)),
                ("thing", models.CharField(blank=True, max_length=20)),
                ("number", models.BigIntegerField(null=True)),
                ("facts", models.JSONField(default=dict)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at", "seq"], name="staffact_at"),
                    models.Index(fields=["person", "at", "seq"], name="staffact_person"),
                    models.Index(fields=["act", "at", "seq"], name="staffact_act"),
                    models.Index(fields=["thing", "number", "at", "seq"], name="staffact_thing"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stirred",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=30)),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField(null=True)),
                ("seq", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["seq", "id"], name="stirred_order")],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("plan", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "not begun"),
                            ("active", "active"),
                            ("paused", "paused"),
                            ("cancelled", "cancelled"),
                            ("ended", "ended"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="odzew.customer",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="odzew.shop",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-since"], name="subscription_of_customer")],
                "constraints": [models.UniqueConstraint(fields=("shop", "key"), name="subscription_once")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("order_key", models.CharField(blank=True, max_length=100)),
                ("subscription_key", models.CharField(blank=True, max_length=100)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "not settled yet"), ("paid", "paid"), ("failed", "failed")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="odzew.customer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="odzew.order",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="odzew.shop"
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="odzew.subscription",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "-at"], name="payment_of_customer"),
                    models.Index(
                        condition=models.Q(("order", None)),
                        fields=["shop", "order_key"],
                        name="payment_waits_order",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("subscription", None), models.Q(("subscription_key", ""), _negated=True)
                        ),
                        fields=["shop", "subscription_key"],
                        name="payment_waits_plan",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("shop", "key"), name="payment_once")],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=80, unique=True)),
                ("is_archived", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stands_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_names",
                        to="odzew.tag",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tagged",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tagged",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tagged",
                        to="odzew.tag",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tag", "conversation"), name="tagged_once")],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True)),
                ("timezone", models.CharField(default="Europe/Warsaw", max_length=64)),
                ("hours", models.JSONField(blank=True, default=dict)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("own_days", models.JSONField(blank=True, default=dict)),
                ("answer_minutes", models.PositiveIntegerField(default=480)),
                ("language", models.CharField(default="en", max_length=5)),
                ("is_last_resort", models.BooleanField(default=False)),
                ("lead_after_minutes", models.PositiveIntegerField(default=60)),
                ("manager_after_minutes", models.PositiveIntegerField(default=240)),
                ("takes_from_silent", models.BooleanField(default=False)),
                ("tells_who_has_it", models.BooleanField(default=False)),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="manages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "standing_cover",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="covers_teams",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
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
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                (
                    "of_team",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="odzew.team",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Owed",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (odzew.domain.obligation.Kind["ANSWER"], odzew.domain.obligation.Kind["ANSWER"]),
                            (
                                odzew.domain.obligation.Kind["CALLBACK"],
                                odzew.domain.obligation.Kind["CALLBACK"],
                            ),
                            (
                                odzew.domain.obligation.Kind["PROMISE"],
                                odzew.domain.obligation.Kind["PROMISE"],
                            ),
                            (
                                odzew.domain.obligation.Kind["DELIVERY"],
                                odzew.domain.obligation.Kind["DELIVERY"],
                            ),
                            (
                                odzew.domain.obligation.Kind["DECISION"],
                                odzew.domain.obligation.Kind["DECISION"],
                            ),
                            (
                                odzew.domain.obligation.Kind["CONFIRMATION"],
                                odzew.domain.obligation.Kind["CONFIRMATION"],
                            ),
                            (odzew.domain.obligation.Kind["NOTICE"], odzew.domain.obligation.Kind["NOTICE"]),
                            (
                                odzew.domain.obligation.Kind["KNOWLEDGE"],
                                odzew.domain.obligation.Kind["KNOWLEDGE"],
                            ),
                            (odzew.domain.obligation.Kind["ACTION"], odzew.domain.obligation.Kind["ACTION"]),
                            (
                                odzew.domain.obligation.Kind["RECOUNT"],
                                odzew.domain.obligation.Kind["RECOUNT"],
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            (odzew.domain.obligation.State["OPEN"], odzew.domain.obligation.State["OPEN"]),
                            (odzew.domain.obligation.State["PAID"], odzew.domain.obligation.State["PAID"]),
                            (
                                odzew.domain.obligation.State["WAIVED"],
                                odzew.domain.obligation.State["WAIVED"],
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("conversation", models.BigIntegerField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("press_at", models.DateTimeField()),
                ("text", models.TextField(blank=True)),
                ("chasers", models.PositiveIntegerField(default=0)),
                ("moves", models.PositiveIntegerField(default=0)),
                ("reopenings", models.PositiveIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                ("settled_by", models.BigIntegerField(null=True)),
                ("broken", models.BooleanField(default=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("alarm_at", models.DateTimeField(null=True)),
                ("escalated", models.PositiveSmallIntegerField(default=0)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owed",
                        to="odzew.customer",
                    ),
                ),
                (
                    "escalated_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "instead_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="owes", to="odzew.team"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["press_at", "id"], name="owed_rank"
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["owner", "press_at", "id"],
                        name="owed_mine",
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["owner", "team"], name="owed_elsewhere"
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["team", "press_at", "id"],
                        name="owed_team",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "promise"), ("state", "open")),
                        fields=["team", "press_at", "id"],
                        name="owed_promised",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "promise"), ("state", "open")),
                        fields=["press_at", "id"],
                        name="owed_promised_rank",
                    ),
                    models.Index(condition=models.Q(("state", "open")), fields=["due_at"], name="owed_due"),
                    models.Index(
                        condition=models.Q(("kind", "promise")), fields=["due_at"], name="owed_promise_due"
                    ),
                    models.Index(
                        condition=models.Q(("alarm_at__isnull", False), ("state", "open")),
                        fields=["alarm_at"],
                        name="owed_alarm",
                    ),
                    models.Index(
                        condition=models.Q(("escalated_to__isnull", False), ("state", "open")),
                        fields=["escalated_to", "press_at", "id"],
                        name="owed_escalated",
                    ),
                    models.Index(
                        condition=models.Q(("instead_of__isnull", False), ("state", "open")),
                        fields=["instead_of"],
                        name="owed_instead_of",
                    ),
                    models.Index(fields=["conversation"], name="owed_conversation"),
                    models.Index(
                        condition=models.Q(("settled_by__isnull", False)),
                        fields=["settled_by"],
                        name="owed_settled_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Load",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("open", models.BigIntegerField()),
                ("late", models.BigIntegerField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="odzew.team",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("owner", "team", "kind"), name="load_once")],
            },
        ),
        migrations.AddField(
            model_name="line",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="odzew.team"
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="conversations", to="odzew.team"
            ),
        ),
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
                        blank=True,
                        choices=[
                            (odzew.domain.obligation.Kind["ANSWER"], odzew.domain.obligation.Kind["ANSWER"]),
                            (odzew.domain.obligation.Kind["NOTICE"], odzew.domain.obligation.Kind["NOTICE"]),
                            (
                                odzew.domain.obligation.Kind["CALLBACK"],
                                odzew.domain.obligation.Kind["CALLBACK"],
                            ),
                        ],
                        max_length=20,
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
                    models.UniqueConstraint(fields=("team", "channel", "kind"), name="answertime_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("team", None)),
                        fields=("channel", "kind"),
                        name="answertime_of_any_team_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel", ""), ("kind", ""), _negated=True),
                        name="answertime_says_of_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountTeam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="in_charge",
                        to="odzew.account",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_charge_of",
                        to="odzew.team",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="teams",
            field=models.ManyToManyField(blank=True, related_name="members", to="odzew.team"),
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("scopes", models.JSONField(default=list)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Once",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("request", models.CharField(max_length=64)),
                ("answer", models.JSONField(null=True)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="odzew.token"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("token", "key"), name="once")],
            },
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
            name="Union",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("brought", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unions",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="united",
                        to="odzew.conversation",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("other",), name="union_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answered", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="odzew.message",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="verdict_recent")],
            },
        ),
        migrations.CreateModel(
            name="Visitor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("number", models.CharField(blank=True, max_length=300)),
                ("mail", models.CharField(blank=True, max_length=320)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="odzew.account",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visitors",
                        to="odzew.conversation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Wanted",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=500)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(db_index=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="odzew.account"
                    ),
                ),
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wanted",
                        to="odzew.attachment",
                    ),
                ),
            ],
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
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("type", models.CharField(max_length=40)),
                ("lane", models.CharField(blank=True, max_length=40)),
                ("body", models.TextField()),
                ("made_at", models.DateTimeField(db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("given_up", "Given Up"),
                            ("left", "Left"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("next_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("tried_first_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("status", models.PositiveIntegerField(null=True)),
                ("milliseconds", models.PositiveIntegerField(null=True)),
                ("said", models.CharField(blank=True, max_length=500)),
                ("past", models.JSONField(blank=True, default=list)),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="odzew.webhook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_at"], name="webhook_due"
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["webhook", "lane", "id"],
                        name="webhook_lane",
                    ),
                    models.Index(fields=["webhook", "-id"], name="webhook_log"),
                    models.Index(
                        condition=models.Q(("state", "given_up")), fields=["webhook"], name="webhook_given_up"
                    ),
                ],
            },
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
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["customer", "-begun_at"], name="call_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(fields=("line", "key"), name="call_once"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("shop", "key"), name="order_once"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["team", "-last_at", "-id"], name="conversation_recent"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["team", "-last_at", "-id"],
                name="conversation_open",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["customer", "-last_at"], name="conversation_customer"),
        ),
    ]
