"""Everything that happened with a customer, as one list."""

from dataclasses import asdict
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from odzew.api.customers import find_customer
from odzew.api.keys import Bearer, asking
from odzew.api.pages import Cursor, Limit, behind
from odzew.desk import cursor as cursors
from odzew.desk.customers import history
from odzew.staff.token import Scope

router = Router(tags=["customers"])
READ = Bearer(Scope.CONVERSATIONS_READ)  # the words of messages are in it


class EventShape(Schema):
    """One thing that happened; what does not belong to it is null."""

    at: datetime
    type: str = Field(description="message.inbound, obligation.opened, conversation.tagged, order.paid …")
    who: str
    text: str
    state: str = Field(description="Of a message: where it is; of an obligation: its kind.")
    conversation: int | None
    message: int | None
    obligation: int | None
    order: int | None


class Timeline(Schema):
    """What happened, the newest first."""

    items: list[EventShape]
    next: str | None


@router.get("/customers/{number}/timeline", auth=READ, response=Timeline, operation_id="read_timeline")
def timeline(request: HttpRequest, number: int, limit: Limit = 50, cursor: Cursor = "") -> Timeline:
    """List all that happened with a customer, over all channels, the newest first."""
    _customer, numbers = find_customer(request, number)
    found, last = history.page(asking(request), numbers, behind(cursor), limit)
    return Timeline(
        items=[EventShape(**asdict(event)) for event in found], next=cursors.after(last) if last else None
    )
