"""What Zammad's API gives, its pages kept as files: tickets, articles, users, organizations, groups, states.

Described in its documentation under REST API (docs.zammad.org/en/latest/api/intro.html): "Tickets",
"Articles", "States", "User", "Organization". With `?expand=true` names stand beside the numbers; without it
the numbers of a new installation are taken, or what the lists of groups and states say.
"""

from collections.abc import Iterator
from email.utils import parseaddr
from typing import Annotated, Any

from pydantic import BeforeValidator

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

NAME = "Zammad"
SHAPE = Shape(
    lists={
        "ticket_articles": "said", "articles": "said", "ticket_states": "state", "states": "state",
        "tickets": "ticket", "ticket": "ticket", "users": "person", "organizations": "firm",
        "groups": "group",
    },
    marks=(
        ("said", frozenset({"ticket_id", "body"})),
        ("ticket", frozenset({"customer_id", "group_id"})),
        ("person", frozenset({"login", "firstname"})),
        ("state", frozenset({"state_type_id"})),
        ("firm", frozenset({"domain_assignment"})),
        ("group", frozenset({"follow_up_possible"})),
    ),
    parts=frozenset({"said"}),
)  # fmt: skip
NOBODY = "1"  # owns what nobody owns, and writes what Zammad writes by itself
STATES = {"1": "new", "2": "open", "3": "pending reminder", "4": "closed", "5": "merged", "6": "removed"} | {
    "7": "pending close"
}
# A state of the firm's own is told by its type, which has the numbers of a new installation.
TYPES = {"1": "new", "2": "open", "3": "pending reminder", "4": "pending close", "5": "closed"} | {
    "6": "merged",
    "7": "removed",
}
OPEN = frozenset({"new", "open", "pending reminder", "pending close"})
SENDERS = {"1": "Agent", "2": "Customer", "3": "System"}
STAFF = frozenset({"1", "2", "Admin", "Agent"})
KNOWN = frozenset(
    {
        "id", "number", "title", "state", "state_id", "group", "group_id", "owner", "owner_id", "customer",
        "customer_id", "organization", "organization_id", "tags", "created_at", "updated_at", "close_at",
        "articles", "article_ids", "article_count", "ticket_time_accounting_ids", "created_by",
        "created_by_id", "updated_by", "updated_by_id", "create_article_type", "create_article_type_id",
        "create_article_sender", "create_article_sender_id", "last_contact_at", "last_contact_agent_at",
        "last_contact_customer_at", "last_owner_update_at", "last_close_at", "preferences",
    }
)  # fmt: skip


def _several(said: Any) -> Any:
    return [one.strip() for one in said.split(",") if one.strip()] if isinstance(said, str) else said or []


class _Person(Part):
    id: Key
    login: Words = ""
    firstname: Words = ""
    lastname: Words = ""
    email: Words = ""
    phone: Words = ""
    mobile: Words = ""
    organization: Words = ""
    organization_id: Key = ""
    role_ids: list[Key] = []
    roles: list[Words] = []
    active: bool | None = True
    preferences: dict[str, Any] | None = None


class _File(Part):
    id: Key
    filename: Words = ""


class _Article(Part):
    id: Key
    from_: Words = ""
    subject: Words = ""
    body: Words = ""
    content_type: Words = ""
    type: Words = ""
    sender: Words = ""
    sender_id: Key = ""
    internal: bool | None = False
    message_id: Words = ""
    in_reply_to: Words = ""
    created_by_id: Key = ""
    origin_by_id: Key = ""
    created_at: Moment
    attachments: list[_File] = []


class _Ticket(Part):
    id: Key
    number: Words = ""
    title: Words = ""
    state: Words = ""
    state_id: Key = ""
    group: Words = ""
    group_id: Key = ""
    owner_id: Key = ""
    customer_id: Key = ""
    tags: Annotated[list[str], BeforeValidator(_several)] = []
    created_at: Moment
    updated_at: At = None
    close_at: At = None
    articles: list[dict[str, Any]] = []


def told(shelf: Shelf, report: Report) -> Iterator[Told]:
    """Yield the customers of an export, then its tickets.

    :raises Incomplete: when nobody is in it, so that nobody could say whose tickets these are
    """
    must_have_people(shelf)
    for one in each(_Person, shelf.all("person"), report, numbered):
        who = _who(shelf, one)
        if one.active is not False and not who.is_staff and one.id != NOBODY:
            yield who
    for record in shelf.all("ticket"):
        count_fields(report, "ticket", record, KNOWN)
        for ticket in each(_Ticket, [record], report, numbered):
            yield _matter(shelf, report, ticket)


def _matter(shelf: Shelf, report: Report, ticket: _Ticket) -> Matter | Left:
    state, named = _state(shelf, ticket), f"ticket {ticket.id}"
    if state == "removed":
        return Left("It was deleted there.", named)
    if state == "merged":
        return Left("It was merged into another one there, which has its words.", named)
    if state not in STATES.values():
        report.leave(Left("Its state is not known, and taken for open; export the states too.", named))
    customer = _person(shelf, report, ticket.customer_id)
    said = tuple(_said(shelf, report, ticket, customer))
    if not said:
        return Left("Nothing is said in it.", named)
    return Matter(
        key=ticket.id,
        number=ticket.number or ticket.id,
        subject=ticket.title,
        begun_at=ticket.created_at,
        customer=customer,
        said=said,
        is_open=state != "closed",
        closed_at=ticket.close_at or ticket.updated_at,
        assignee=_person(shelf, report, ticket.owner_id) if ticket.owner_id not in ("", NOBODY) else None,
        group=ticket.group or title(shelf, "group", ticket.group_id),
        tags=tuple(ticket.tags),
    )


def _state(shelf: Shelf, ticket: _Ticket) -> str:
    listed = shelf.get("state", ticket.state_id) or {}
    return TYPES.get(str(listed.get("state_type_id")), ticket.state or STATES.get(ticket.state_id, ""))


def _said(shelf: Shelf, report: Report, ticket: _Ticket, customer: Who) -> Iterator[Said]:
    found = [*ticket.articles, *shelf.of("said", ticket.id)]
    records = [{**record, "from_": record.get("from")} for record in found]
    for one in each(_Article, records, report, lambda record: f"article {numbered(record)} of {ticket.id}"):
        is_html = one.content_type.startswith("text/html")
        kind = _kind(one)
        yield Said(
            key=one.id,
            kind=kind,
            at=one.created_at,
            who=_author(shelf, one, kind, customer),
            subject=one.subject,
            text="" if is_html else one.body,
            html=one.body if is_html else "",
            files=tuple(_link(ticket, one, file) for file in one.attachments),
            message_id=one.message_id,
            answers=one.in_reply_to,
        )


def _kind(one: _Article) -> Kind:
    sender = one.sender or SENDERS.get(one.sender_id, "Agent")
    if one.internal:
        return Kind.NOTE
    if sender == "Customer":
        return Kind.CUSTOMER
    if sender == "System":
        return Kind.MACHINE
    # A note is no communication ("Articles", type), even one that she may see: it was sent to nobody.
    return Kind.NOTE if one.type == "note" else Kind.ANSWER


def _author(shelf: Shelf, one: _Article, kind: Kind, customer: Who) -> Who:
    name, address = parseaddr(one.from_)
    person = one_of(_Person, shelf, "person", one.origin_by_id or one.created_by_id, Report())
    author = _who(shelf, person) if person else None
    if kind is not Kind.CUSTOMER:
        return author or Who(key="", name=name, email=address)
    if author is not None and not author.is_staff:
        return author
    # What she said on the telephone was written down by an agent.
    return Who(key="", name=name, email=address) if "@" in address else customer


def _link(ticket: _Ticket, article: _Article, file: _File) -> Link:
    return Link(file.filename, f"/api/v1/ticket_attachment/{ticket.id}/{article.id}/{file.id}")


def _person(shelf: Shelf, report: Report, number: str) -> Who:
    if shelf.get("person", number) is None:
        miss(shelf, report, number, "A person is named and not in the export; export the users too.")
    person = one_of(_Person, shelf, "person", number, report)
    return _who(shelf, person) if person else Who(key=number)


def _who(shelf: Shelf, one: _Person) -> Who:
    return Who(
        key=one.id,
        email=one.email,
        name=f"{one.firstname} {one.lastname}".strip(),
        phone=one.phone or one.mobile,
        firm=one.organization or title(shelf, "firm", one.organization_id),
        language=str((one.preferences or {}).get("locale", ""))[:2].lower(),
        is_staff=not STAFF.isdisjoint([*one.role_ids, *one.roles]),
    )
