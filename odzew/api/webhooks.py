"""Webhooks, by the API: who is told, the secret, what was told, sending again; for administrators."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from odzew.api.keys import Bearer, asking
from odzew.api.log import asked
from odzew.api.messages import Line
from odzew.api.once import KeyHeader, once
from odzew.api.pages import Cursor, Limit, by_moment
from odzew.api.problems import Problem
from odzew.lib.clock import now
from odzew.lib.sealing import CannotOpen
from odzew.staff.token import Scope
from odzew.webhooks import events, keeping, secret
from odzew.webhooks.models import Delivery, Webhook

router = Router(tags=["webhooks"])
MANAGE = Bearer(Scope.WEBHOOKS_MANAGE)
Type = Annotated[str, Field(pattern=f"^({'|'.join(events.TYPES)})$")]
Stands = Annotated[
    Literal["waiting", "done", "given_up", "left"] | None,
    Query(description="Only those that wait, were taken, or given up."),
]


class WebhookShape(Schema):
    """One address that is told what happens."""

    id: int
    name: str
    url: str
    types: list[str] = Field(description="Of events; none: all.")
    active: bool
    created_at: datetime
    taken_at: datetime | None = Field(description="When it took something last.")
    failing_since: datetime | None
    stopped_at: datetime | None = Field(description="When the desk gave it up.")
    stopped: str

    @classmethod
    def of(cls, hook: Webhook) -> "WebhookShape":
        """Return the shape of a webhook."""
        return cls(**{name: getattr(hook, name) for name in cls.model_fields})


class WebhookList(Schema):
    """Webhooks, by name."""

    items: list[WebhookShape]


class WebhookIn(Schema):
    """What a webhook is to be."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    url: Annotated[Line, Field(max_length=1_000, description="https only.")]
    types: list[Type] = Field([], max_length=len(events.TYPES), description="Of events; none: all.")
    active: bool = True


class SecretShape(Schema):
    """What its calls are signed with."""

    secret: str


class DeliveryShape(Schema):
    """One event for one webhook, and what came of it."""

    id: int
    name: str = Field(description="`webhook-id` of its call.")
    type: str
    state: Literal["waiting", "done", "given_up", "left"]
    made_at: datetime
    next_at: datetime
    tries: int
    tried_at: datetime | None
    status: int | None
    milliseconds: int | None
    said: str
    body: str

    @classmethod
    def of(cls, row: Delivery) -> "DeliveryShape":
        """Return the shape of a delivery."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class DeliveryPage(Schema):
    """What a webhook was told, the oldest first."""

    items: list[DeliveryShape]
    next: str | None


@router.get("/webhooks", auth=MANAGE, response=WebhookList, operation_id="list_webhooks")
def webhooks(request: HttpRequest) -> WebhookList:
    """List webhooks."""
    _administrator(request)
    return WebhookList(items=[WebhookShape.of(hook) for hook in Webhook.objects.order_by("name", "pk")])


@router.post("/webhooks", auth=MANAGE, response={201: WebhookShape}, operation_id="make_webhook")
def make(request: HttpRequest, given: WebhookIn, key: KeyHeader) -> Status[Any]:
    """Let another program be told what happens from now on; its secret is read apart."""
    _administrator(request)

    def act() -> WebhookShape:
        hook = keeping.make(given.name, given.url, given.types, now())
        return WebhookShape.of(hook if given.active else keeping.change(hook, **given.model_dump()))

    return once(request, key, asked(request, "webhook-new", "webhook", 0), act)


@router.post("/webhooks/{number}", auth=MANAGE, response={201: WebhookShape}, operation_id="change_webhook")
def change(request: HttpRequest, number: int, given: WebhookIn, key: KeyHeader) -> Status[Any]:
    """Set what a webhook is told, and whether it is."""
    hook = _one(request, number)

    def act() -> WebhookShape:
        return WebhookShape.of(keeping.change(hook, **given.model_dump()))

    return once(request, key, asked(request, "webhook", "webhook", hook.pk), act)


@router.get("/webhooks/{number}/secret", auth=MANAGE, response=SecretShape, operation_id="read_secret")
def read_secret(request: HttpRequest, number: int) -> SecretShape:
    """Return what the calls of a webhook are signed with."""
    try:
        return SecretShape(secret=secret.of(_one(request, number)))
    except CannotOpen as fault:
        raise Problem(409, str(fault)) from None


@router.post(
    "/webhooks/{number}/secret",
    auth=MANAGE,
    response={201: WebhookShape},
    operation_id="renew_secret",
)
def renew(request: HttpRequest, number: int, key: KeyHeader) -> Status[Any]:
    """Give a webhook a new secret; for a day it is signed with both."""
    hook = _one(request, number)

    def act() -> WebhookShape:
        return WebhookShape.of(keeping.renew(hook.pk, now()))

    return once(request, key, asked(request, "webhook-renew", "webhook", hook.pk), act)


@router.get(
    "/webhooks/{number}/deliveries", auth=MANAGE, response=DeliveryPage, operation_id="list_deliveries"
)
def deliveries(
    request: HttpRequest, number: int, state: Stands = None, limit: Limit = 50, cursor: Cursor = ""
) -> DeliveryPage:
    """List what a webhook was told, and what came of it."""
    rows = _one(request, number).deliveries.all()
    found, more = by_moment(rows.filter(state=state) if state else rows, "made_at", cursor, limit)
    return DeliveryPage(items=[DeliveryShape.of(row) for row in found], next=more)


@router.post(
    "/webhooks/{number}/deliveries/{delivery}",
    auth=MANAGE,
    response={201: DeliveryShape},
    operation_id="send_delivery_again",
)
def again(request: HttpRequest, number: int, delivery: int, key: KeyHeader) -> Status[Any]:
    """Send something again, under the same name."""
    hook = _one(request, number)
    row = get_object_or_404(hook.deliveries, pk=_whole(delivery))

    def act() -> DeliveryShape:
        keeping.again(hook, row.pk, now())
        return DeliveryShape.of(hook.deliveries.get(pk=row.pk))

    return once(request, key, asked(request, "webhook-again", "webhook-delivery", row.pk), act)


def _administrator(request: HttpRequest) -> None:
    if not asking(request).sees_everything:
        raise Problem(403, "Only an administrator's token has to do with webhooks.")


def _one(request: HttpRequest, number: int) -> Webhook:
    _administrator(request)
    return get_object_or_404(Webhook, pk=_whole(number))


def _whole(number: int) -> int:
    if not 0 < number < 2**63:
        raise Http404
    return number
