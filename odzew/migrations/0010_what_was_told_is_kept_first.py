from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("odzew", "0009_proof_of_arrival")]

    # What shops told before was done when they were answered: it is known again, and done no more.
    operations = [
        migrations.RemoveConstraint("heard", "heard_once"),
        migrations.RenameField("heard", "call", "name"),
        migrations.RenameField("heard", "shop", "of"),
        migrations.AlterField("heard", "of", models.BigIntegerField()),
        migrations.AddField(
            "heard", "door", models.CharField(max_length=10, default="shop"), preserve_default=False
        ),
        migrations.AddField("heard", "envelope", models.JSONField(default=dict)),
        migrations.AddField("heard", "content", models.BinaryField(default=b"")),
        migrations.AddField(
            "heard", "about", models.CharField(blank=True, default="", max_length=200), preserve_default=False
        ),
        migrations.AddField(
            "heard",
            "state",
            models.CharField(
                choices=[("kept", "Kept"), ("done", "Done"), ("held", "Held"), ("discarded", "Discarded")],
                default="done",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "heard",
            "state",
            models.CharField(
                choices=[("kept", "Kept"), ("done", "Done"), ("held", "Held"), ("discarded", "Discarded")],
                default="kept",
                max_length=12,
            ),
        ),
        migrations.AddField("heard", "tries", models.PositiveIntegerField(default=0)),
        migrations.AddField("heard", "next_try_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "heard", "error", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("heard", "debt", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "heard", models.UniqueConstraint(fields=("door", "of", "name"), name="heard_once")
        ),
        migrations.AddIndex(
            "heard", models.Index(fields=["id"], name="heard_waiting", condition=Q(state="kept"))
        ),
        migrations.AddIndex(
            "heard", models.Index(fields=["of", "about"], name="heard_about", condition=Q(state="kept"))
        ),
        migrations.AddIndex(
            "heard", models.Index(fields=["state"], name="heard_held", condition=Q(state="held"))
        ),
    ]
