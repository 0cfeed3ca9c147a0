"""The rules of the firm over a batch of arrivals: what they say is read first, and done where it is accepted.

A rule never keeps a message out: one that fails is switched off in the same transaction, with its reason.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from odzew.channels.base import Inbound
from odzew.conversations.models import Conversation
from odzew.conversations.rule import Rule, Ruled
from odzew.conversations.rules import Does, Rules, Verdict, tags_of
from odzew.conversations.tag import Tag, Tagged
from odzew.domain import worktime
from odzew.intake.arrival import Arrival
from odzew.intake.models import Raw
from odzew.language.phrases import Text
from odzew.lib.rows import add_rows, insert_rows, new_row, number_rows
from odzew.staff import acts
from odzew.staff.due import counted_hours

log = logging.getLogger(__name__)
Batch = Sequence[tuple[Raw, Inbound]]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a message, as rules look for phrases in them."""

    subject: Text
    told: Text


NONE = Words(Text(""), Text(""))


@dataclass(frozen=True, slots=True)
class Done:
    """What the rules have said of one arrival."""

    arrival: Arrival
    verdict: Verdict


class Ruling:
    """The rules that were on when a batch was taken up.

    Words cost more than all else, so they are read before the transaction begins.
    """

    def __init__(self, batch: Batch) -> None:
        self.rules = Rules()
        needed = self.rules.asks("subject", "words", "not_words")
        self.words = {raw.pk: _words_of(raw, said) for raw, said in batch} if needed else {}

    def apply(self, arrivals: Sequence[Arrival]) -> list[Done]:
        """Say where arrivals go before they are written, and return what the rules have said of each."""
        if not self.rules.standing:
            return []
        tags = self._tags(arrivals)
        known = {id(a.identity) for a in arrivals if a.identity.pk is not None}
        done = []
        for arrival in filter(_is_ruled, arrivals):
            letter = _Arriving(arrival, self.words.get(arrival.raw.pk), known, tags)
            done.append(Done(arrival, self.rules.verdict(letter)))
            known.add(id(arrival.identity))
            _send_on(arrival, done[-1].verdict)
        _follow(arrivals, {id(one.arrival.conversation) for one in done if one.verdict.whole.team})
        return [one for one in done if one.verdict.by_rule]

    def note(self, done: Sequence[Done], now: datetime) -> None:
        """Write what the rules did: tags, a line in the history of each, and which of them are broken."""
        if done:
            there = _tag(done)
            rows = [row for one in done for row in _lines(one, there, now)]
            number_rows(rows)
            insert_rows(rows)
            _speak(done)
        switch_off(self.rules.broken)

    def _tags(self, arrivals: Sequence[Arrival]) -> Mapping[int, Collection[int]]:
        asked = self.rules.tags_asked()
        return tags_of({a.identity.customer_id for a in arrivals if a.identity.pk}, asked) if asked else {}


def _words_of(raw: Raw, said: Inbound) -> Words:
    try:
        return read(said.subject, said.own_words, said.language)
    except Exception:
        # It comes in all the same, and meets no rule that asks for words.
        log.exception("The words of payload %d cannot be read for the rules.", raw.pk)
        return NONE


def read(subject: str, own_words: str, language: str) -> Words:
    """Return the words of a message by which a rule may know it."""
    return Words(Text(subject, language), Text(f"{subject}\n\n{own_words}", language))


def switch_off(broken: Mapping[int, str]) -> None:
    """Switch broken rules off, and say so in the staff log.

    First the rules and then the log, as whoever changes a rule holds them.
    """
    on = Rule.objects.filter(is_on=True)
    off = [n for n, why in sorted(broken.items()) if on.filter(pk=n).update(is_on=False, broken=why)]
    for number in off:
        acts.write(acts.Asked("rule-broken", None, "", "rule", number, {"why": broken[number]}))


def _is_ruled(arrival: Arrival) -> bool:
    # What a machine wrote is owed nothing; what nobody can read waits for a person; and what a third party
    # says belongs to the customer's matter, which somebody has.
    return not (arrival.automatic or arrival.raw.error or arrival.conversation.beside_id)


def _send_on(arrival: Arrival, verdict: Verdict) -> None:
    whole = verdict.whole
    arrival.within = whole.within
    arrival.tags = tuple(tag.pk for tag in whole.tags)
    arrival.conversation.language = whole.language or arrival.conversation.language
    if arrival.is_new:  # whoever has a matter keeps it
        arrival.given = whole.person.pk if whole.person else None
        if whole.team:
            arrival.team = arrival.conversation.team = whole.team


def _follow(arrivals: Sequence[Arrival], moved: Collection[int]) -> None:
    # A second message of the batch goes where the first one was sent.
    for arrival in arrivals:
        if id(arrival.conversation) in moved:
            arrival.team = arrival.conversation.team


def _tag(done: Sequence[Done]) -> set[tuple[int, int]]:
    """Give conversations their tags, and return which tag was on which conversation before."""
    numbers = {tag.pk for one in done for tag in one.verdict.whole.tags}
    # Held, so that none of them is merged into another meanwhile.
    held = Tag.objects.select_for_update(of=("self",)).select_related("stands_for").order_by("pk")
    tags = {tag.pk: tag.stands_for or tag for tag in held.filter(pk__in=numbers)} if numbers else {}
    pairs = {
        (tags[tag.pk].pk, one.arrival.conversation.pk)
        for one in done
        for tag in one.verdict.whole.tags
        if tag.pk in tags
    }
    joined = {one.arrival.conversation.pk for one in done if not one.arrival.is_new}
    rows = Tagged.objects.filter(tag__in=set(tags.values()), conversation__in=joined) if joined else None
    there = set(rows.values_list("tag", "conversation")) if rows is not None else set()
    add_rows([new_row(Tagged, tag_id=tag, conversation_id=talk) for tag, talk in sorted(pairs - there)])
    return there


def _speak(done: Sequence[Done]) -> None:
    for one in done:
        talk, language = one.arrival.conversation, one.verdict.whole.language
        if language and not one.arrival.is_new:
            Conversation.objects.filter(pk=talk.pk).update(language=language)


def _lines(one: Done, there: Collection[tuple[int, int]], now: datetime) -> Iterator[Ruled]:
    at = max(now, one.arrival.raw.received_at)
    for rule, does in one.verdict.by_rule:
        if did := _did(one.arrival, does, there).named():
            yield _line(one.arrival, rule, did, at)


def _did(arrival: Arrival, does: Does, there: Collection[tuple[int, int]]) -> Does:
    """Return what of it was new: not a tag that was there, nor an hour for a debt that was open already."""
    talk = arrival.conversation.pk
    fresh = tuple(tag for tag in does.tags if (tag.pk, talk) not in there)
    return replace(does, tags=fresh, within=does.within if arrival.opens else None)


def _line(arrival: Arrival, rule: Rule, did: list[tuple[str, str]], at: datetime) -> Ruled:
    return new_row(
        Ruled,
        conversation_id=arrival.conversation.pk,
        rule=rule.pk,
        name=rule.name,
        message=arrival.message.pk,
        at=at,
        did=did,
    )


class _Arriving:
    """An arrival, as rules ask about it."""

    def __init__(
        self,
        arrival: Arrival,
        words: Words | None,
        known: Collection[int],
        tags: Mapping[int, Collection[int]],
    ) -> None:
        self.arrival = arrival
        self.words = words or NONE
        self.is_new = arrival.is_new
        self.team = arrival.team.pk
        self.address = arrival.inbound.address.lower()
        self.account = arrival.account.pk
        self.channel = arrival.account.channel
        self.language = arrival.inbound.language
        self.subject, self.told = self.words.subject, self.words.told
        self.is_known = id(arrival.identity) in known
        self.tags = tags.get(arrival.identity.customer_id or 0, ())

    @cached_property
    def has_files(self) -> bool:
        return any(not file.inline for file in self.arrival.inbound.files)

    @cached_property
    def in_hours(self) -> bool:
        at = self.arrival.raw.received_at
        return worktime.is_open(counted_hours(self.arrival.team, at), at)
