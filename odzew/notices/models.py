"""Told (what is to be told), Notice (what was), Watch (whose debt to look at when), Follow and Bell."""

from typing import Self

from django.db import models
from django.db.models import Q

from odzew.staff.models import Person

STANDING = Q(read_at__isnull=True, settled_at__isnull=True)


class Kind(models.TextChoices):
    """What a notice is about."""

    OWED = "owed"  # something new is owed by her: a mail, handed over, a promise made for her
    SOON = "soon"  # about to become late
    LATE = "late"  # became late: its owner is told, then the lead, then the manager
    FAILED = "failed"  # a reply of hers did not arrive
    DOUBT = "doubt"  # nobody knows whether it went out
    ASIDE = "aside"  # a third party answered in a side conversation
    MENTION = "mention"
    FOLLOWED = "followed"  # something happened in what she follows
    COVER = "cover"  # nobody stands in for her any more, or for somebody of her team who is away


class Told(models.Model):
    """Something to tell, written by whoever knows of it; the next step makes a notice of it.

    With `is_over` it takes back what was told.
    """

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    conversation = models.BigIntegerField(null=True)
    obligation = models.BigIntegerField(null=True)
    message = models.BigIntegerField(null=True)
    absence = models.BigIntegerField(null=True)
    is_over = models.BooleanField(default=False)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """What can be asked of notices. Each is its person's alone: no role sees another's."""

    def visible_to(self, person: Person) -> Self:
        """Return those of the person."""
        return self.filter(person=person)

    def standing(self) -> Self:
        """Return what was neither read nor settled meanwhile."""
        return self.filter(STANDING)

    def newest_first(self) -> Self:
        """Sort for the list."""
        return self.order_by("-at", "-pk")


class Notice(models.Model):
    """One thing a person is told of. What comes again before it was read raises its count."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    # What it is about; the same again is one notice (telling.about).
    about = models.CharField(max_length=30)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    conversation = models.BigIntegerField(null=True)
    obligation = models.BigIntegerField(null=True)
    message = models.BigIntegerField(null=True)
    absence = models.BigIntegerField(null=True)
    count = models.PositiveIntegerField(default=1)
    read_at = models.DateTimeField(null=True)
    # What it warned of was done meanwhile, or became another's.
    settled_at = models.DateTimeField(null=True)
    in_page = models.BooleanField(default=True)
    # Waits for the next digest.
    to_mail = models.BooleanField(default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notice_list"),
            models.Index(fields=["person", "conversation"], name="notice_unread", condition=STANDING),
            models.Index(fields=["person"], name="notice_to_mail", condition=Q(to_mail=True)),
            models.Index(fields=["about"], name="notice_about"),
            models.Index(fields=["at"], name="notice_old"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"], name="notice_once", condition=STANDING
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class Watch(models.Model):
    """When to look whether an open debt is about to become late; one a debt, gone once it was told."""

    obligation = models.BigIntegerField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.obligation} at {self.at}"


class Follow(models.Model):
    """How far the journal was followed; whoever follows it holds this one row."""

    seq = models.BigIntegerField(default=0)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return str(self.seq)

    @staticmethod
    def held() -> "Follow":
        """Return the row, held until the end of the transaction."""
        return Follow.objects.select_for_update().get(pk=1)


class Bell(models.Model):
    """Rises whenever the notices of a person change, so that her open pages hear of it.

    Whoever changes notices of a person changes this row first: so two take turns.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="+")
    turn = models.BigIntegerField(default=0)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"{self.person_id}: {self.turn}"
