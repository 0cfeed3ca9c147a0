"""Where each person is signed in, and ending it."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import models, transaction

from odzew.lib.clock import now
from odzew.staff.models import Person

AT_ONCE = 1_000


class SignedIn(models.Model):
    """One browser in which somebody is signed in; it goes with its session."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="signed_in")
    session = models.CharField(max_length=40, unique=True)
    begun_at = models.DateTimeField()
    # To within some minutes: a page must not cost a write.
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.person_id} at {self.address}"


def begin(person: Person, session: str, address: str, device: str, at: datetime) -> SignedIn:
    """Write down that somebody has signed in."""
    said = {"person": person, "begun_at": at, "seen_at": at}
    said |= {"address": address[:45], "device": device[:200]}
    row, _made = SignedIn.objects.update_or_create(session=session, defaults=said)
    return row


def seen(number: int, session: str, address: str, at: datetime) -> None:
    """Write down that somebody is still there; the key of a session changes with the password."""
    SignedIn.objects.filter(pk=number).update(session=session, address=address[:45], seen_at=at)


def of(person: Person, at: datetime) -> list[SignedIn]:
    """Return where somebody is signed in, the last seen first."""
    rows = list(SignedIn.objects.filter(person=person).order_by("-seen_at", "-pk"))
    keys = [row.session for row in rows]
    running = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
    live = set(running.values_list("session_key", flat=True))
    return [row for row in rows if row.session in live]


@transaction.atomic
def end(person: Person, *, only: int | None = None, keep: str = "") -> int:
    """End one session of somebody, or all but the one of the key `keep`; return how many."""
    rows = SignedIn.objects.filter(person=person).exclude(session=keep)
    if only is not None:
        rows = rows.filter(pk=only)
    keys = list(rows.values_list("session", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return SignedIn.objects.filter(session__in=keys).delete()[0]


def step() -> int:
    """Forget sessions that have ended by themselves, and say how many."""
    old = list(Session.objects.filter(expire_date__lte=now()).values_list("session_key", flat=True)[:AT_ONCE])
    with transaction.atomic():
        SignedIn.objects.filter(session__in=old).delete()
        return Session.objects.filter(session_key__in=old).delete()[0]
