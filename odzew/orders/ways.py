"""The ways a thing of an order can go to a customer: where she is now, her chats, her proven addresses."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from odzew.channels import registry
from odzew.conversations.models import Conversation
from odzew.customers.models import Identity, Proof
from odzew.orders.models import Order
from odzew.staff.models import Person

PROVEN = (Proof.DMARC, Proof.PROVIDER, Proof.TOKEN, Proof.PERSON, Proof.SHOP)
CHATS = 20


@dataclass(frozen=True, slots=True)
class Way:
    """Where a thing can go: the conversation it is sent in, and whom that reaches."""

    conversation: Conversation
    address: str

    @property
    def key(self) -> str:
        """Return what a form calls it."""
        return f"{self.conversation.pk} {self.address}"

    @property
    def chat(self) -> str:
        """Return the name of its messenger; nothing for a mail."""
        return registry.CHATS.get(self.conversation.account.channel, "")


@dataclass(frozen=True, slots=True)
class Reached:
    """By what customers that are one are reached: here, by their proven addresses, and in their chats."""

    here: Conversation | None
    mails: tuple[str, ...]
    known: frozenset[str]
    chats: tuple[Conversation, ...]

    def ways(self, order: Order) -> list[Way]:
        """Return how a thing of an order can go, the conversation one is in first; each address once."""
        found = [Way(talk, talk.address) for talk in (self.here, *self.chats) if talk and self._is_hers(talk)]
        if home := order.conversation:
            found += [Way(home, address) for address in (home.address, *self.mails) if "@" in address]
        once: dict[tuple[str, str], Way] = {}
        for way in found:
            once.setdefault((way.chat, way.address.lower()), way)
        return list(once.values())

    def _is_hers(self, talk: Conversation) -> bool:
        # Who wants replies elsewhere than at his own address has proven nothing (SAFETY P17).
        return bool(talk.address) and ("@" not in talk.address or talk.address.lower() in self.known)


def reached(
    person: Person, customers: Collection[int], identities: Iterable[Identity], here: Conversation | None
) -> Reached:
    """Return by what a person, `here` in a conversation or nowhere, reaches customers that are one."""
    mails = [one for one in identities if one.kind == "email" and not one.forged]
    chats = Conversation.objects.visible_to(person).filter(customer__in=customers, erased_at=None)
    in_them = chats.filter(account__channel__in=registry.CHATS, account__active=True)
    return Reached(
        here=here,
        mails=tuple(one.value for one in mails if one.proof in PROVEN),
        known=frozenset(one.value.lower() for one in mails),
        chats=tuple(in_them.select_related("account").order_by("-last_at")[:CHATS]),
    )
