"""A rule may be of one team only: a column of a small table, empty for the rules there are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("odzew", "0042_conversations_are_followed")]
    operations = [
        migrations.AddField(
            "rule",
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
    ]
