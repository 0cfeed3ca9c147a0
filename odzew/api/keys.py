"""Who is asking: the bearer of a token, within its scopes, and not too often."""

from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer

from odzew.api.problems import Problem
from odzew.lib.clock import now
from odzew.staff import token as tokens
from odzew.staff.models import Person
from odzew.staff.token import Scope, Token

A_MINUTE = 600  # requests of one token


class Bearer(HttpBearer):
    """Opens an operation to tokens with a scope (RFC 6750)."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the token, or None when it opens nothing.

        :raises Problem: when it lacks the scope (403), or was used too often (429)
        """
        found = tokens.holder(token, now())
        if found is None:
            return None
        _count(found)
        if self.scope not in found.scopes:
            challenge = f'Bearer error="insufficient_scope", scope="{self.scope}"'
            said = f"This token lacks the scope “{self.scope}”; make one that has it."
            raise Problem(403, said, {"WWW-Authenticate": challenge})
        request.user = found.person
        return found


def _count(token: Token) -> None:
    at = now()
    key = f"api:{token.pk}:{int(at.timestamp() // 60)}"
    cache.add(key, 0, 120)
    if cache.incr(key) > A_MINUTE:
        rest = 60 - at.second
        said = f"More than {A_MINUTE} requests in a minute. Wait {rest} seconds."
        raise Problem(429, said, {"Retry-After": str(rest)})


def token_of(request: HttpRequest) -> Token:
    """Return the token a request was let in by."""
    found: Token = request.auth  # type: ignore[attr-defined]  # ninja sets what `authenticate` returned
    return found


def asking(request: HttpRequest) -> Person:
    """Return the person a request acts for."""
    return token_of(request).person


def writing(request: HttpRequest) -> Person:
    """Return the person a request acts for, who may change something.

    :raises Problem: when the person may only read
    """
    person = asking(request)
    if not person.may_write:
        raise Problem(403, "The person of this token may only read.")
    return person
