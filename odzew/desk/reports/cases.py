"""The rows behind the figures: one case each, with who, where and how long.

Figures and lists are made of the same cases, so that a figure is the number of the rows it opens.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from odzew.conversations import rated
from odzew.conversations.models import Conversation
from odzew.conversations.tag import Tagged
from odzew.ledger import happened
from odzew.lib.kept import kept_moment, read_moment

AT_ONCE = 10_000  # conversations looked up in one statement
LAST_OWNER = """(SELECT a.owner_id FROM odzew_owed a WHERE a.conversation = t.id
    ORDER BY a.id DESC LIMIT 1)"""
# What a third party is asked and says stands beside a conversation, and is no volume of customers;
# what was merged into another one is one matter with it.
BEGUN = """
SELECT t.id, t.created_at, t.id, t.team_id, {last_owner}, t.account_id, NULL, NULL, '', ''
FROM odzew_conversation t
WHERE t.beside_id IS NULL AND t.stands_for_id IS NULL AND t.created_at >= %s AND t.created_at < %s
"""
CLOSED = """
SELECT t.id, t.closed_at, t.id, t.team_id, {last_owner}, t.account_id, NULL, NULL, t.closing, ''
FROM odzew_conversation t
WHERE t.beside_id IS NULL AND t.stands_for_id IS NULL AND t.closed_at IS NOT NULL
AND t.closed_at >= %s AND t.closed_at < %s
"""
RECEIVED = """
SELECT m.id, m."at", t.id, t.team_id, {last_owner}, t.account_id, NULL, NULL, '', ''
FROM odzew_message m JOIN odzew_conversation t ON t.id = m.conversation_id
WHERE m.direction = 'inbound' AND m.automatic = '' AND m."at" >= %s AND m."at" < %s AND t.beside_id IS NULL
"""
PROMISED = """
SELECT o.id, o.due_at, o.conversation, o.team_id, o.owner_id, t.account_id, o.opened_at, o.due_at,
       CASE WHEN o.broken OR o.state = 'open' THEN 'broken' WHEN o.state = 'paid' THEN 'kept'
       ELSE 'let off' END, o.text
FROM odzew_owed o LEFT JOIN odzew_conversation t ON t.id = o.conversation
WHERE o.kind = 'promise' AND o.due_at >= %s AND o.due_at < %s
"""
OPEN = """
SELECT o.id, o.opened_at, o.conversation, o.team_id, o.owner_id, t.account_id, o.opened_at, o.due_at,
       o.kind, o.text
FROM odzew_owed o LEFT JOIN odzew_conversation t ON t.id = o.conversation
WHERE o.state = 'open'
"""


@dataclass(frozen=True, slots=True)
class Span:
    """What a report is about: from `since` until before `until`, as things stand at `now`.

    With `owner`, no more than what rests on that person is asked for of all that is open.
    """

    since: datetime
    until: datetime
    now: datetime
    owner: int | None = None


@dataclass(slots=True)  # not frozen: a page makes tens of thousands, and that would take twice as long
class Case:
    """One row behind a figure. `mark` tells its sort, `since` when the wait began, if it was one.

    `taken_back` tells of an answer that it was owed again afterwards, `judged` that its customer said whether
    it answered, `how` and `word` how he said it was.
    `length` of the wait and `tags` of the conversation are told later, where they are asked for.
    """

    number: int
    at: datetime
    conversation: int | None
    team: int
    person: int | None
    account: int | None
    since: datetime | None
    due: datetime | None
    mark: str
    text: str
    taken_back: bool = False
    judged: bool = False
    how: str = ""
    word: str = ""
    length: timedelta | None = None
    tags: tuple[int, ...] = ()

    @property
    def is_late(self) -> bool:
        """Return whether it happened after its due moment."""
        return self.due is not None and self.at > self.due


def begun(span: Span) -> list[Case]:
    """Return the conversations that began; the person is who was accountable in them last."""
    return _within(BEGUN, span.since, span.until)


def received(span: Span) -> list[Case]:
    """Return the messages that people wrote to us; the person is as with `begun`."""
    return _within(RECEIVED, span.since, span.until)


def closed(span: Span) -> list[Case]:
    """Return the conversations that were closed and still are; the mark says by whose word."""
    return _within(CLOSED, span.since, span.until)


def promised(span: Span) -> list[Case]:
    """Return the promises whose date has come: kept, broken or let off."""
    return _within(PROMISED, span.since, min(span.until, span.now))


def open_now(span: Span) -> list[Case]:
    """Return what is owed now, whatever the days asked for."""
    return _of(OPEN) if span.owner is None else _of(f"{OPEN} AND o.owner_id = %s", span.owner)


def answers(span: Span) -> list[Case]:
    """Return the answers given: the first of each conversation, and the next ones."""
    deeds = happened.answers(span.since, span.until)
    found = _told(deeds, lambda deed: "next" if deed.answered_before else "first")
    said: dict[int, tuple[str, str]] = {}
    for piece in _pieces({deed.message for deed in deeds if deed.message}):
        said |= rated.judged(piece)
    for case, deed in zip(found, deeds, strict=True):
        if deed.message in said:
            case.judged, (case.how, case.word) = True, said[deed.message]
    return found


def reopened(span: Span) -> list[Case]:
    """Return what was settled and owed again."""
    return _told(happened.reopened(span.since, span.until), lambda deed: deed.kind)


def waived(span: Span) -> list[Case]:
    """Return what was taken off the books unpaid."""
    return _told(happened.waived(span.since, span.until), lambda deed: deed.kind)


def _within(sql: str, since: datetime, until: datetime) -> list[Case]:
    return _of(sql.format(last_owner=LAST_OWNER), kept_moment(since), kept_moment(until))


def _of(sql: str, *values: Any) -> list[Case]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_case(row) for row in cursor.fetchall()]


def _case(row: tuple[Any, ...]) -> Case:
    number, at, conversation, team, person, account, since, due, mark, text = row
    return Case(
        number,
        read_moment(at),
        conversation,
        team,
        person,
        account,
        since and read_moment(since),
        due and read_moment(due),
        mark,
        text,
    )


def _told(deeds: Iterable[happened.Deed], mark: Callable[[happened.Deed], str]) -> list[Case]:
    found = list(deeds)
    accounts = dict(_accounts({deed.conversation for deed in found if deed.conversation}))
    return [
        Case(
            number=deed.seq,
            at=deed.at,
            conversation=deed.conversation,
            team=deed.team,
            person=deed.person,
            account=accounts.get(deed.conversation or 0),
            since=deed.opened_at,
            due=deed.due_at,
            mark=mark(deed),
            text=deed.reason,
            taken_back=deed.taken_back,
        )
        for deed in found
    ]


def tell_tags(found: Sequence[Case]) -> None:
    """Tell cases the tags their conversations have now."""
    tags: dict[int, list[int]] = defaultdict(list)
    for piece in _pieces({case.conversation for case in found if case.conversation}):
        rows = Tagged.objects.filter(conversation__in=piece).order_by("tag")
        for conversation, tag in rows.values_list("conversation_id", "tag_id"):
            tags[conversation].append(tag)
    for case in found:
        case.tags = tuple(tags.get(case.conversation or 0, ()))


def _accounts(conversations: Iterable[int]) -> Iterator[tuple[int, int]]:
    for piece in _pieces(conversations):
        yield from Conversation.objects.filter(pk__in=piece).values_list("pk", "account_id")


def _pieces(conversations: Iterable[int]) -> Iterator[list[int]]:
    numbers = sorted(conversations)
    yield from (numbers[begin : begin + AT_ONCE] for begin in range(0, len(numbers), AT_ONCE))
