"""What every desk's history comes to: people, matters, and what was said in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Who said it, and to whom."""

    CUSTOMER = "customer"
    ANSWER = "answer"  # a person of the firm, to the customer
    MACHINE = "machine"  # to the customer, and no answer
    NOTE = "note"  # among ourselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody of the other desk. `key` is what it calls him; `is_staff` when he works there."""

    key: str
    email: str = ""
    also: tuple[str, ...] = ()  # his other mail addresses
    name: str = ""
    phone: str = ""
    firm: str = ""
    number: str = ""  # as the firm's other programs call the customer
    language: str = ""
    own: Mapping[str, str] = field(default_factory=dict, hash=False)  # the firm's own fields, by their names
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A file that stayed at the other desk, and where it is."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message or note, at an aware moment; of `text` and `html` either may be empty."""

    key: str
    kind: Kind
    at: datetime
    who: Who | None = None
    subject: str = ""
    text: str = ""
    html: str = ""
    files: tuple[Link, ...] = ()
    message_id: str = ""
    answers: str = ""  # the Message-ID of what it answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One ticket, with all that was said in it, in whatever order."""

    key: str
    number: str  # as people there call it
    subject: str
    begun_at: datetime
    customer: Who
    said: tuple[Said, ...]
    is_open: bool
    closed_at: datetime | None = None
    assignee: Who | None = None
    group: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """Something that does not come, and why."""

    why: str
    what: str


Told = Who | Matter | Left
