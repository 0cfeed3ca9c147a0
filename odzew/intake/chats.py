"""Chats: a customer goes on writing where he is, so what he says joins what is open there (docs/adr/0037)."""

from collections.abc import Iterable, Sequence

from odzew.channels import registry
from odzew.channels.base import Inbound
from odzew.conversations.models import Conversation
from odzew.customers.models import Identity
from odzew.intake.models import Raw

Batch = Sequence[tuple[Raw, Inbound]]
Place = tuple[int, str]  # account, and address of the customer there


def is_chat(inbound: Inbound) -> bool:
    """Return whether a message was said in a chat."""
    return inbound.kind in registry.CHATS


def going_on(inbounds: Iterable[Inbound], identities: Iterable[Identity]) -> dict[Place, Conversation]:
    """Return the open conversation of each chat, the newest where there are several."""
    if not any(is_chat(inbound) for inbound in inbounds):
        return {}
    chats = list(registry.CHATS)
    customers = {one.customer_id for one in identities if one.kind in registry.CHATS}
    rows = Conversation.objects.matters().filter(customer__in=customers, status=Conversation.Status.OPEN)
    talks = rows.filter(account__channel__in=chats).select_related("account", "customer", "team")
    return {(talk.account_id, talk.address): talk for talk in talks.order_by("last_at", "pk")}


def set_aside(batch: Batch) -> list[tuple[Raw, Inbound]]:
    """Return what somebody said; what nobody said (of a group, of another kind) is kept, and opens nothing.

    :raises django.db.Error: when the database does not take it; then all of it waits
    """
    for raw, said in batch:
        if said.nothing:
            rows = Raw.objects.filter(pk=raw.pk, state=Raw.State.KEPT)
            rows.update(state=Raw.State.DISCARDED, discarded_by="desk", error=said.nothing, next_try_at=None)
    return [(raw, said) for raw, said in batch if not said.nothing]
