"""What Freshdesk's API v2 gives, its pages kept as files: tickets, conversations, contacts, agents, firms.

Described at developers.freshdesk.com/api: "List All Tickets" (with `include=requester,description,stats`),
"View a Ticket" (with `include=conversations`), "List All Conversations of a Ticket", "List All Contacts",
"List All Agents", "List All Companies", "List All Groups".
"""

from collections.abc import Iterator
from typing import Any

from odzew.imports.neutral import Kind, Left, Link, Matter, Said, Told, Who
from odzew.imports.read import At, Key, Words, count_fields, each, miss, numbered, one_of, title
from odzew.imports.records import Shape
from odzew.imports.report import Report
from odzew.imports.shelf import Shelf
from odzew.lib.payloads import Moment, Part

NAME = "Freshdesk"
SHAPE = Shape(
    lists={
        "tickets": "ticket", "ticket": "ticket", "conversations": "said", "contacts": "person",
        "agents": "agent", "companies": "firm", "groups": "group",
    },
    marks=(
        ("ticket", frozenset({"requester_id", "status"})),
        ("said", frozenset({"ticket_id", "incoming"})),
        ("said", frozenset({"body_text", "incoming"})),
        ("agent", frozenset({"contact", "occasional"})),
        ("firm", frozenset({"domains", "health_score"})),
        ("group", frozenset({"agent_ids"})),
        ("person", frozenset({"email", "mobile"})),
    ),
    parts=frozenset({"said"}),
)  # fmt: skip
CLOSED = frozenset({"4", "5"})  # Resolved, Closed; 2 and 3 are Open and Pending, from 6 on the firm's own
BY_US = "10"  # the source of a ticket that began with a mail of the firm's
NOTE, FORWARDED = "2", "8"  # sources of a conversation that was sent to no customer
KNOWN = frozenset(
    {
        "id", "subject", "description", "description_text", "structured_description", "status", "source",
        "requester_id", "requester", "responder_id", "group_id", "company_id", "company", "tags",
        "created_at", "updated_at", "stats", "spam", "deleted", "attachments", "conversations",
        "cc_emails", "fwd_emails", "reply_cc_emails", "ticket_cc_emails", "to_emails", "email_config_id",
        "due_by", "fr_due_by", "fr_escalated", "is_escalated", "nr_due_by", "nr_escalated",
        "association_type",
    }
)  # fmt: skip


class _Contact(Part):
    id: Key = ""
    name: Words = ""
    email: Words = ""
    phone: Words = ""
    mobile: Words = ""
    company_id: Key = ""
    language: Words = ""
    unique_external_id: Words = ""
    other_emails: list[Words] | None = None


class _Agent(Part):
    id: Key
    contact: _Contact


class _File(Part):
    name: Words = ""
    attachment_url: Words = ""


class _Talk(Part):
    id: Key
    body: Words = ""
    body_text: Words = ""
    incoming: bool | None = False
    private: bool | None = False
    user_id: Key = ""
    from_email: Words = ""
    source: Key = ""
    created_at: Moment
    attachments: list[_File] = []


class _Stats(Part):
    resolved_at: At = None
    closed_at: At = None


class _Ticket(Part):
    id: Key
    subject: Words = ""
    description: Words = ""
    description_text: Words = ""
    status: Key = "2"
    source: Key = ""
    requester_id: Key = ""
    requester: _Contact | None = None
    responder_id: Key = ""
    group_id: Key = ""
    tags: list[str] = []
    spam: bool | None = False
    deleted: bool | None = False
    created_at: Moment
    updated_at: At = None
    stats: _Stats | None = None
    attachments: list[_File] = []
    conversations: list[dict[str, Any]] = []


def told(shelf: Shelf, report: Report) -> Iterator[Told]:
    """Yield the customers of an export, then its tickets."""
    for one in each(_Contact, shelf.all("person"), report, numbered):
        yield _who(shelf, one)
    for record in shelf.all("ticket"):
        count_fields(report, "ticket", record, KNOWN)
        for ticket in each(_Ticket, [record], report, numbered):
            yield _matter(shelf, report, ticket)


def _matter(shelf: Shelf, report: Report, ticket: _Ticket) -> Matter | Left:
    if ticket.spam or ticket.deleted:
        return Left(f"It was {'spam' if ticket.spam else 'deleted'} there.", f"ticket {ticket.id}")
    customer = _customer(shelf, report, ticket)
    assignee = _agent(shelf, report, ticket.responder_id)
    said = tuple(_said(shelf, report, ticket, customer, assignee))
    if not said:
        return Left("Nothing is said in it; export with its description.", f"ticket {ticket.id}")
    stats = ticket.stats or _Stats()
    return Matter(
        key=ticket.id,
        number=ticket.id,
        subject=ticket.subject,
        begun_at=ticket.created_at,
        customer=customer,
        said=said,
        is_open=ticket.status not in CLOSED,
        closed_at=stats.closed_at or stats.resolved_at or ticket.updated_at,
        assignee=assignee,
        group=title(shelf, "group", ticket.group_id),
        tags=tuple(ticket.tags),
    )


def _said(
    shelf: Shelf, report: Report, ticket: _Ticket, customer: Who, assignee: Who | None
) -> Iterator[Said]:
    if ticket.description or ticket.description_text:
        ours = ticket.source == BY_US
        yield Said(
            key="description",
            kind=Kind.ANSWER if ours else Kind.CUSTOMER,
            at=ticket.created_at,
            who=assignee if ours else customer,
            text=ticket.description_text,
            html=ticket.description,
            files=_links(ticket.attachments),
        )
    records = [*ticket.conversations, *shelf.of("said", ticket.id)]
    named = f"of ticket {ticket.id}"
    for one in each(_Talk, records, report, lambda record: f"conversation {numbered(record)} {named}"):
        yield Said(
            key=one.id,
            kind=_kind(one),
            at=one.created_at,
            who=_author(shelf, report, one, customer),
            text=one.body_text,
            html=one.body,
            files=_links(one.attachments),
        )


def _kind(one: _Talk) -> Kind:
    if one.private or one.source == FORWARDED:
        return Kind.NOTE
    if one.incoming:
        return Kind.CUSTOMER
    # A note that she may see was not sent to her, as far as an export tells.
    return Kind.NOTE if one.source == NOTE else Kind.ANSWER


def _author(shelf: Shelf, report: Report, one: _Talk, customer: Who) -> Who | None:
    if not one.incoming:
        return _agent(shelf, report, one.user_id)
    if one.user_id == customer.key:
        return customer
    found = one_of(_Contact, shelf, "person", one.user_id, report)
    return _who(shelf, found) if found else Who(key=one.user_id, email=one.from_email)


def _customer(shelf: Shelf, report: Report, ticket: _Ticket) -> Who:
    found = one_of(_Contact, shelf, "person", ticket.requester_id, report) or ticket.requester
    if found is not None:
        return _who(shelf, found.model_copy(update={"id": ticket.requester_id}))
    if agent := _agent(shelf, report, ticket.requester_id):
        return agent
    why = "Who asked is not in the export; export the contacts, or tickets with include=requester."
    miss(shelf, report, ticket.requester_id, why)
    return Who(key=ticket.requester_id)


def _agent(shelf: Shelf, report: Report, number: str) -> Who | None:
    one = one_of(_Agent, shelf, "agent", number, report)
    return Who(key=one.id, email=one.contact.email, name=one.contact.name, is_staff=True) if one else None


def _links(files: list[_File]) -> tuple[Link, ...]:
    return tuple(Link(file.name, file.attachment_url) for file in files)


def _who(shelf: Shelf, one: _Contact) -> Who:
    return Who(
        key=one.id,
        email=one.email,
        also=tuple(one.other_emails or ()),
        name=one.name,
        phone=one.phone or one.mobile,
        firm=title(shelf, "firm", one.company_id),
        number=one.unique_external_id,
        language=one.language[:2].lower(),
    )
