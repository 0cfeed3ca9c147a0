"""A third party is asked in a conversation of its own, beside the customer's (docs/adr/0021).

A column that is empty and an index of the few rows that fill it: nothing is rewritten.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("odzew", "0016_staff_acts_are_logged")]
    operations = [
        migrations.AddField(
            "conversation",
            "beside",
            models.ForeignKey(
                "odzew.conversation",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asides",
                db_index=False,
            ),
        ),
        migrations.AddIndex(
            "conversation",
            models.Index(
                fields=["beside", "address"],
                name="conversation_beside",
                condition=Q(beside__isnull=False),
            ),
        ),
        migrations.AlterField(
            "message",
            "purpose",
            models.CharField(
                max_length=20,
                blank=True,
                choices=[
                    ("answer", "Answer"),
                    ("refusal", "Refusal"),
                    ("acknowledgement", "Acknowledgement"),
                    ("receipt", "Receipt"),
                    ("code", "Code"),
                    ("aside", "Aside"),
                ],
            ),
        ),
    ]
