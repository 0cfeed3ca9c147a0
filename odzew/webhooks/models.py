"""Webhook (who is told), Delivery (one event for one of them), Stirred and Followed (what is to be told)."""

from datetime import UTC, datetime

from django.db import connection, models
from django.db.models import Q

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Webhook(models.Model):
    """One address of another program that is told what happens."""

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=1_000)
    types = models.JSONField(default=list, blank=True)  # of events (events.TYPES); none: all
    secret = models.TextField()  # sealed: the secret, the one before it, and until when that signs too
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # Whoever sends moves this on first, so that nobody else does; after failures it rests until then.
    free_at = models.DateTimeField(default=LONG_AGO)
    fails = models.PositiveIntegerField(default=0)  # since it took something last
    failing_since = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    # The desk itself tells it nothing any more, and why.
    stopped_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=500, blank=True)
    # The debt of an administrator to look at it; gone when it is paid or waived.
    debt = models.BigIntegerField(null=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event for one webhook; a row that waits is its way out."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        DONE = "done"
        GIVEN_UP = "given_up"
        LEFT = "left"  # a person let it be, or nobody wants it any more

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    # By which it is known again. It is drawn, for a number would come again after a restored backup.
    name = models.CharField(max_length=40)
    type = models.CharField(max_length=40)
    # What has the same lane is told in its order; what has none, whenever.
    lane = models.CharField(max_length=40, blank=True)
    body = models.TextField()  # as it is sent, each time the same
    made_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    next_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    tried_first_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveIntegerField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    said = models.CharField(max_length=500, blank=True)  # the answer's words, or why there was none

    past = models.JSONField(default=list, blank=True)  # the last tries: at, status, ms, said

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(fields=["next_at"], name="webhook_due", condition=Q(state="waiting")),
            models.Index(fields=["webhook", "lane", "id"], name="webhook_lane", condition=Q(state="waiting")),
            models.Index(fields=["webhook", "-id"], name="webhook_log"),
            models.Index(fields=["webhook"], name="webhook_given_up", condition=Q(state="given_up")),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


class Stirred(models.Model):
    """What happened and is no line of the journal; triggers write it where it happens (triggers.py)."""

    what = models.CharField(max_length=30)
    number = models.BigIntegerField()
    at = models.DateTimeField(null=True)  # None: now
    seq = models.BigIntegerField()  # behind which line of the journal

    class Meta:
        app_label = "odzew"
        indexes = [models.Index(fields=["seq", "id"], name="stirred_order")]

    def __str__(self) -> str:
        return f"{self.what} {self.number}"


class Followed(models.Model):
    """How far the journal was told; whoever tells it holds this one row."""

    seq = models.BigIntegerField(default=0)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return str(self.seq)

    @staticmethod
    def held() -> "Followed":
        """Return the row, held until the end of the transaction."""
        rows = Followed.objects.all()
        return (rows.select_for_update() if connection.vendor == "postgresql" else rows).get(pk=1)
