"""The rules that are on, with what they name looked up, and what they come to for one message.

Each message is asked of them in their order. Tags add up; to whom it goes, in which language and how soon
is said by the first rule that says it.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from odzew.conversations.conditions import Letter, meets
from odzew.conversations.rule import Rule
from odzew.conversations.tag import Tag, Tagged
from odzew.customers import kin
from odzew.lib.plain import plain
from odzew.lib.ready import Ready
from odzew.staff import presence
from odzew.staff.models import Person, Team

log = logging.getLogger(__name__)
TAG_GONE = gettext_noop("A tag it names is archived, or not there any more.")
TEAM_GONE = gettext_noop("The team it gives to is not there any more.")
PERSON_GONE = gettext_noop("Whoever it gives to is off the desk, or may only read.")
FAILED = gettext_noop("It failed on a message that came in:")


# Something else than the form of a rule has written.
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)


class Broken(Exception):
    """A rule cannot do what it says; the text says why."""


@dataclass(frozen=True, slots=True)
class Does:
    """What a rule does, or what of it is left when rules above it have spoken."""

    tags: tuple[Tag, ...] = ()
    team: Team | None = None
    person: Person | None = None
    language: str = ""
    within: timedelta | None = None

    def named(self) -> list[tuple[str, str]]:
        """Return what it does, by the names of now."""
        told = [("tag", tag.name) for tag in self.tags]
        told += [("team", str(self.team))] if self.team else []
        told += [("person", str(self.person))] if self.person else []
        told += [("language", self.language)] if self.language else []
        return told + ([("minutes", str(self.within // timedelta(minutes=1)))] if self.within else [])


@dataclass(frozen=True, slots=True)
class Standing:
    """One rule with what it names."""

    rule: Rule
    asked: Mapping[str, Any]
    does: Does


@dataclass(slots=True)
class Verdict:
    """What the rules come to for one message: all of it, and what each has added."""

    whole: Does = Does()
    by_rule: list[tuple[Rule, Does]] = field(default_factory=list)

    def add(self, rule: Rule, does: Does) -> None:
        """Add what a rule says and none above it has said."""
        before, is_given = self.whole, bool(self.whole.team or self.whole.person)
        fresh = Does(
            tags=tuple(tag for tag in does.tags if tag not in before.tags),
            team=None if is_given else does.team,
            person=None if is_given else does.person,
            language="" if before.language else does.language,
            within=None if before.within else does.within,
        )
        self.by_rule.append((rule, fresh))
        self.whole = Does(
            tags=(*before.tags, *fresh.tags),
            team=before.team or fresh.team,
            person=before.person or fresh.person,
            language=before.language or fresh.language,
            within=before.within or fresh.within,
        )


_ON = Ready(lambda: Rule.objects.filter(is_on=True).in_order())


class Rules:
    """Rules in their order; one that cannot do what it says is left out, and `broken` says why."""

    def __init__(self, rows: Iterable[Rule] | None = None) -> None:
        found = _ON() if rows is None else list(rows)
        self.broken: dict[int, str] = {}
        self.standing = list(self._looked_up(found)) if found else []

    def asks(self, *names: str) -> bool:
        """Return whether any rule asks for one of these."""
        return any(name in standing.asked for standing in self.standing for name in names)

    def tags_asked(self) -> set[int]:
        """Return the tags a customer may have to have."""
        return {one.asked["tag"] for one in self.standing if "tag" in one.asked}

    def verdict(self, letter: Letter) -> Verdict:
        """Return what the rules come to for a message; one that fails is switched off, and stops nothing."""
        verdict = Verdict()
        for standing in self.standing:
            if standing.rule.pk in self.broken or not self._met(standing, letter):
                continue
            does = standing.does
            # Whoever has a matter keeps it.
            verdict.add(standing.rule, does if letter.is_new else replace(does, team=None, person=None))
            if standing.rule.stops:
                break
        return verdict

    def _met(self, standing: Standing, letter: Letter) -> bool:
        rule = standing.rule
        if rule.of_team_id not in (None, letter.team) or (rule.when == Rule.When.NEW and not letter.is_new):
            return False
        try:
            return meets(standing.asked, letter)
        except Exception as error:
            # A message must come in whatever a rule says; the rule is shown as broken, with these words.
            log.exception("The rule %d failed and is switched off.", standing.rule.pk)
            self.broken[standing.rule.pk] = _failed(error)
            return False

    def _looked_up(self, rows: list[Rule]) -> Iterable[Standing]:
        named = _Named()
        for row in rows:
            try:
                yield named.standing(row)
            except Broken as broken:
                self.broken[row.pk] = str(broken)
            except UNREADABLE as error:
                log.exception("The rule %d cannot be read.", row.pk)
                self.broken[row.pk] = _failed(error)


class _Named:
    """What rules can name, looked up with three queries: the tags, teams and people of a firm are few."""

    def __init__(self) -> None:
        self.tags = {tag.pk: tag for tag in Tag.objects.select_related("stands_for")}
        self.teams = Team.objects.in_bulk()
        self.people = presence.able().in_bulk()

    def standing(self, row: Rule) -> Standing:
        """Return a rule with what it names.

        :raises Broken: when something of it is not there
        """
        does, asked = row.does, dict(row.asked)
        if "tag" in asked:
            asked["tag"] = self._tag(asked["tag"], may_be_archived=True).pk
        done = Does(
            tags=tuple(dict.fromkeys(self._tag(number) for number in _list(does, "tags"))),
            team=_found(self.teams, does.get("team"), TEAM_GONE),
            person=_found(self.people, does.get("person"), PERSON_GONE),
            language=does.get("language", ""),
            within=timedelta(minutes=does["minutes"]) if does.get("minutes") else None,
        )
        return Standing(row, asked, done)

    def _tag(self, number: int, *, may_be_archived: bool = False) -> Tag:
        tag = self.tags.get(number)
        tag = tag and (tag.stands_for or tag)
        if tag is None or (tag.is_archived and not may_be_archived):
            raise Broken(TAG_GONE)
        return tag


def _found(known: Mapping[int, Any], number: int | None, gone: str) -> Any:
    if number and number not in known:
        raise Broken(gone)
    return known[number] if number else None


def _failed(error: Exception) -> str:
    return plain(f"{FAILED}\n{type(error).__name__}: {error}", 500)


def _list(said: Mapping[str, Any], name: str) -> list[int]:
    return list(said.get(name, ()))


def tags_of(customers: Collection[int], tags: Collection[int]) -> dict[int, set[int]]:
    """Return which of these tags stand on conversations of each customer, or of who is one with him."""
    heads = kin.heads(customers)
    one_with = kin.all_of(set(heads.values()))
    rows = Tagged.objects.filter(tag__in=tags, conversation__customer__in=list(one_with))
    found: dict[int, set[int]] = {}
    for customer, tag in rows.values_list("conversation__customer", "tag"):
        found.setdefault(one_with[customer], set()).add(tag)
    return {number: found.get(head, set()) for number, head in heads.items()}
