"""The counters begin with what stands in the books; what is late is counted from the first moment on."""

from django.db import migrations

COUNT = """
INSERT INTO odzew_load (owner_id, team_id, kind, open, late)
SELECT owner_id, team_id, kind, COUNT(*), 0 FROM odzew_owed WHERE state = 'open'
GROUP BY owner_id, team_id, kind
"""


class Migration(migrations.Migration):
    dependencies = [("odzew", "0005_what_each_owes_is_counted")]
    operations = [migrations.RunSQL(COUNT, "DELETE FROM odzew_load")]
