"""Conversations: what was said in them, notes, promises, tags."""

from datetime import UTC
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from odzew.api.keys import Bearer, asking, writing
from odzew.api.log import asked
from odzew.api.once import KeyHeader, once
from odzew.api.pages import Cursor, Limit, by_moment, page
from odzew.api.problems import Problem
from odzew.api.shapes import Debt, NoteIn, PromiseIn, Said, SaidPage, Talk, TalkPage
from odzew.conversations import actions
from odzew.conversations.models import Conversation
from odzew.desk import arms
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.token import Scope

router = Router(tags=["conversations"])
READ, WRITE = Bearer(Scope.CONVERSATIONS_READ), Bearer(Scope.CONVERSATIONS_WRITE)
Stands = Annotated[Conversation.Status | None, Query(description="Only open ones, or closed ones.")]
Of = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Only those of this customer.")]


@router.get("/conversations", auth=READ, response=TalkPage, operation_id="list_conversations")
def talks(
    request: HttpRequest,
    status: Stands = None,
    customer: Of = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> TalkPage:
    """List conversations, the newest word first."""
    person = asking(request)
    parts = arms.talks(person, person.team_numbers(), Owed.objects.elsewhere_in(person))
    if status:  # written out, so that the index of the open ones serves it
        parts = [part.only(f"status = '{status.value}'") for part in parts]
    if customer:
        parts = [part.only("customer_id = %s", customer) for part in parts]
    numbers, more = page(parts, cursor, limit)
    rows = arms.fetch(Conversation.objects.select_related("team"), numbers)
    return TalkPage(items=[Talk.of(row) for row in rows], next=more)


@router.get("/conversations/{number}", auth=READ, response=Talk, operation_id="read_conversation")
def talk(request: HttpRequest, number: int) -> Talk:
    """Return one conversation."""
    return Talk.of(_find(request, number))


@router.get("/conversations/{number}/messages", auth=READ, response=SaidPage, operation_id="list_messages")
def messages(request: HttpRequest, number: int, limit: Limit = 50, cursor: Cursor = "") -> SaidPage:
    """List what was said in a conversation, the oldest first."""
    said = _find(request, number).messages.select_related("author", "rating")
    rows, more = by_moment(said, "at", cursor, limit)
    return SaidPage(items=[Said.of(row) for row in rows], next=more)


@router.post("/conversations/{number}/notes", auth=WRITE, response={201: Said}, operation_id="write_note")
def note(request: HttpRequest, number: int, given: NoteIn, key: KeyHeader) -> Status[Any]:
    """Write a note that only the desk sees."""
    found, person = _find(request, number), writing(request)

    def act() -> Said:
        return Said.of(actions.note(found, person, given.text, now()))

    return once(request, key, asked(request, "api-note", "conversation", found.pk), act)


@router.post(
    "/conversations/{number}/promises", auth=WRITE, response={201: Debt}, operation_id="book_promise"
)
def promise(request: HttpRequest, number: int, given: PromiseIn, key: KeyHeader) -> Status[Any]:
    """Book what the person of this token has promised the customer, as a debt with its hour."""
    found, person = _find(request, number), writing(request)
    if given.due_at.tzinfo is None:
        raise Problem(422, "“due_at” lacks its zone; write it as 2026-11-30T15:00:00+01:00.")

    def act() -> Debt:
        debt = actions.promise(found, person, given.text, given.due_at.astimezone(UTC), now())
        return Debt(id=debt.id, kind=debt.kind, due_at=debt.due_at)

    return once(request, key, asked(request, "api-promise", "conversation", found.pk), act)


def _find(request: HttpRequest, number: int) -> Conversation:
    if not 0 < number < 2**63:
        raise Http404
    seen = Conversation.objects.visible_to(asking(request)).select_related("team")
    talk = get_object_or_404(seen, pk=number)
    # Of one that was merged, the one in which it goes on.
    return get_object_or_404(seen, pk=talk.stands_for_id) if talk.stands_for_id else talk
