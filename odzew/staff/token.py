"""Tokens by which other programs act at the desk for a person, within scopes."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from odzew.staff.models import Person

PREFIX = "odz_"  # so that a scanner of repositories knows one that was committed by mistake
OFTEN = timedelta(minutes=10)  # a request must not cost a write


class Scope(models.TextChoices):
    """What a token may be used for; its person must be allowed the same."""

    BOOKS_READ = "books:read"
    CONVERSATIONS_READ = "conversations:read"
    CONVERSATIONS_WRITE = "conversations:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    MESSAGES_WRITE = "messages:write"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    WEBHOOKS_MANAGE = "webhooks:manage"


class TokenQuerySet(models.QuerySet["Token"]):
    """What is asked of tokens."""

    def living(self, now: datetime) -> "TokenQuerySet":
        """Return those that open something: not revoked, not ended, of a person who is at the desk."""
        unended = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        return self.filter(unended, revoked_at__isnull=True, person__is_active=True)


class Token(models.Model):
    """One token. Only its digest is kept: 256 random bits need no slow hash."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)  # to within ten minutes

    objects = TokenQuerySet.as_manager()

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name


def issue(
    person: Person, name: str, scopes: Collection[str], now: datetime, ends_at: datetime | None = None
) -> tuple[Token, str]:
    """Save a new token, and return it with the secret, which can never be shown again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Token.objects.create(
        person=person,
        name=name,
        scopes=sorted(scopes),
        digest=digest(secret),
        created_at=now,
        ends_at=ends_at,
    )
    return made, secret


def holder(secret: str, now: datetime) -> Token | None:
    """Return the living token with this secret, and note that it is used."""
    found = Token.objects.living(now).select_related("person").filter(digest=digest(secret)).first()
    if found and (found.used_at is None or now - found.used_at >= OFTEN):
        Token.objects.filter(pk=found.pk).update(used_at=now)
    return found


def revoke(token: Token, now: datetime) -> None:
    """End a token at once; when it was revoked first is what counts."""
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
