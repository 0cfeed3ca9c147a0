"""Entry (added only), Owed and Load (derived from it) and Head (the end of the chain)."""

from datetime import UTC, datetime
from typing import Self

from django.db import connection, models, transaction
from django.db.models import Q

from odzew.customers.models import Customer
from odzew.domain.obligation import Kind, State
from odzew.lib.ready import Ready
from odzew.staff.models import Person, Team

SETTLING = ("paid", "reopened", "waived")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(models.Model):
    """One line of the journal. Triggers in the database refuse to change or delete it.

    `seq` has no gaps and `digest` covers the line and the digest before it, so a line that was
    changed, removed or swapped behind our back is found (SAFETY P25).
    """

    seq = models.BigIntegerField(primary_key=True)
    obligation = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    message = models.BigIntegerField(null=True)
    # What only this kind of entry says: owner, team, due, since, text ...
    facts = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32)

    class Meta:
        app_label = "odzew"
        indexes = [
            # Of what a report counts. Taking in a mail opens or joins, and writes nothing into it.
            models.Index(fields=["kind", "at"], name="entry_settling", condition=Q(kind__in=SETTLING)),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.obligation}"


class Head(models.Model):
    """The last line of the journal; whoever writes holds this row."""

    seq = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32)
    # Open debts that were due before this moment are in `Load.late`; who reads adds what came since.
    due_until = models.DateTimeField(default=LONG_AGO)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return str(self.seq)

    @staticmethod
    def held() -> "Head":
        """Return the head of the journal, held until the end of the transaction.

        :raises TransactionManagementError: outside of one
        :raises Head.DoesNotExist: when somebody has taken it away
        """
        # Whoever holds this row is the one writer; on SQLite the transaction itself is (IMMEDIATE).
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("The books are held in a transaction only.")
        for head in _HEAD(1):
            return head
        raise Head.DoesNotExist


_HEAD = Ready(lambda number: Head.objects.select_for_update().filter(pk=number))


class OwedQuerySet(models.QuerySet["Owed"]):
    """What can be asked of the books."""

    def open(self) -> Self:
        """Return what is still owed."""
        return self.filter(state=State.OPEN)

    def visible_to(self, person: Person) -> Self:
        """Return what the person may see: the debts of their teams, and their own."""
        if person.sees_everything:
            return self
        teams = person.team_numbers()
        return self.filter(Q(team_id__in=teams) | Q(owner=person))

    def elsewhere(self, person: Person) -> Self:
        """Return what is owed by the person in teams he is no member of."""
        # "In one of the others" and not "in none of his": an index finds the former, team by team.
        others = Team.objects.exclude(pk__in=person.teams.values("pk"))
        return self.open().filter(owner=person, team__in=others.values("pk"))

    def elsewhere_in(self, person: Person) -> list[int]:
        """Return the conversations in which `elsewhere` is owed."""
        return [number for number in _ELSEWHERE(person.pk) if number]

    def of_conversation(self, conversation: int) -> Self:
        """Return the debts of one conversation, the oldest first."""
        return self.filter(conversation=conversation).order_by("opened_at", "id")

    def most_pressing_first(self) -> Self:
        """Sort by rank (odzew.domain.ranking)."""
        return self.order_by("press_at", "id")


class Owed(models.Model):
    """One obligation as the journal left it. Only ledger.books writes it."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20, choices=[(k, k) for k in Kind])
    state = models.CharField(max_length=10, choices=[(s, s) for s in State])
    # Nobody: the firm owes it to itself (docs/adr/0034).
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="owed")
    conversation = models.BigIntegerField(null=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="owes")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="owes")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    press_at = models.DateTimeField()
    text = models.TextField(blank=True)
    chasers = models.PositiveIntegerField(default=0)
    moves = models.PositiveIntegerField(default=0)
    reopenings = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    broken = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(default=0)
    alarm_at = models.DateTimeField(null=True)
    escalated = models.PositiveSmallIntegerField(default=0)
    escalated_to = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    instead_of = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = OwedQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(fields=["press_at", "id"], name="owed_rank", condition=Q(state="open")),
            models.Index(fields=["owner", "press_at", "id"], name="owed_mine", condition=Q(state="open")),
            models.Index(fields=["owner", "team"], name="owed_elsewhere", condition=Q(state="open")),
            models.Index(fields=["team", "press_at", "id"], name="owed_team", condition=Q(state="open")),
            models.Index(
                fields=["team", "press_at", "id"],
                name="owed_promised",
                condition=Q(state="open", kind="promise"),
            ),
            models.Index(
                fields=["press_at", "id"],
                name="owed_promised_rank",
                condition=Q(state="open", kind="promise"),
            ),
            models.Index(fields=["due_at"], name="owed_due", condition=Q(state="open")),
            models.Index(fields=["due_at"], name="owed_promise_due", condition=Q(kind="promise")),
            models.Index(
                fields=["alarm_at"], name="owed_alarm", condition=Q(state="open", alarm_at__isnull=False)
            ),
            models.Index(
                fields=["escalated_to", "press_at", "id"],
                name="owed_escalated",
                condition=Q(state="open", escalated_to__isnull=False),
            ),
            models.Index(
                fields=["instead_of"],
                name="owed_instead_of",
                condition=Q(state="open", instead_of__isnull=False),
            ),
            models.Index(fields=["conversation"], name="owed_conversation"),
            models.Index(
                fields=["settled_by"], name="owed_settled_by", condition=Q(settled_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


_ELSEWHERE = Ready(
    lambda person: Owed.objects.elsewhere(Person(pk=person)).values_list("conversation", flat=True)
)


class Load(models.Model):
    """How much of one kind a person owes in a team. Only ledger.loads writes it, for ledger.books.

    A figure costs the same however much is owed. `late` is of the moment `Head.due_until`.
    """

    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    open = models.BigIntegerField()
    late = models.BigIntegerField()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["owner", "team", "kind"], name="load_once")]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.team_id} {self.kind}: {self.open}"
