"""Joining two customers that are one, and taking it back (docs/adr/0027).

Merges make trees: each customer has at most one merge that stands in which it is the other. Nothing
but `Customer.stands_for` follows from them: the root of its tree, empty at the root itself.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from odzew.conversations.merge import Merge
from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.customers.models import Customer
from odzew.domain.obligation import Refused
from odzew.staff.models import Person


@transaction.atomic
def merge(kept: Customer, other: Customer, by: Person, reason: str, now: datetime) -> Merge:
    """Let two customers be one; every conversation, identity and debt stays where the journal says it is.

    :raises Refused: when there is no reason, they are one already, or one of them is joined to a third
    """
    said = _reason(reason)
    if kept.pk == other.pk:
        raise Refused(_("This is the same customer: choose another one."))
    again = Merge.objects.filter(kept=kept, other=other, split_at=None).first()
    if again is not None:  # a button pressed twice
        return again
    _must_stand_alone(_held([kept.pk, other.pk]), 2)
    Customer.objects.filter(stands_for=other.pk).update(stands_for=kept.pk)
    Customer.objects.filter(pk=other.pk).update(stands_for=kept.pk)
    return Merge.objects.create(kept=kept, other=other, by=by, reason=said, at=now)


@transaction.atomic
def split(merge: Merge, by: Person, reason: str, now: datetime) -> Merge:
    """Take a merge back: the other customer has again all that was his, and what came to him since.

    What had been joined to him before goes with him. A merge that was split already is left as it is.

    :raises Refused: when there is no reason, or somebody joined or split them at the same moment
    """
    said = _reason(reason)
    root = kin.head(Customer.objects.get(pk=merge.other_id))
    # Whoever changes a tree holds its root.
    held = {customer.pk: customer for customer in _held([root, merge.other_id])}
    row = Merge.objects.select_for_update().get(pk=merge.pk)
    if row.split_at is not None:
        return row
    if held[root].stands_for_id is not None or held[row.other_id].stands_for_id != root:
        raise Refused(_("Somebody has just joined or split them: look again."))
    below = _below(row.other_id)
    _must_share_no_conversation(root, {row.other_id, *below})
    row.split_at, row.split_by, row.split_reason = now, by, said
    row.save(update_fields=["split_at", "split_by", "split_reason"])
    Customer.objects.filter(pk__in=below).update(stands_for=row.other_id)
    Customer.objects.filter(pk=row.other_id).update(stands_for=None)
    return row


def standing(customers: Collection[int]) -> Sequence[Merge]:
    """Return the merges that hold among these customers, the newest first."""
    rows = Merge.objects.filter(other__in=list(customers), split_at=None)
    return list(rows.select_related("other", "kept", "by").order_by("-at", "-pk"))


def _below(customer: int) -> set[int]:
    """Return the customers whose merges lead to this one."""
    found: set[int] = set()
    level = {customer}
    while level:
        rows = Merge.objects.filter(kept__in=level, split_at=None)
        level = set(rows.values_list("other", flat=True)) - found
        found |= level
    return found


def _held(numbers: Collection[int]) -> list[Customer]:
    rows = Customer.objects.select_for_update().filter(pk__in=numbers)
    return list(rows.order_by("pk"))


def _must_stand_alone(customers: Sequence[Customer], count: int) -> None:
    if len(customers) != count or any(customer.stands_for_id for customer in customers):
        raise Refused(_("One of them has been joined to a customer already: look again."))


def _must_share_no_conversation(root: int, below: Collection[int]) -> None:
    # A conversation is with one customer; what was merged across both would be with two (docs/adr/0031).
    one = set(Customer.objects.filter(Q(pk=root) | Q(stands_for=root)).values_list("pk", flat=True))
    across = Q(stands_for__customer__in=one - set(below), customer__in=below)
    across |= Q(stands_for__customer__in=below, customer__in=one - set(below))
    shared = Conversation.objects.filter(across, stands_for__isnull=False).order_by("pk").first()
    if shared is not None:
        raise Refused(
            _("Conversations of both were merged (no. %(number)s). Take that back first.")
            % {"number": shared.stands_for_id}
        )


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refused(_("Say by what you know it: whoever reads it later asks for that first."))
    return said
