"""Which conversation a visitor of a chat is in: one that is open, or was until a day ago (docs/adr/0041)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Q

from odzew.channels import chats
from odzew.conversations.models import Conversation
from odzew.conversations.visitor import Visitor, locked
from odzew.intake.arrival import Arrival
from odzew.intake.joining import Place
from odzew.intake.models import Raw
from odzew.lib.among import Among

DOOR = "chat"
GOES_ON = timedelta(days=1)  # after it was closed, as "thank you" is of the same matter


class Visiting:
    """The visitors of a batch, held until the transaction ends, with the conversations they are in.

    Those also who are in a conversation that the batch may join by mail: their windows leave it then.
    A desk that is not `chatting` has no visitors.
    """

    def __init__(self, raws: Iterable[Raw], talks: Iterable[Conversation], chatting: bool) -> None:
        self.chatting = chatting
        keys = {raw.envelope["visitor"] for raw in raws if raw.door == DOOR}
        joined = {n for talk in talks for n in (talk.pk, talk.stands_for_id) if n} if chatting else ()
        asked = Q(key__in=keys) | Q(conversation__in=Among(joined))
        found = locked(Visitor.objects.filter(asked)) if keys or joined else ()
        self.visitors = {row.key: row for row in found}
        self.talks = {key: row.conversation for key, row in self.visitors.items() if row.conversation}
        self.numbers = {key: row.number for key, row in self.visitors.items()}

    def place(self, raw: Raw) -> Place | None:
        """Return where a message of a visitor goes; None when it came by another door."""
        if raw.door != DOOR:
            return None
        talk = self.talks.get(raw.envelope["visitor"])
        if talk is None or talk.erased_at or self._is_another(raw):
            return Place()
        return Place(joins=talk) if _goes_on(talk, raw) else Place(points_at=talk)

    def note(self, raw: Raw, home: Conversation) -> None:
        """Note where a visitor is now; the conversation may not be kept yet."""
        if raw.door == DOOR and not self._is_another(raw):
            key = raw.envelope["visitor"]
            self.talks[key] = home
            self.numbers[key] = self.numbers.get(key) or _number(raw)

    def save(self, arrivals: Sequence[Arrival]) -> None:
        """Write down where the visitors are, now that their conversations are kept."""
        for arrival in arrivals:
            if arrival.raw.door != DOOR or self._is_another(arrival.raw):
                continue
            visitor = self._visitor(arrival.raw)
            talk, told = self.talks[visitor.key], arrival.inbound.reply_to
            visitor.conversation, visitor.number = talk, self.numbers[visitor.key]
            # One that was typed before, perhaps while this message waited here, holds on.
            visitor.mail = told if chats.is_mail(told) else visitor.mail
            if visitor.mail and talk.address != visitor.mail:
                talk.address = visitor.mail
                talk.save(update_fields=["address"])
            visitor.save()

    def leave(self, arrivals: Iterable[Arrival]) -> None:
        """Let windows show no more of conversations in which somebody has answered by mail.

        He holds the address that was typed into the window; whoever typed it may be somebody else.
        """
        by_mail = [a for a in arrivals if not a.is_new and a.raw.door != DOOR and not a.automatic]
        talks = {talk.pk for a in by_mail for talk in (a.conversation, a.home) if talk}
        if talks and self.chatting:
            Visitor.objects.filter(conversation__in=talks).update(conversation=None, number="", mail="")

    def _is_another(self, raw: Raw) -> bool:
        # Two who sign in at one computer. Who is not signed in, or not any more, may write; he claims it.
        number = self.numbers.get(raw.envelope["visitor"], "")
        return bool(number and _number(raw)) and number != _number(raw)

    def _visitor(self, raw: Raw) -> Visitor:
        key = raw.envelope["visitor"]
        fresh = Visitor(key=key, account_id=raw.account_id, created_at=raw.received_at)
        return self.visitors.setdefault(key, fresh)


def _number(raw: Raw) -> str:
    return str(raw.envelope.get("shop", {}).get("number", ""))


def _goes_on(talk: Conversation, raw: Raw) -> bool:
    return talk.closed_at is None or talk.closed_at > raw.received_at - GOES_ON
