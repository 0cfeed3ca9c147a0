"""The words of a message, as the index keeps them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from odzew.conversations.models import Attachment, Message
from odzew.language.fold import fold, words
from odzew.language.lemmas import lemmas

NUMBER_BITS = 28
MOST = 15_000
"""Words of one message in their order; a longer one is cut to those it has not said yet.

PostgreSQL knows no position above 16,383 (its manual, "Text Search Types")."""

FIELDS = (
    "id", "at", "from_name", "from_address", "to_address", "recipients", "subject", "text", "language",
    "direction", "author__name", "conversation_id", "conversation__subject", "conversation__team_id",
    "conversation__account__channel", "conversation__customer__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """All by which one message can be found. Each word is folded; none holds a blank or a quote."""

    message: int
    place: int
    sender: Sequence[str]
    receiver: Sequence[str]
    said: Sequence[str]
    lemmas: Sequence[str]  # dictionary forms that are not among the words themselves
    facts: Sequence[str]  # "team7", "talk12", "channelemail", "inbound", "file"


def place(at: datetime, number: int) -> int:
    """Return where a message stands among all: by its moment, then by its number."""
    return max(0, int(at.timestamp())) << NUMBER_BITS | number


def of_messages(numbers: Iterable[int]) -> list[Words]:
    """Read the words of messages, with two queries."""
    rows = list(Message.objects.filter(pk__in=list(numbers)).values(*FIELDS))
    files: dict[int, list[str]] = {}
    named = Attachment.objects.filter(message__in=[row["id"] for row in rows]).order_by("index")
    for number, name in named.values_list("message_id", "filename"):
        files.setdefault(number, []).append(name)
    return [_of_row(row, files.get(row["id"], [])) for row in rows]


def _of_row(row: dict[str, Any], files: Sequence[str]) -> Words:
    written = _once_too_long(_written(row, files))
    said = [folded for word in written if (folded := fold(word))]
    known = set(said)
    language = row["language"]
    more = dict.fromkeys(chain.from_iterable(lemmas(word, language) for word in dict.fromkeys(written)))
    sender, receiver = _who(row)
    return Words(
        message=row["id"],
        place=place(row["at"], row["id"]),
        sender=sender,
        receiver=receiver,
        said=said,
        lemmas=[lemma for lemma in more if lemma not in known],
        facts=_facts(row, files),
    )


def _written(row: dict[str, Any], files: Sequence[str]) -> Iterable[str]:
    subjects = dict.fromkeys((row["subject"], row["conversation__subject"]))
    return chain.from_iterable(words(text) for text in (*subjects, row["text"], *files))


def _once_too_long(written: Iterable[str]) -> list[str]:
    rest = iter(written)
    first = list(islice(rest, MOST))
    if len(first) == MOST:
        there = set(first)
        first += [word for word in islice(dict.fromkeys(rest), MOST) if word not in there]
    return first


def _who(row: dict[str, Any]) -> tuple[list[str], list[str]]:
    is_inbound = row["direction"] == Message.Direction.INBOUND
    customer = row["conversation__customer__name"]
    ours = [row["author__name"] or ""]
    theirs = [customer] if customer != row["from_name"] else []
    sender = [row["from_name"], row["from_address"], *(theirs if is_inbound else ours)]
    receiver = [row["to_address"], *([] if is_inbound else theirs), *_recipients(row["recipients"])]
    return _folded(sender), _folded(receiver)


def _recipients(recipients: Any) -> Iterable[str]:
    lists = recipients.values() if isinstance(recipients, dict) else ()
    return (str(part) for pairs in lists for pair in pairs for part in pair if part)


def _folded(texts: Iterable[str]) -> list[str]:
    return [folded for text in dict.fromkeys(texts) for word in words(text) if (folded := fold(word))]


def _facts(row: dict[str, Any], files: Sequence[str]) -> list[str]:
    facts = [f"team{row['conversation__team_id']}", f"talk{row['conversation_id']}"]
    facts += [f"channel{fold(row['conversation__account__channel'])}", row["direction"]]
    return [*facts, "file"] if files else facts
