"""What a rule of the firm asks of a message before it does anything; it touches no database."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from odzew.language.phrases import Text, phrase


class Letter(Protocol):
    """A message of a person, as rules ask about it; what is not asked for is not looked up."""

    @property
    def is_new(self) -> bool:
        """Whether a conversation begins with it."""

    @property
    def team(self) -> int:
        """The team it comes to: that of the mailbox or form, or that which has the conversation."""

    @property
    def address(self) -> str:
        """The address it says to come from, in small letters."""

    @property
    def account(self) -> int:
        """The number of the mailbox or form it came by."""

    @property
    def channel(self) -> str:
        """The channel it came by."""

    @property
    def language(self) -> str:
        """The language it is written in, or nothing when that is not known."""

    @property
    def subject(self) -> Text:
        """The words of its subject."""

    @property
    def told(self) -> Text:
        """The words of its subject and of the text, without what it quotes."""

    @property
    def has_files(self) -> bool:
        """Whether files are attached, beside pictures within the text."""

    @property
    def is_known(self) -> bool:
        """Whether we had to do with this customer before."""

    @property
    def tags(self) -> Collection[int]:
        """The tags that conversations of this customer have."""

    @property
    def in_hours(self) -> bool:
        """Whether the team of the mailbox works at the moment it came."""


Test = Callable[[Any, Letter], bool]


def meets(asked: Mapping[str, Any], letter: Letter) -> bool:
    """Return whether a message is what a rule asks for: all that it asks, of each list any.

    :raises KeyError: when it asks what nobody knows
    """
    return all(_TESTS[name](value, letter) for name, value in asked.items())


def _from(senders: Collection[str], letter: Letter) -> bool:
    domain = letter.address.rpartition("@")[2]
    return any(
        sender == letter.address if "@" in sender[1:] else _within(domain, sender.removeprefix("@"))
        for sender in senders
    )


def _within(domain: str, named: str) -> bool:
    return domain == named or domain.endswith(f".{named}")


def _any(phrases: Collection[str], text: Text) -> bool:
    return any(text.has(words) for said in phrases if (words := phrase(said)))


_TESTS: dict[str, Test] = {
    "senders": _from,
    "accounts": lambda numbers, letter: letter.account in numbers,
    "channel": lambda name, letter: letter.channel == name,
    "subject": lambda phrases, letter: _any(phrases, letter.subject),
    "words": lambda phrases, letter: _any(phrases, letter.told),
    "not_words": lambda phrases, letter: not _any(phrases, letter.told),
    "language": lambda code, letter: letter.language == code,
    "files": lambda wanted, letter: letter.has_files is wanted,
    "known": lambda wanted, letter: letter.is_known is wanted,
    "tag": lambda number, letter: number in letter.tags,
    "in_hours": lambda wanted, letter: letter.in_hours is wanted,
}
