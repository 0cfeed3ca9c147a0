"""Which customers are likely one: noted as their letters come in, by marks two of them share."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from odzew.conversations.alike import Alike, Mark
from odzew.customers.models import Identity
from odzew.language import likeness
from odzew.lib.among import Among
from odzew.lib.ready import Ready
from odzew.lib.rows import insert_rows, new_row
from odzew.staff.models import Person

# What a mark is worth of a hundred, alone; several add up.
WORTH = {"phone": 70, "order": 60, "mail": 60, "name": 40, "sound-c": 30, "sound-l": 30}
CERTAIN = 99
LONGEST = 200
# What so many share is a firm's switchboard or our own number, and tells nobody apart.
SHARED_BY = 8


def note(found: Mapping[int, Collection[str]]) -> None:
    """Keep the marks of customers, and every pair that shares one.

    Called within the transaction that writes the customer, and while the books are held: so nobody else
    writes the same mark meanwhile.
    """
    told = {customer: {m for m in marks if len(m) <= LONGEST} for customer, marks in found.items()}
    rows = [
        new_row(Mark, value=mark, customer_id=customer)
        for customer in told
        for mark in sorted(told[customer])
    ]
    if not rows:
        return
    holders = _holders({row.value for row in rows})
    fresh = [row for row in rows if row.customer_id not in holders[row.value]]
    insert_rows(fresh)
    for row in fresh:
        holders[row.value].add(row.customer_id)
    _pair(fresh, holders)


def different(pair: Alike, by: Person, now: datetime) -> None:
    """Remember that two customers are not one, whatever they may share from now on."""
    Alike.objects.filter(pk=pair.pk, different_at=None).update(different_at=now, different_by=by)


def _holders(values: Collection[str]) -> dict[str, set[int]]:
    asked = {*values, *map(likeness.other_script, values)}
    holders: dict[str, set[int]] = defaultdict(set)
    for value, customer in _MARKED(asked):
        holders[value].add(customer)
    # Who writes from an address another one signs with.
    mails = [value.removeprefix("mail:") for value in values if value.startswith("mail:")]
    for value, customer in _KNOWN_BY(mails):
        holders[f"mail:{value}"].add(customer)
    return holders


_MARKED = Ready(lambda values: Mark.objects.filter(value__in=Among(values)).values_list("value", "customer"))
_KNOWN_BY = Ready(
    lambda mails: Identity.objects.filter(kind="email", value__in=Among(mails), forged=False).values_list(
        "value", "customer"
    )
)


def _pair(fresh: Iterable[Mark], holders: Mapping[str, set[int]]) -> None:
    shared: dict[tuple[int, int], set[str]] = defaultdict(set)
    for row in fresh:
        by = likeness.other_script(row.value)
        # The same sound in the same script is another name: only the same letters count there.
        others = holders[by] - {row.customer_id}
        if len(others) < SHARED_BY:
            for other in others:
                shared[min(row.customer_id, other), max(row.customer_id, other)].add(row.value)
    if shared:
        _keep(shared)


def _keep(shared: Mapping[tuple[int, int], set[str]]) -> None:
    firsts = {one for one, _other in shared}
    known = {(row.one_id, row.other_id): row for row in Alike.objects.filter(one__in=firsts)}
    fresh = []
    for (one, other), marks in shared.items():
        row = known.get((one, other)) or Alike(one_id=one, other_id=other)
        row.marks = sorted({*row.marks, *marks})
        row.score = min(CERTAIN, sum(WORTH[mark.partition(":")[0]] for mark in row.marks))
        fresh.append(row)
    Alike.objects.bulk_create([row for row in fresh if row.pk is None])
    Alike.objects.bulk_update([row for row in fresh if row.pk is not None], ["marks", "score"])
