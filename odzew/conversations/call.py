"""Line, Call and what was told of a call: the telephone in the history."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from odzew.channels.models import Account
from odzew.conversations.models import Blob, Conversation, Message
from odzew.customers.models import Customer
from odzew.staff.models import Person, Team


class Line(models.Model):
    """One number of ours, the program that tells of its calls, and what that proves itself by."""

    class Kind(models.TextChoices):
        """The shape of what it sends."""

        GENERIC = "generic", _("Standard Webhooks, for your own exchange")
        TWILIO = "twilio", "Twilio"
        ASTERISK = "asterisk", _("Asterisk, by its manager interface")

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.CharField(max_length=32)  # E.164
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="lines")
    # The mailbox by which its callers are written to.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    secret = models.TextField()  # sealed (lib/sealing.py)
    # Who is at which extension or number: {"101": the number of a person, or None}.
    places = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    # Of an exchange we listen to (calls/asterisk): where it is, and which worker does.
    exchange = models.JSONField(default=dict, blank=True)
    reader = models.CharField(max_length=16, blank=True)
    read_until = models.DateTimeField(null=True)
    # Until when we listened; since when we do not, and why.
    listened_at = models.DateTimeField(null=True)
    deaf_since = models.DateTimeField(null=True)
    wrong = models.CharField(max_length=500, blank=True)
    # The debt of an administrator to look at it, and since when the line was not heard that it is for.
    debt = models.BigIntegerField(null=True)
    owed_for = models.DateTimeField(null=True)
    # What it told last and we did not take, and why; not every exchange tells again.
    refused_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=500, blank=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name


class CallQuerySet(models.QuerySet["Call"]):
    """What can be asked of calls."""

    def visible_to(self, person: Person) -> Self:
        """Return the calls in conversations the person may see."""
        return self.filter(conversation__in=Conversation.objects.visible_to(person).values("pk"))

    def of_conversations(self, numbers: Iterable[int]) -> Self:
        """Return the calls of these conversations, the oldest first."""
        return self.filter(conversation__in=list(numbers)).order_by("begun_at", "pk")


class Call(models.Model):
    """One call as it stands by all that was told of it (calls/course.py), or as a person wrote it down."""

    class State(models.TextChoices):
        """Where it stands, or how it ended."""

        PLANNED = "planned"  # one of ours is about to dial
        RINGING = "ringing"
        TALKING = "talking"
        ON_HOLD = "on_hold"
        TALKED = "talked"
        MISSED = "missed"
        ABANDONED = "abandoned"
        VOICEMAIL = "voicemail"

    class Direction(models.TextChoices):
        """Who called whom."""

        INBOUND = "inbound"
        OUTBOUND = "outbound"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="calls")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="calls")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="calls")
    key = models.CharField(
        max_length=200, null=True
    )  # what the line calls it; none: it was told by nobody yet
    direction = models.CharField(max_length=10, choices=Direction)
    number = models.CharField(max_length=64, blank=True)  # E.164, or as the line says it; empty: withheld
    state = models.CharField(max_length=10, choices=State)
    begun_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    talked_seconds = models.PositiveIntegerField(default=0)
    held_seconds = models.PositiveIntegerField(default=0)
    holds = models.JSONField(default=list, blank=True)  # [[from, to], …] in ISO 8601
    transfers = models.JSONField(default=list, blank=True)  # [[at, to], …]
    agents = models.JSONField(default=list, blank=True)  # who spoke, as the line calls them
    agent = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Of one we make: what for, and who said so.
    purpose = models.CharField(max_length=500, blank=True)
    # The debt of a call back it opened or joined.
    obligation = models.BigIntegerField(null=True)
    # Whether the talk was looked at for what it pays: once, so that what is owed again stays owed.
    counted = models.BooleanField(default=False)
    # What was said in it, when a person wrote it down.
    note = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    objects = CallQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["line", "key"], name="call_once")]
        indexes = [
            models.Index(fields=["customer", "-begun_at"], name="call_of_customer"),
            models.Index(fields=["obligation"], name="call_owed", condition=Q(obligation__isnull=False)),
            models.Index(
                fields=["changed_at"], name="call_under_way",
                condition=Q(state__in=["planned", "ringing", "talking", "on_hold"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.direction} {self.number or 'withheld'} {self.state}"

    @property
    def talked(self) -> timedelta:
        """Return how long somebody spoke."""
        return timedelta(seconds=self.talked_seconds)

    @property
    def held(self) -> timedelta:
        """Return how long the customer was on hold."""
        return timedelta(seconds=self.held_seconds)

    @property
    def owes(self) -> bool:
        """Return whether a call is owed for it: nobody spoke with the customer, or left her on hold."""
        if self.direction == self.Direction.OUTBOUND:
            return self.state == self.State.ABANDONED
        return self.state in (self.State.MISSED, self.State.ABANDONED, self.State.VOICEMAIL)


class CallEvent(models.Model):
    """One thing a line told of a call, for good: its course is counted anew from all of them."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="events")
    name = models.CharField(max_length=200)  # what the line calls the event
    what = models.CharField(max_length=12)
    at = models.DateTimeField()
    turn = models.PositiveIntegerField(default=0)
    agent = models.CharField(max_length=200, blank=True)
    to = models.CharField(max_length=200, blank=True)
    blind = models.BooleanField(default=False)
    heard_at = models.DateTimeField()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["call", "name"], name="call_event_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"


class Recorded(models.Model):
    """A message somebody left on a line; the worker fetches it."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        KEPT = "kept"
        FAILED = "failed"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="recordings")
    key = models.CharField(max_length=200)
    url = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT)
    said = models.CharField(max_length=500, blank=True)  # why it could not be fetched

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="recorded_once")]
        indexes = [
            models.Index(fields=["next_try_at"], name="recorded_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.key}"
