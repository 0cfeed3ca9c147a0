"""Conversation, Message, Attachment and Blob."""

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Q

from odzew.channels.models import Account
from odzew.customers.models import Customer
from odzew.ledger.models import Owed
from odzew.lib.among import Among
from odzew.staff.models import Person, Team


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """What can be asked of conversations."""

    def visible_to(self, person: Person) -> Self:
        """Return the conversations of the person's teams and those handed to him; administrators see all."""
        if person.sees_everything:
            return self
        mine = Q(team__in=person.teams.values("pk"))
        # Seldom any, and asked for apart: an OR over a subquery would cost the list its index.
        numbers = Owed.objects.elsewhere_in(person)
        handed = Q(pk__in=numbers) | Q(beside__in=numbers)
        return self.filter(mine | handed) if numbers else self.filter(mine)

    def matters(self) -> Self:
        """Return those that stand in lists: neither a third party's, nor one that is merged into another."""
        return self.filter(beside=None, stands_for=None)


class Conversation(models.Model):
    """One matter with one customer."""

    class Status(models.TextChoices):
        """Closed only by the laws: nothing is owed in it."""

        OPEN = "open"
        CLOSED = "closed"

    class Closing(models.TextChoices):
        """Who says that the matter has ended; only the customer's word makes it certain."""

        DECLARED = "declared"  # by a person of the firm
        CONFIRMED = "confirmed"  # by the customer
        UNCONFIRMED = "unconfirmed"  # he was asked, and said nothing

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="conversations")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="conversations")
    subject = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    # Who replies get to: an address, as the customer wrote it last.
    address = models.CharField(max_length=320)
    # A conversation this one names in its references without the right to join it.
    points_at = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="pointed_at_by")
    # The customer's conversation this one with a third party serves; she never sees it (docs/adr/0021).
    beside = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="asides", db_index=False
    )
    # The one it is merged into, always the one that is left; all that was said and is owed is there.
    stands_for = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="others", db_index=False
    )
    # The one it was split off; a reply to a letter that came along follows it (docs/adr/0031).
    split_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=12, choices=Closing, blank=True)
    # Raised to revoke every link to the customer's page that was given out before.
    link_generation = models.PositiveIntegerField(default=0)
    # When its words were erased with its customer (odzew/privacy); nothing is written in it any more.
    erased_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(fields=["team", "-last_at", "-id"], name="conversation_recent"),
            models.Index(
                fields=["team", "-last_at", "-id"], name="conversation_open", condition=Q(status="open")
            ),
            models.Index(fields=["customer", "-last_at"], name="conversation_customer"),
            models.Index(fields=["last_at"], name="conversation_silent", condition=Q(status="open")),
            models.Index(
                fields=["beside", "address"], name="conversation_beside", condition=Q(beside__isnull=False)
            ),
            models.Index(
                fields=["stands_for"], name="conversation_merged", condition=Q(stands_for__isnull=False)
            ),
            models.Index(
                fields=["split_from"], name="conversation_split", condition=Q(split_from__isnull=False)
            ),
            models.Index(fields=["created_at"], name="conversation_begun"),
            models.Index(
                fields=["closed_at"], name="conversation_ended", condition=Q(closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"


class MessageQuerySet(models.QuerySet["Message"]):
    """What is asked of messages in more than one place."""

    def called(self, ids: Collection[str]) -> "MessageQuerySet":
        """Return those with one of these identifiers, by an index that leaves out messages without one."""
        return self.filter(message_id__in=Among(ids)).exclude(message_id="")

    def unfinished(self) -> "MessageQuerySet":
        """Return ours that no server has taken for good: the few, found by an index of their own."""
        return self.exclude(state="").exclude(state=Message.State.SENT)


class Message(models.Model):
    """One message in the history. A queued outbound row is the outbox."""

    class Direction(models.TextChoices):
        """Which way it goes; a note goes nowhere."""

        INBOUND = "inbound"
        OUTBOUND = "outbound"
        NOTE = "note"

    class Purpose(models.TextChoices):
        """What its author says an outbound message is."""

        ANSWER = "answer"
        REFUSAL = "refusal"
        ACKNOWLEDGEMENT = "acknowledgement"
        RECEIPT = "receipt"
        CODE = "code"  # proves to the customer's page who holds the mailbox
        ASIDE = "aside"  # to a third party; pays nothing

    class State(models.TextChoices):
        """Where an outbound message is on its way (SAFETY P6)."""

        QUEUED = "queued"
        HELD = "held"  # it was to go later, and something happened before it did
        SENDING = "sending"
        PASSED = "passed"  # its provider has it, and the receiver's side not yet
        SENT = "sent"
        FAILED = "failed"
        IN_DOUBT = "in_doubt"
        BOUNCED = "bounced"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    # Where it belongs when its conversation is merged into this one; empty: here.
    origin = models.ForeignKey(
        Conversation, null=True, on_delete=models.PROTECT, related_name="came", db_index=False
    )
    direction = models.CharField(max_length=10, choices=Direction)
    # When it reached our door, or when it was written here.
    at = models.DateTimeField()
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    from_name = models.CharField(max_length=300, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    to_address = models.CharField(max_length=320, blank=True)  # of an outbound one: whom it is for
    recipients = models.JSONField(default=dict, blank=True)  # {"to": [[name, address]], "cc": [...]}
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)  # the whole body
    own_words = models.TextField(blank=True)  # without quotes and signature
    has_html = models.BooleanField(default=False)
    language = models.CharField(max_length=5, blank=True)
    automatic = models.CharField(max_length=30, blank=True)  # why it opens no debt
    notes = models.JSONField(default=list, blank=True)  # what could not be read, and where it is kept
    questions = models.JSONField(default=list, blank=True)
    proof = models.JSONField(default=dict, blank=True)  # SPF, DKIM, DMARC as seen at the door
    forwarded = models.JSONField(default=dict, blank=True)  # whose words a forwarded mail carries
    message_id = models.CharField(max_length=998, blank=True)
    references = models.JSONField(default=list, blank=True)
    # The payload it was read from; unique, so nothing gets into the history twice.
    raw = models.BigIntegerField(null=True, unique=True)
    # Outbound only.
    purpose = models.CharField(max_length=20, choices=Purpose, blank=True)
    # The published rule a refusal rests on; a refusal without one is flagged.
    rests_on = models.TextField(blank=True)
    pays = models.JSONField(default=list, blank=True)  # obligations it pays once it is accepted
    # Approved words it is sent by, with what fills their places; None: free words (docs/adr/0038).
    template = models.JSONField(null=True)
    # What stands below it, as its author saw it; None: nothing does.
    signature = models.TextField(null=True)
    state = models.CharField(max_length=10, choices=State, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    # Until then it can be taken back. Apart from the tries, whose moment a clock that jumped may spoil.
    not_before = models.DateTimeField(null=True)
    # What it brings into the books as it goes, while it waits (docs/adr/0024).
    later = models.JSONField(null=True)
    settled_at = models.DateTimeField(null=True)
    server_said = models.TextField(blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="message_history"),
            models.Index(fields=["origin"], name="message_origin", condition=Q(origin__isnull=False)),
            models.Index(fields=["message_id"], name="message_by_id", condition=~Q(message_id="")),
            models.Index(
                fields=["at"], name="message_received", condition=Q(direction="inbound", automatic="")
            ),
            models.Index(fields=["next_try_at"], name="message_outbox", condition=Q(state="queued")),
            models.Index(
                fields=["to_address", "at"], name="message_receipts", condition=Q(purpose="receipt")
            ),
            models.Index(
                fields=["to_address", "at"], name="message_sent_to", condition=Q(direction="outbound")
            ),
            # SQLite uses such an index when the question holds its terms, and cannot reason about IN.
            models.Index(
                fields=["state"], name="message_unfinished", condition=~Q(state="") & ~Q(state="sent")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.pk}"


class Blob(models.Model):
    """Bytes we were given to send, kept once by their SHA-256."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.sha256


class Attachment(models.Model):
    """A file of a message. Inbound bytes stay in the raw mail; outbound ones are a Blob."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    index = models.PositiveIntegerField()
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=998, blank=True)
    inline = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT)

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["message", "index"], name="attachment_once")]

    def __str__(self) -> str:
        return self.filename


class Verdict(models.Model):
    """What the customer said of an answer: it answered, or not yet. The newest one counts."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="verdicts")
    answered = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        app_label = "odzew"
        indexes = [models.Index(fields=["at"], name="verdict_recent")]

    def __str__(self) -> str:
        return f"{self.message_id} {'yes' if self.answered else 'not yet'}"
