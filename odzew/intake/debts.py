"""What a batch of arrivals does to the books."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from odzew.conversations import aside, underway
from odzew.conversations.models import Conversation
from odzew.conversations.tag_words import words_of
from odzew.domain import journal, opening
from odzew.domain.obligation import Kind, Obligation
from odzew.intake.arrival import Arrival
from odzew.ledger import books
from odzew.lib.among import Among
from odzew.lib.ready import Ready
from odzew.staff.answer_time import Times
from odzew.staff.assignment import Roster
from odzew.staff.due import later


def open_or_join(arrivals: Sequence[Arrival], now: datetime) -> None:
    """Open a debt for each message of a person, or let it join the one it is about (laws 1 and 3)."""
    waiting = [a for a in arrivals if not a.automatic]
    asides = [a for a in waiting if a.conversation.beside_id]
    if ours := [a for a in waiting if not a.conversation.beside_id]:
        books.post_within(_Round(ours, now).entries(now))
    for arrival in asides:
        by = f"customer:{arrival.conversation.customer_id}"
        aside.news(arrival.message, arrival.message.own_words, arrival.raw.received_at, now, by)


def conversations_of(arrivals: Iterable[Arrival]) -> set[int]:
    """Return the conversations that arrivals join or name, and those these stand beside."""
    talks = [talk for a in arrivals if not a.is_new for talk in (a.conversation, a.home) if talk]
    return {number for talk in talks for number in (talk.pk, talk.beside_id) if number is not None}


def hold(numbers: Collection[int]) -> dict[int, int | None]:
    """Hold conversations until the transaction ends, the oldest first; say what each is merged into."""
    # A reply that is being written and a mail that arrives take turns (conversations.actions).
    return dict(_HELD(numbers))


_HELD = Ready(
    lambda numbers: (
        Conversation.objects.select_for_update()
        .filter(pk__in=Among(numbers))
        .order_by("pk")
        .values_list("pk", "stands_for")
    )
)


def _tags(arrivals: Iterable[Arrival]) -> dict[int, set[int]]:
    # What the rules have said of them is written after their debts.
    found: dict[int, set[int]] = defaultdict(set)
    for arrival in arrivals:
        found[arrival.conversation.pk].update(arrival.tags)
    return found


class _Round:
    def __init__(self, arrivals: Sequence[Arrival], now: datetime) -> None:
        self.arrivals = arrivals
        joined = sorted({a.conversation.pk for a in arrivals if not a.is_new})  # held by who accepts them
        self.debts: dict[int, list[Obligation]] = defaultdict(list)
        for debt in books.open_debts(joined):
            self.debts[debt.conversation or 0].append(debt)
        self.under_way = underway.pays(joined)
        self.owners = books.last_owners(joined)
        self.roster = Roster(books.loads(), now)
        self.words = words_of(_tags(arrivals)) if self.roster.asks_words else {}
        self.times = Times()

    def entries(self, now: datetime) -> list[journal.Entry]:
        return [self._entry(a, number, now) for number, a in enumerate(self.arrivals, 1)]

    def _entry(self, arrival: Arrival, number: int, now: datetime) -> journal.Entry:
        known = self.debts[arrival.conversation.pk]
        # A clock that was ahead when it came must not make the debt due in years.
        since = min(arrival.raw.received_at, now)
        verdict = opening.judge(
            automatic=arrival.automatic,
            received_at=since,
            debts=known,
            under_way=self.under_way,
        )
        by = f"customer:{arrival.conversation.customer_id}"
        if isinstance(verdict, opening.Join):
            return journal.Joined(obligation=verdict.debt, at=now, by=by, message=arrival.message.pk)
        opened = self._opened(arrival, since, -number, now, by)
        arrival.opens = True
        known.append(journal.apply(None, opened))
        return opened

    def _opened(
        self, arrival: Arrival, since: datetime, number: int, at: datetime, by: str
    ) -> journal.Opened:
        talk = arrival.conversation
        before, words = self.owners.get(talk.pk), self.words.get(talk.pk, ())
        seat = self.roster.seat(arrival.team, before, talk.language, words=words, given=arrival.given)
        return journal.Opened(
            obligation=number,
            at=at,
            by=by,
            message=arrival.message.pk,
            what=Kind.ANSWER,
            customer=arrival.conversation.customer_id,
            conversation=arrival.conversation.pk,
            owner=seat.owner,
            instead_of=seat.instead_of,
            team=arrival.team.pk,
            since=since,
            due=self._due(arrival, since),
        )

    def _due(self, arrival: Arrival, since: datetime) -> datetime:
        if arrival.within is not None:
            return later(arrival.team, since, arrival.within)
        return self.times.due(arrival.team, since, arrival.account.channel)
