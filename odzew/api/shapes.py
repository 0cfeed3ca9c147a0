"""The shapes in which the API tells of things. Moments are ISO 8601 in UTC."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from odzew.conversations import rated
from odzew.conversations.fact import Fact
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer, Identity
from odzew.domain.contact import Reason
from odzew.domain.obligation import Kind

# PostgreSQL keeps no NUL in a text.
Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000, pattern=r"^[^\x00]+$")]
Words = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]


class ProblemShape(Schema):
    """RFC 9457."""

    title: str
    status: int
    detail: str


class Owed(Schema):
    """One debt that is open."""

    id: int
    kind: Kind
    customer: str
    conversation: int | None
    owner: str = Field(description="The mail address of whoever is accountable now.")
    team: str
    opened_at: datetime
    due_at: datetime
    late: bool
    why: str = Field(description="Why it ranks where it does.")


class OwedPage(Schema):
    """What is owed, the most pressing first."""

    items: list[Owed]
    next: str | None


class Totals(Schema):
    """Law 2 in figures: what was opened is paid, waived or open; `difference` is 0."""

    opened: int
    paid: int
    waived: int
    open: int
    difference: int


class Balance(Totals):
    """The balance of all books, by kind and by person."""

    by_kind: dict[str, Totals]
    by_person: dict[str, Totals]


class Talk(Schema):
    """One conversation."""

    id: int
    subject: str
    customer: int
    address: str
    team: str
    language: str
    status: Literal["open", "closed"]
    created_at: datetime
    last_at: datetime

    @classmethod
    def of(cls, talk: Conversation) -> "Talk":
        """Return the shape of a conversation whose team is loaded."""
        told = {name: getattr(talk, name) for name in cls.model_fields if hasattr(talk, name)}
        return cls(**told | {"customer": talk.customer_id, "team": talk.team.name})


class TalkPage(Schema):
    """Conversations, the newest word first."""

    items: list[Talk]
    next: str | None


class Rated(Schema):
    """How the customer found an answer, in three steps, and a word of his own."""

    how: Literal["good", "fair", "bad"]
    text: str
    at: datetime


class Said(Schema):
    """One message of a conversation."""

    id: int
    direction: Literal["inbound", "outbound", "note"]
    at: datetime
    author: str
    subject: str
    text: str
    own_words: str = Field(description="The text without quotes and signature.")
    automatic: str = Field(description="Why it is taken for a machine's; empty for a person's.")
    purpose: str
    state: str = Field(description="Of an outbound one: where it is on its way.")
    rating: Rated | None = Field(description="Of an answer, when its customer told us how it was.")

    @classmethod
    def of(cls, message: Message) -> "Said":
        """Return the shape of a message whose author and rating are loaded."""
        told: dict[str, Any] = {name: getattr(message, name, None) for name in cls.model_fields}
        if one := rated.of(message):
            told["rating"] = Rated.model_validate(one, from_attributes=True)
        if message.purpose in (Message.Purpose.CODE, Message.Purpose.RECEIPT):
            # Whoever reads the code or the link could act as the customer.
            told |= {"text": "", "own_words": ""}
        who = message.author.email if message.author else message.from_address
        return cls(**told | {"author": who})


class SaidPage(Schema):
    """Messages of a conversation, the oldest first."""

    items: list[Said]
    next: str | None


class NoteIn(Schema):
    """A note to be written."""

    text: Text


class PromiseIn(Schema):
    """A promise to be booked, of the person of the token."""

    text: Text
    due_at: Annotated[datetime, Field(description="With its zone: 2026-11-30T15:00:00+01:00.")]


class Debt(Schema):
    """A debt as it was opened."""

    id: int
    kind: Kind
    due_at: datetime


class Known(Schema):
    """One thing we know of a customer."""

    id: int
    kind: str
    name: str
    value: str
    type: Annotated[str, Field(description="Of one of the firm's own fields: how its value is read.")]
    source: str
    at: datetime

    @classmethod
    def of(cls, fact: Fact) -> "Known":
        """Return the shape of a fact."""
        return cls(**{name: getattr(fact, name) for name in cls.model_fields})


class OwnFieldShape(Schema):
    """What the firm wants to know of each customer: tell it as a fact of kind “own” with this label."""

    name: str
    type: Annotated[str, Field(description="text, number, date, yes_no or choice")]
    choices: list[str]


class OwnFields(Schema):
    """All of them."""

    items: list[OwnFieldShape]


class KnownIn(Schema):
    """Something to be known of a customer."""

    kind: Literal["tariff", "order", "address", "tax", "language", "called", "own"]
    value: Annotated[Words, Field(min_length=1)]
    label: Annotated[Words, Field(max_length=60, description="How it is called; of kind “own” only.")] = ""
    source: Annotated[Words, Field(max_length=200, description="Where it is known from.")] = ""


class IdentityShape(Schema):
    """One address of a customer, and how it was proven."""

    kind: str
    value: str
    proof: str
    forged: bool

    @classmethod
    def of(cls, identity: Identity) -> "IdentityShape":
        """Return the shape of an identity."""
        return cls(**{name: getattr(identity, name) for name in cls.model_fields})


class CustomerShape(Schema):
    """One customer."""

    id: int
    name: str
    language: str
    created_at: datetime
    identities: list[IdentityShape]
    facts: list[Known]

    @classmethod
    def of(cls, customer: Customer, identities: list[Identity], facts: list[Fact]) -> "CustomerShape":
        """Return the shape of a customer."""
        return cls(
            id=customer.pk,
            name=customer.name,
            language=customer.language,
            created_at=customer.created_at,
            identities=[IdentityShape.of(one) for one in identities],
            facts=[Known.of(one) for one in facts],
        )


class CustomerPage(Schema):
    """Customers."""

    items: list[CustomerShape]


class Because(Schema):
    """A debt that stands against writing."""

    obligation: int
    kind: Kind
    due_at: datetime
    reason: Reason


class MayWrite(Schema):
    """Whether a message for this purpose may go to a customer now (F15)."""

    allowed: bool
    purpose: str
    because: list[Because]
