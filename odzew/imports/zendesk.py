"""What Zendesk gives: its full JSON export, and pages of its API kept as files.

The export has a ticket in each line, its comments in it (Zendesk help, "Exporting data to a JSON, CSV, or XML
file", article 4408886165402). Tickets, "Ticket Comments", "Users" and "Organizations" are described in its
API reference (developer.zendesk.com/api-reference/ticketing), and so are the pages of incremental exports.
"""

from collections.abc import Iterator
from typing import Any

from odzew.imports.neutral import Kind, Left, Link, Matter, Said, Told, Who
from odzew.imports.read import (
    At,
    Key,
    Words,
    count_fields,
    each,
    miss,
    must_have_people,
    numbered,
    one_of,
    title,
)
from odzew.imports.records import Shape
from odzew.imports.report import Report
from odzew.imports.shelf import Shelf
from odzew.lib.payloads import Moment, Part

NAME = "Zendesk"
SHAPE = Shape(
    lists={
        "tickets": "ticket", "ticket": "ticket", "comments": "said", "users": "person", "user": "person",
        "organizations": "firm", "organization": "firm", "groups": "group",
    },
    marks=(
        ("ticket", frozenset({"requester_id", "status"})),
        ("said", frozenset({"author_id", "body"})),
        ("said", frozenset({"author_id", "html_body"})),
        ("person", frozenset({"email", "role"})),
        ("firm", frozenset({"domain_names"})),
    ),
    parts=frozenset({"said"}),
)  # fmt: skip
OPEN = frozenset({"new", "open", "pending", "hold"})
SYSTEM = "-1"  # the author of what Zendesk writes by itself
STAFF = frozenset({"agent", "admin"})
KNOWN = frozenset(
    {
        "id", "url", "subject", "raw_subject", "description", "status", "requester_id", "submitter_id",
        "assignee_id", "group_id", "organization_id", "tags", "created_at", "updated_at", "comments", "via",
        "is_public", "allow_channelback", "allow_attachments", "generated_timestamp", "solved_at",
        "brand_id", "result_type", "has_incidents", "encoded_id", "fields", "metric_set",
        "from_messaging_channel",
    }
)  # fmt: skip


class _Person(Part):
    id: Key
    name: Words = ""
    email: Words = ""
    phone: Words = ""
    role: Words = ""
    locale: Words = ""
    organization_id: Key = ""
    external_id: Words = ""
    suspended: bool | None = False


class _File(Part):
    file_name: Words = ""
    content_url: Words = ""


class _Comment(Part):
    id: Key
    author_id: Key = ""
    body: Words = ""
    plain_body: Words = ""
    html_body: Words = ""
    public: bool = True
    created_at: Moment
    attachments: list[_File] = []


class _Ticket(Part):
    id: Key
    subject: Words = ""
    raw_subject: Words = ""
    description: Words = ""
    status: Words = "open"
    requester_id: Key = ""
    submitter_id: Key = ""
    assignee_id: Key = ""
    group_id: Key = ""
    tags: list[str] = []
    created_at: Moment
    updated_at: At = None
    solved_at: At = None
    comments: list[dict[str, Any]] = []
    is_public: bool | None = True


def told(shelf: Shelf, report: Report) -> Iterator[Told]:
    """Yield the customers of an export, then its tickets.

    :raises Incomplete: when nobody is in it, so that nobody could tell customers from staff
    """
    must_have_people(shelf)
    for one in each(_Person, shelf.all("person"), report, numbered):
        if not one.suspended and one.role not in STAFF:
            yield _who(shelf, one)
    for record in shelf.all("ticket"):
        count_fields(report, "ticket", record, KNOWN)
        for ticket in each(_Ticket, [record], report, numbered):
            yield _matter(shelf, report, ticket)


def _matter(shelf: Shelf, report: Report, ticket: _Ticket) -> Matter | Left:
    if ticket.status == "deleted":
        return Left("It was deleted there.", f"ticket {ticket.id}")
    customer = _person(shelf, report, ticket.requester_id)
    said = tuple(_said(shelf, report, ticket, customer))
    if not said:
        return Left("Nothing is said in it.", f"ticket {ticket.id}")
    return Matter(
        key=ticket.id,
        number=ticket.id,
        subject=ticket.subject or ticket.raw_subject,
        begun_at=ticket.created_at,
        customer=customer,
        said=said,
        is_open=ticket.status in OPEN,
        closed_at=ticket.solved_at or ticket.updated_at,
        assignee=_person(shelf, report, ticket.assignee_id) if ticket.assignee_id else None,
        group=title(shelf, "group", ticket.group_id),
        tags=tuple(ticket.tags),
    )


def _said(shelf: Shelf, report: Report, ticket: _Ticket, customer: Who) -> Iterator[Said]:
    records = [*ticket.comments, *shelf.of("said", ticket.id)]
    for one in each(_Comment, records, report, lambda record: f"comment {numbered(record)} of {ticket.id}"):
        author = _person(shelf, report, one.author_id)
        yield Said(
            key=one.id,
            kind=_kind(one, author, ticket),
            at=one.created_at,
            who=author,
            text=one.plain_body or ("" if one.html_body else one.body),
            html=one.html_body,
            files=tuple(Link(file.file_name, file.content_url) for file in one.attachments),
        )
    if not records and ticket.description:
        report.leave(Left("Only its first message is in the export; export its comments.", ticket.id))
        # A ticket that has no public comment was begun by a note of the staff: she must never read it.
        hers = ticket.is_public is not False
        yield Said(
            key="description",
            kind=Kind.CUSTOMER if hers else Kind.NOTE,
            at=ticket.created_at,
            who=customer if hers else _person(shelf, report, ticket.submitter_id or ticket.assignee_id),
            text=ticket.description,
        )


def _kind(one: _Comment, author: Who, ticket: _Ticket) -> Kind:
    if not one.public:
        return Kind.NOTE
    if one.author_id == SYSTEM:
        return Kind.MACHINE
    # Whoever is named nowhere is a customer, but for whom it was given to: rather owed once too often.
    is_ours = author.is_staff or one.author_id == ticket.assignee_id
    return Kind.ANSWER if is_ours and one.author_id != ticket.requester_id else Kind.CUSTOMER


def _person(shelf: Shelf, report: Report, number: str) -> Who:
    if number != SYSTEM and shelf.get("person", number) is None:
        miss(shelf, report, number, "A person is named and not in the export; export the users too.")
    person = one_of(_Person, shelf, "person", number, report)
    return _who(shelf, person) if person else Who(key=number)


def _who(shelf: Shelf, one: _Person) -> Who:
    return Who(
        key=one.id,
        email=one.email,
        name=one.name,
        phone=one.phone,
        firm=title(shelf, "firm", one.organization_id),
        number=one.external_id,
        language=one.locale[:2].lower(),
        is_staff=one.role in STAFF,
    )
