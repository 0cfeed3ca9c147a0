"""A write that is sent twice is done once: the Idempotency-Key.

As in the Internet-Draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header):
the same key with the same request gets the first answer again, with another request it is refused.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from django.db import models, transaction
from django.http import HttpRequest
from ninja import Header, Schema, Status

from odzew.api.keys import token_of
from odzew.api.problems import Problem
from odzew.lib.clock import now
from odzew.staff import acts
from odzew.staff.token import Token

KEPT = timedelta(days=7)
AT_ONCE = 100
KeyHeader = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by you, new for each act. Send it again with the same request after a break of "
        "the line: it is done once, and you get the first answer. Kept for seven days.",
    ),
]


class Once(models.Model):
    """An act a token asked for, and what it was answered."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)  # SHA-256 of method, path and body
    answer = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="once")]

    def __str__(self) -> str:
        return self.key


def once(request: HttpRequest, key: str, asked: acts.Asked, act: Callable[[], Schema]) -> Status[Any]:
    """Do an act once for its key, in one transaction with its line of the staff log, and return 201.

    :raises Problem: when the key was used for something else (422)
    """
    with transaction.atomic():
        row = _held(request, key)
        if row.answer is None:
            with acts.during(asked):
                row.answer = act().model_dump(mode="json")
                acts.keep()
            row.save(update_fields=["answer"])
    return Status(201, row.answer)


def _held(request: HttpRequest, key: str) -> Once:
    """Return the row of a key, which belongs to this transaction until it ends."""
    token, at = token_of(request), now()
    old = Once.objects.filter(at__lt=at - KEPT).values("pk")[:AT_ONCE]
    Once.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    fresh = Once(token=token, key=key, request=_digest(request), at=at)
    # Of two who come at once the second waits here, on PostgreSQL too, until the first has ended.
    Once.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Once.objects.select_for_update().get(token=token, key=key)
    if row.request != fresh.request:
        raise Problem(422, "This Idempotency-Key was used for another request; choose a new one.")
    return row


def _digest(request: HttpRequest) -> str:
    said = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(said + request.body).hexdigest()
