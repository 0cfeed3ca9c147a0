"""How the firm shows itself to customers: a new table of one row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0034_programs_have_tokens"),
    ]

    operations = [
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
    ]
