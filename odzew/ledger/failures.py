"""What had gone wrong for a customer before a debt opened: whoever was failed is served first (F32)."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Q, Sum

from odzew.customers import kin
from odzew.domain import journal, ranking
from odzew.ledger.models import Owed
from odzew.lib.among import Among
from odzew.lib.ready import Ready


def noted(lines: Sequence[journal.Entry]) -> list[journal.Entry]:
    """Return the lines with the failures before it noted in each that opens a debt."""
    opened = [line for line in lines if isinstance(line, journal.Opened)]
    if not opened:
        return list(lines)
    customers = {line.customer for line in opened if line.customer is not None}
    found = _counted(customers, max(line.at for line in opened))
    return [
        replace(line, failures=found.get(line.customer or 0, 0)) if isinstance(line, journal.Opened) else line
        for line in lines
    ]


def _counted(customers: Collection[int], at: datetime) -> dict[int, int]:
    """Return what `ranking.failures` counts, by customer: of all that are one with him (docs/adr/0027)."""
    heads, one = kin.families(customers)
    counts: Counter[int] = Counter()
    for customer, broke, again in _FAILED(one, at - ranking.REMEMBERED):
        counts[one[customer]] += broke + again
    return {customer: counts[head] for customer, head in heads.items()}


_FAILED = Ready(
    lambda customers, since: (
        Owed.objects.filter(customer__in=Among(customers), opened_at__gt=since)
        .values("customer")
        .annotate(broke=Count("pk", filter=Q(broken=True)), again=Sum("reopenings"))
        .values_list("customer", "broke", "again")
    )
)
