"""Heard: what a program told, byte for byte, until it is done."""

from django.db import models
from django.db.models import Q


class Heard(models.Model):
    """A call of a program as it came. Once this row is on disk, the program may forget it.

    Who told it is `of` behind `door`: the number of a shop, or of a line. Its `name` is what it is known
    again by; what was done stays for a while without its words, so that a second copy is done no more.
    """

    class State(models.TextChoices):
        """On its way into the history and the books; nothing ends anywhere else."""

        KEPT = "kept"
        DONE = "done"
        HELD = "held"  # it could not be done: an administrator owes a look at it
        DISCARDED = "discarded"

    door = models.CharField(max_length=10)
    of = models.BigIntegerField()
    name = models.CharField(max_length=200)
    at = models.DateTimeField(db_index=True)
    envelope = models.JSONField(default=dict)
    content = models.BinaryField(default=b"")
    # Of a call: which one; of a call of a shop: the order it waits for.
    about = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.KEPT)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    debt = models.BigIntegerField(null=True)

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["door", "of", "name"], name="heard_once")]
        indexes = [
            models.Index(fields=["id"], name="heard_waiting", condition=Q(state="kept")),
            models.Index(fields=["of", "about"], name="heard_about", condition=Q(state="kept")),
            models.Index(fields=["state"], name="heard_held", condition=Q(state="held")),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.of}: {self.name}"
