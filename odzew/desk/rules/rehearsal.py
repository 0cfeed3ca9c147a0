"""What a rule would have done in the last month: it is tried on what came in, and nothing is written.

The newest come first, in batches, until the month or the time is over; the screen says which.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Min, Q

from odzew.channels.models import Account
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.conversations.rule import Rule
from odzew.conversations.rules import Rules, tags_of
from odzew.domain import worktime
from odzew.intake.models import Raw
from odzew.intake.ruling import read
from odzew.language.phrases import Text
from odzew.staff.due import counted_hours
from odzew.staff.models import Team

A_MONTH = timedelta(days=31)
SECONDS = 4.0
BATCH = 200
SHOWN = 50
FIELDS = (
    "pk", "at", "from_address", "from_name", "subject", "language", "raw", "conversation_id",
    "conversation__created_at", "conversation__customer_id", "conversation__account_id",
    "conversation__team_id",
)  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Met:
    """One conversation that the rule would have met, and what it would have done there."""

    conversation: int
    subject: str
    sender: str
    at: datetime
    did: Sequence[tuple[str, str]]


@dataclass(slots=True)
class Tried:
    """What came of it. `since` is the oldest message looked at when time was over before the month."""

    looked: int = 0
    since: datetime | None = None
    met: dict[int, Met] = field(default_factory=dict)
    broken: str = ""

    @property
    def shown(self) -> list[Met]:
        """Return the newest of them."""
        return list(self.met.values())[:SHOWN]


def rehearse(
    rule: Rule,
    now: datetime,
    clock: Callable[[], float],
    *,
    fresh: Sequence[str] = (),
    seconds: float = SECONDS,
) -> Tried:
    """Try a rule, in its place among those that are on, on what people wrote in the last month.

    `fresh` are the tags it would make.
    """
    others = Rule.objects.filter(is_on=True).exclude(pk=rule.pk).in_order()
    above = [one for one in others if _stands_above(one, rule)]
    rules, tried, until = Rules([*above, rule]), Tried(), clock() + seconds
    if rule.pk in rules.broken:
        return Tried(broken=rules.broken[rule.pk])
    for rows in _batches(now - A_MONTH, words=rules.asks("subject", "words", "not_words")):
        for letter in _letters(rows, rules):
            _try(letter, rule, rules, tried, [("tag", name) for name in fresh])
        tried.broken = rules.broken.get(rule.pk, "")
        if tried.broken or clock() > until:
            tried.since = rows[-1]["at"]
            break
    return tried


def _stands_above(one: Rule, rule: Rule) -> bool:
    if one.of_team_id != rule.of_team_id:
        return one.of_team_id is None
    return not rule.pk or one.place < rule.place


def _try(letter: "_Past", rule: Rule, rules: Rules, tried: Tried, more: Sequence[tuple[str, str]]) -> None:
    if rule.of_team_id not in (None, letter.team):
        return
    tried.looked += 1
    verdict = rules.verdict(letter)
    does = next((does for one, does in verdict.by_rule if one is rule), None)
    row = letter.row
    if does is not None and row["conversation_id"] not in tried.met:
        sender = row["from_name"] or row["from_address"]
        tried.met[row["conversation_id"]] = Met(
            row["conversation_id"], row["subject"], sender, row["at"], [*more, *does.named()]
        )


def _batches(since: datetime, *, words: bool) -> Iterator[list[Row]]:
    inbound = Message.objects.filter(direction=Message.Direction.INBOUND, automatic="", at__gte=since)
    rows = inbound.filter(conversation__beside=None).order_by("-at", "-pk")
    fields = (*FIELDS, "own_words") if words else FIELDS
    while batch := list(rows.values(*fields)[:BATCH]):
        yield batch
        last = batch[-1]
        earlier = Q(at__lt=last["at"]) | Q(pk__lt=last["pk"])
        rows = inbound.filter(earlier, conversation__beside=None, at__lte=last["at"]).order_by("-at", "-pk")


def _letters(rows: Sequence[Row], rules: Rules) -> Iterator["_Past"]:
    facts = _Facts(rows, rules)
    return (_Past(row, facts) for row in rows if row["raw"] not in facts.unread)


class _Facts:
    """What is to be known about a batch of messages; only what some rule asks for is looked up."""

    def __init__(self, rows: Sequence[Row], rules: Rules) -> None:
        raws = Raw.objects.filter(pk__in=[row["raw"] for row in rows])
        kept = list(raws.values_list("pk", "account", "error"))
        self.accounts: dict[int | None, int] = {number: account for number, account, _ in kept}
        self.unread = {number for number, _, error in kept if error}
        customers = {row["conversation__customer_id"] for row in rows}
        self.channels = dict(Account.objects.values_list("pk", "channel")) if rules.asks("channel") else {}
        self.begun = _begun(customers) if rules.asks("known") else {}
        asked = rules.tags_asked()
        self.tags = tags_of(customers, asked) if asked else {}
        self.files = _with_files(rows) if rules.asks("files") else set()
        self.teams = _teams()


def _begun(customers: set[int]) -> dict[int, datetime]:
    rows = Conversation.objects.filter(customer__in=customers).values_list("customer")
    return dict(rows.annotate(first=Min("created_at")).order_by())


def _with_files(rows: Sequence[Row]) -> set[int]:
    files = Attachment.objects.filter(message__in=[row["pk"] for row in rows], inline=False)
    return set(files.values_list("message_id", flat=True))


def _teams() -> dict[int, Team]:
    teams = Team.objects.in_bulk()
    charge = Account.objects.values_list("pk", "in_charge__team")
    return {account: teams[team] for account, team in charge if team}


class _Past:
    """A message of the history, as rules ask about it."""

    def __init__(self, row: Row, facts: _Facts) -> None:
        self.row, self.facts = row, facts
        self.is_new = row["at"] == row["conversation__created_at"]
        self.address = row["from_address"].lower()
        self.account = facts.accounts.get(row["raw"]) or row["conversation__account_id"]
        self.channel = facts.channels.get(self.account, "")
        door = facts.teams.get(self.account) if self.is_new else None
        self.team: int = door.pk if door else row["conversation__team_id"]
        self.language = row["language"]
        self.tags = facts.tags.get(row["conversation__customer_id"], set())
        self.has_files = row["pk"] in facts.files

    @cached_property
    def is_known(self) -> bool:
        begun: datetime = self.row["conversation__created_at"]
        return not self.is_new or self.facts.begun[self.row["conversation__customer_id"]] < begun

    @cached_property
    def subject(self) -> Text:
        return Text(self.row["subject"], self.language)

    @cached_property
    def told(self) -> Text:
        return read(self.row["subject"], self.row["own_words"], self.language).told

    @cached_property
    def in_hours(self) -> bool:
        team = self.facts.teams.get(self.account)
        at = self.row["at"]
        return team is None or worktime.is_open(counted_hours(team, at), at)
