"""A rule in words: what it asks, what it does, and what it did."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

from odzew.channels.models import Account
from odzew.conversations.rule import Rule
from odzew.conversations.rules import UNREADABLE
from odzew.conversations.tag import Tag
from odzew.desk.answertimes.form import CHANNELS
from odzew.lib import words

Names = Mapping[int, str]


class Named:
    """The names of what rules speak of, for one screen: mailboxes, tags, teams and people."""

    def __init__(self) -> None:
        self.accounts: Names = {a.pk: a.address for a in Account.objects.all()}
        self.tags: Names = dict(Tag.objects.values_list("pk", "name"))

    def asked(self, rule: Rule) -> list[str]:
        """Return what a rule asks, a part each."""
        told = rule.asked
        try:
            parts = [self._asked(name, told[name]) for name in PARTS if name in told]
            return [*parts, *_either(told)]
        except UNREADABLE:
            return [gettext("what cannot be read")]

    def _asked(self, name: str, value: Any) -> str:
        shown = {
            "accounts": lambda: [self.accounts.get(number, "?") for number in value],
            "tag": lambda: [self.tags.get(value, "?")],
            "channel": lambda: [str(CHANNELS.get(value, value))],
            "language": lambda: [language(value)],
        }.get(name, lambda: [gettext("“%(text)s”") % {"text": one} for one in value])()
        return str(_part(name)) % {"what": gettext(" or ").join(shown)}


PARTS = ("senders", "accounts", "channel", "subject", "words", "not_words", "language", "tag")


def _part(name: str) -> str:
    return {
        "senders": gettext("from %(what)s"),
        "accounts": gettext("by %(what)s"),
        "channel": gettext("channel: %(what)s"),
        "subject": gettext("subject has %(what)s"),
        "words": gettext("has %(what)s"),
        "not_words": gettext("does not have %(what)s"),
        "language": gettext("written in: %(what)s"),
        "tag": gettext("customer has the tag %(what)s"),
    }[name]


def _either(asked: Mapping[str, Any]) -> list[str]:
    words = {
        ("known", True): gettext("known customer"),
        ("known", False): gettext("new customer"),
        ("files", True): gettext("with files"),
        ("files", False): gettext("without files"),
        ("in_hours", True): gettext("within working hours"),
        ("in_hours", False): gettext("outside working hours"),
    }
    return [words[name, asked[name]] for name in ("known", "files", "in_hours") if name in asked]


def did(named: Iterable[Sequence[str]]) -> list[str]:
    """Return what a rule does or did, a part each, by the names of then."""
    return [_did(what, text) for what, text in named]


def _did(what: str, text: str) -> str:
    match what:
        case "tag":
            return gettext("tag “%(name)s”") % {"name": text}
        case "team":
            return gettext("to the team %(name)s") % {"name": text}
        case "person":
            return gettext("to %(name)s") % {"name": text}
        case "language":
            return gettext("language: %(name)s") % {"name": language(text)}
        case _:
            length = words.duration_words(timedelta(minutes=int(text)), get_language() or "en", days=False)
            return gettext("answer within %(length)s") % {"length": length}


def language(code: str) -> str:
    """Return the name of a language."""
    return dict(settings.LANGUAGES).get(code, code)


def broken(why: str) -> str:
    """Return why the desk has switched a rule off."""
    said, _break, error = why.partition("\n")
    return f"{gettext(said)} {error}".strip() if said else ""
