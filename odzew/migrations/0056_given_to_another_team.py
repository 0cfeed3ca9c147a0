from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("odzew", "0055_what_came_from_another_desk"),
    ]

    operations = [
        migrations.AlterField(
            model_name="happening",
            name="what",
            field=models.CharField(
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
                    ("given", "Given"),
                ],
                max_length=10,
            ),
        ),
    ]
