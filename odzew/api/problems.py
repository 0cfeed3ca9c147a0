"""Errors as RFC 9457 problem details, each saying what to do next."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from odzew.domain.obligation import Refused

log = logging.getLogger(__name__)
MEDIA = "application/problem+json"
TOKENLESS = "Send a living token as “Authorization: Bearer odz_…”; administrators make them on the desk."
AWAY = "The desk cannot reach its books just now; nothing was kept. Send the same again."
BROKEN = "Something broke here; nothing was kept. It is in the log of the desk."
UNSEEN = "There is no such thing, or the person of this token may not see it."
WRONG = "What was sent is not as the description of this API says."


class Problem(Exception):
    """An error with its status, what it says, and members of its own (RFC 9457, section 3.2)."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more


def answer(problem: Problem) -> HttpResponse:
    """Return a problem as an answer. `type` is left out: "about:blank", the status says the kind."""
    title = HTTPStatus(problem.status).phrase
    said = {"title": title, "status": problem.status, "detail": problem.detail, **problem.more}
    return JsonResponse(said, status=problem.status, content_type=MEDIA, headers=dict(problem.headers))


def handle(api: NinjaAPI) -> None:
    """Let every error of the API be answered as a problem."""
    # Those ninja would answer by itself, and all others.
    kinds: list[Any] = [
        ValidationError,
        HttpError,
        AuthenticationError,
        Http404,
        Exception,
    ]  # ninja has its own
    for kind in kinds:
        api.add_exception_handler(kind, _answered)


def _answered(_request: HttpRequest, error: Any) -> HttpResponse:
    return answer(_problem(error))


def _problem(error: Exception) -> Problem:
    """Return what to say of an error: the caller's, or ours, which goes into the log."""
    match error:
        case Problem():
            return error
        case AuthenticationError():
            return Problem(401, TOKENLESS, {"WWW-Authenticate": "Bearer"})
        case HttpError():
            return Problem(error.status_code, str(error))
        case ValidationError():
            errors = [{"where": ".".join(map(str, one["loc"])), "detail": one["msg"]} for one in error.errors]
            return Problem(422, WRONG, errors=errors)
    return _refusal(error) or _failure(error)


def _refusal(error: Exception) -> Problem | None:
    match error:
        case Refused():
            return Problem(409, str(error))
        case PermissionDenied():
            return Problem(403, str(error) or "The person of this token may not do this.")
        case Http404():
            return Problem(404, UNSEEN)
    return None


def _failure(error: Exception) -> Problem:
    log.error("The API failed.", exc_info=error)
    if isinstance(error, DatabaseError | InterfaceError):
        return Problem(503, AWAY, {"Retry-After": "5"})
    return Problem(500, BROKEN)
