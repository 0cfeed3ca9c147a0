"""Notices are no record: what they told of stands in the books, and they go after a while."""

from datetime import datetime, timedelta

from odzew.notices.digests import Digest
from odzew.notices.models import Notice

KEPT = timedelta(days=90)
AT_ONCE = 500


def step(at: datetime) -> int:
    """Delete some of what is older than `KEPT`, and return how much."""
    before = at - KEPT
    notices = list(Notice.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:AT_ONCE])
    digests = list(Digest.objects.filter(made_at__lt=before).values_list("pk", flat=True)[:AT_ONCE])
    Notice.objects.filter(pk__in=notices).delete()
    Digest.objects.filter(pk__in=digests).delete()
    return len(notices) + len(digests)
