"""One ticket of another desk as a conversation: its words, what is owed in it, its tags."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from odzew.channels.models import Account
from odzew.conversations import holding, tag, tagging
from odzew.conversations.models import Conversation, Message
from odzew.conversations.tag import Tagged
from odzew.domain.obligation import Kind as DebtKind, Obligation, Refused
from odzew.imports import owing, written
from odzew.imports.models import Imported
from odzew.imports.neutral import Kind, Left, Matter, Said
from odzew.imports.people import People, address_of
from odzew.imports.written import Read
from odzew.ledger import books
from odzew.lib.among import Among
from odzew.lib.plain import plain
from odzew.staff.models import Person, Team
from odzew.webhooks.models import Stirred

INBOUND = Message.Direction.INBOUND


@dataclass(slots=True)
class Kept:
    """A ticket that is written, and what of it has no place here."""

    talk: Conversation
    rows: Sequence[Message] = ()
    debt: Obligation | None = None
    left: list[Left] = field(default_factory=list)


class Talks:
    """Writes tickets, each within the transaction of whoever calls."""

    def __init__(self, account: Account, people: People, now: datetime) -> None:
        """Let `account` be the mailbox that answers from now on."""
        self.account, self.people, self.now = account, people, now
        self.teams = {team.name.casefold(): team for team in Team.objects.all()}
        self.staff = {one.email.lower(): one for one in Person.objects.filter(is_active=True)}

    def is_here(self, matter: Matter) -> bool:
        """Return whether a ticket came before."""
        return Imported.objects.filter(source=self.people.source, key=_key(matter)).exists()

    def read(self, matter: Matter) -> list[Read]:
        """Return what the messages of a ticket say that are not here, as they were said.

        It takes long, and no transaction.
        """
        keys = _message_keys(matter)
        rows = Imported.objects.filter(source=self.people.source, key__in=Among(keys))
        known = set(rows.values_list("key", flat=True))
        fresh = [one for one in matter.said if _message_key(matter, one) not in known]
        return [written.read(one, matter.customer.language) for one in written.in_order(fresh)]

    def keep(self, matter: Matter, reads: Sequence[Read]) -> Kept:
        """Write a ticket that never came before, as it was read.

        Whoever writes holds the books before the tags, as arriving mail does.

        :raises django.db.IntegrityError: when another run has written it at this moment
        """
        kept = Kept(self._begun(matter, reads))
        self._origin(kept.talk, matter)
        kept.rows = self._write(kept.talk, matter, reads)
        if owed := _owed(kept.rows):
            self._owe(kept, matter, owed)
        self._tag(kept, matter)
        _no_news(kept.rows)
        return kept

    def add(self, matter: Matter, reads: Sequence[Read]) -> Kept:
        """Write what was said since a ticket came, where its conversation goes on, and owe what waits of it.

        The conversation is led here: its state, its owner and its tags stay. An answer given there pays
        nothing here (law 4), and is named.

        :raises django.db.IntegrityError: when another run has written it at this moment
        """
        ticket = Imported.objects.get(source=self.people.source, key=_key(matter))
        kept = Kept(holding.where_it_goes_on(ticket.conversation_id))
        if kept.talk.erased_at:
            kept.left.append(Left("Its customer was erased here.", _key(matter)))
            return kept
        kept.rows = self._write(kept.talk, matter, reads)
        if ticket.conversation_id != kept.talk.pk:
            Message.objects.filter(pk__in=[row.pk for row in kept.rows]).update(origin=ticket.conversation)
        self._answered_there(kept, matter, reads)
        if owed := _owed(kept.rows):
            kept.debt = owing.owe_since(kept.talk, owed, self.now)
            holding.open_again(kept.talk)
        newest = max(row.at for row in kept.rows)
        Conversation.objects.filter(pk=kept.talk.pk, last_at__lt=newest).update(last_at=newest)
        _no_news(kept.rows)
        return kept

    def _answered_there(self, kept: Kept, matter: Matter, reads: Sequence[Read]) -> None:
        answers = [one.said.at for one in reads if one.said.kind is Kind.ANSWER]
        debts = books.open_debts([kept.talk.pk])
        if any(debt.kind is DebtKind.ANSWER and debt.opened_at < at for debt in debts for at in answers):
            why = "It was answered there since, and stays owed here: look, and answer it or waive it."
            kept.left.append(Left(why, _key(matter)))

    def _begun(self, matter: Matter, reads: Sequence[Read]) -> Conversation:
        customer = self.people.customer(matter.customer)
        told = (one.language for one in reads if one.said.kind is Kind.CUSTOMER and one.language)
        ends = max([matter.begun_at, *(one.at for one in matter.said)])
        ended = {} if matter.is_open else {"closed_at": min(matter.closed_at or ends, self.now)}
        return Conversation.objects.create(
            customer=customer,
            account=self.account,
            team=self.teams.get(matter.group.casefold(), self.people.team),
            subject=plain(matter.subject, 2000),
            language=next(told, "") or customer.language,
            address=address_of(matter.customer),
            status=Conversation.Status.OPEN if matter.is_open else Conversation.Status.CLOSED,
            closing="" if matter.is_open else Conversation.Closing.DECLARED,
            created_at=min(matter.begun_at, self.now),
            last_at=min(ends, self.now),
            **ended,
        )

    def _write(self, talk: Conversation, matter: Matter, reads: Sequence[Read]) -> list[Message]:
        waiting = written.unanswered(matter.said) if matter.is_open else []
        writer = written.Writer(talk, self.staff, self.now)
        rows = list(writer.rows(reads, frozenset(one.key for one in waiting)))
        Message.objects.bulk_create(rows)
        self._note(talk, [_message_key(matter, one.said) for one in reads])
        return rows

    def _note(self, talk: Conversation, keys: Sequence[str]) -> None:
        source = self.people.source
        Imported.objects.bulk_create(Imported(source=source, key=key, conversation=talk) for key in keys)

    def _origin(self, talk: Conversation, matter: Matter) -> None:
        """Write the note by which its old number is found."""
        self._note(talk, [_key(matter)])
        with translation.override(talk.team.language):
            words = _("This conversation came from %(desk)s, where its number was %(number)s.")
            text = words % {"desk": self.people.source, "number": plain(matter.number, 100)}
        Message.objects.create(
            conversation=talk, direction=Message.Direction.NOTE, at=talk.created_at, from_name="Odzew",
            text=text, own_words=text, language=talk.team.language,
        )  # fmt: skip

    def _owe(self, kept: Kept, matter: Matter, owed: Sequence[Message]) -> None:
        assignee = matter.assignee
        given = self.staff.get(address_of(assignee)) if assignee else None
        words = {tag.key(name) for name in matter.tags}
        kept.debt = owing.owe(kept.talk, owed, given.pk if given else None, words, self.now)
        if assignee and given is None:
            why = "Who had it there is not on this desk; its debt was given to who carries least."
            kept.left.append(Left(why, f"{_key(matter)}: {assignee.email or assignee.key}"))

    def _tag(self, kept: Kept, matter: Matter) -> None:
        for name in dict.fromkeys(matter.tags):
            try:
                # As people write them: other desks join the words of a tag by underscores.
                given = tagging.usable(name.replace("_", " "), self.people.by, self.now)
            except Refused as refusal:
                kept.left.append(Left("A tag is none here.", f"{_key(matter)}: {name!r}: {refusal}"))
                continue
            Tagged.objects.get_or_create(tag=given, conversation=kept.talk)


def _owed(rows: Sequence[Message]) -> list[Message]:
    return [row for row in rows if row.direction == INBOUND and not row.automatic]


def _no_news(rows: Sequence[Message]) -> None:
    # Triggers have written them down in this transaction; what happened years ago is no news.
    numbers = [row.pk for row in rows]
    Stirred.objects.filter(what__startswith="message.", number__in=numbers).delete()


def _key(matter: Matter) -> str:
    return f"ticket {matter.key}"


def _message_keys(matter: Matter) -> list[str]:
    return [_message_key(matter, one) for one in matter.said]


def _message_key(matter: Matter, said: Said) -> str:
    return f"message {matter.key}/{said.key}"
