"""What a person may see, cut into parts that an index serves each by itself.

`visible_to` says "of my teams, or mine", and no database sorts such a set without reading all of
it. One part for each team, and one for what is mine elsewhere, are each read in order up to a page,
all of them in one statement. It is written out: the ORM takes longer to compose it than SQLite to answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from odzew.lib.kept import kept_moment, read_moment
from odzew.staff.models import Person, Team

Row = TypeVar("Row", bound=Model)
Key = tuple[Any, int]  # a moment as the database keeps it, and the number of a row

# What a person owes in teams that are not his, found by an index of owners and teams. It is seldom
# anything, so it is looked up first and sorted then.
ELSEWHERE = """id IN (SELECT {found} FROM odzew_owed WHERE state = 'open' AND owner_id = %s
AND team_id IN (SELECT id FROM odzew_team WHERE id NOT IN ({marks})))"""

# What was followed before it was merged is followed in the one that is left.
FOLLOWED = """id IN (SELECT COALESCE(t.stands_for_id, t.id) FROM odzew_follower f
JOIN odzew_conversation t ON t.id = f.conversation_id WHERE f.person_id = %s)"""


@dataclass(frozen=True, slots=True)
class Arm:
    """Rows of one table in the order of one index, of which the first few are wanted."""

    table: str
    field: str
    backwards: bool
    where: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()

    def only(self, condition: str, *values: Any) -> Self:
        """Return the part for which a condition holds; moments among the values are kept ones."""
        return replace(self, where=(*self.where, condition), values=(*self.values, *values))

    def behind(self, row: tuple[datetime, int] | None) -> Self:
        """Return the part behind a row of a cursor."""
        if row is None:
            return self
        sign = "<" if self.backwards else ">"
        return self.only(f"({self.field}, id) {sign} (%s, %s)", kept_moment(row[0]), row[1])

    def sql(self, part: int, size: int) -> str:
        """Return the statement for the first rows, each with the number of the list it is for."""
        way = "DESC" if self.backwards else "ASC"
        # Names and conditions are ours, whatever came from outside is among the values.
        return (
            f"SELECT {part}, {self.field}, id FROM {self.table} WHERE {' AND '.join(self.where) or '1 = 1'}"  # noqa: S608
            f" ORDER BY {self.field} {way}, id {way} LIMIT {size}"
        )


OWED = Arm("odzew_owed", "press_at", backwards=False, where=("state = 'open'",))
# By the hour at which it falls due, for a span of time that bounds what is read.
DUE = replace(OWED, field="due_at")
# What is said with third parties beside a conversation, or was merged into one, is shown in that one.
TALKS = Arm(
    "odzew_conversation", "last_at", backwards=True, where=("beside_id IS NULL", "stands_for_id IS NULL")
)


def mine(person: Person) -> list[Arm]:
    """Return the parts of what a person owes, the most pressing first."""
    return [OWED.only("owner_id = %s", person.pk)]


def owed(person: Person, teams: Sequence[int]) -> list[Arm]:
    """Return the parts of `Owed.objects.open().visible_to(person)`, each the most pressing first."""
    if person.sees_everything:
        return [OWED]
    elsewhere = OWED.only(ELSEWHERE.format(found="id", marks=marks(teams)), person.pk, *teams)
    return [*(OWED.only("team_id = %s", team) for team in teams), elsewhere]


def due(person: Person, teams: Sequence[int], since: datetime, until: datetime) -> list[Arm]:
    """Return what a person may see and falls due within a span, the first to fall due first."""
    arm = DUE.only("due_at >= %s AND due_at < %s", kept_moment(since), kept_moment(until))
    if person.sees_everything:
        return [arm]
    # A plus keeps SQLite from reading all of a team instead of what falls due in the span.
    return [arm.only(f"(+owner_id = %s OR +team_id IN ({marks(teams)}))", person.pk, *teams)]


def resting_on(owners: Sequence[int], person: Person, teams: Sequence[int]) -> list[Arm]:
    """Return what some people owe, of what a person may see."""
    parts = [(owner, OWED.only("owner_id = %s", owner)) for owner in owners]
    if person.sees_everything:
        return [arm for _, arm in parts]
    where = f"team_id IN ({marks(teams)})"
    return [arm if owner == person.pk else arm.only(where, *teams) for owner, arm in parts]


def but(arms: Sequence[Arm], numbers: Sequence[int]) -> list[Arm]:
    """Return parts without some rows."""
    return [arm.only(f"id NOT IN ({marks(numbers)})", *numbers) for arm in arms] if numbers else [*arms]


def escalated(person: Person) -> list[Arm]:
    """Return the parts of what was escalated to a person as a lead or a manager."""
    return [OWED.only("escalated_to_id = %s AND escalated >= 2", person.pk)]


def talks(person: Person, teams: Sequence[int], elsewhere: Sequence[int]) -> list[Arm]:
    """Return the parts of `Conversation.objects.visible_to(person)`, each the newest first.

    `elsewhere` are those in which he owes something in teams that are not his: seldom any, and a
    condition that finds them within the statement makes PostgreSQL read all there are.
    """
    if person.sees_everything:
        return [TALKS.only("team_id = %s", team) for team in Team.objects.values_list("pk", flat=True)]
    handed = TALKS.only(f"id IN ({marks(elsewhere)})", *elsewhere)
    handed = handed.only(f"team_id NOT IN ({marks(teams)})", *teams)
    return [*(TALKS.only("team_id = %s", team) for team in teams), *([handed] if elsewhere else [])]


def followed(person: Person, teams: Sequence[int]) -> list[Arm]:
    """Return the parts of what a person follows, of what he may see; those are few, and found by him."""
    arm = TALKS.only(FOLLOWED, person.pk)
    if person.sees_everything:
        return [arm]
    # A plus, here too: what he follows is read, and not all of a team.
    here = f"+team_id {{}} ({marks(teams)})"
    handed = arm.only(ELSEWHERE.format(found="conversation", marks=marks(teams)), person.pk, *teams)
    return [arm.only(here.format("IN"), *teams), handed.only(here.format("NOT IN"), *teams)]


def count(arms: Sequence[Arm]) -> int:
    """Count the rows of parts that have none in common, in one statement; for those of few rows."""
    # Names and conditions are ours, whatever came from outside is among the values.
    each = (f"(SELECT COUNT(*) FROM {arm.table} WHERE {' AND '.join(arm.where)})" for arm in arms)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' + '.join(each)}", [value for arm in arms for value in arm.values])
        return int(cursor.fetchone()[0])


def first(lists: Sequence[Sequence[Arm]], size: int) -> list[list[Key]]:
    """Return for each list the keys of the first rows of all its parts together, in one statement."""
    arms = [(part, arm) for part, arms in enumerate(lists) for arm in arms]
    if not arms:
        return [[] for _ in lists]
    # In brackets of its own, so that each part has its own order and its own end; joined of `sql` alone.
    selects = (f"SELECT * FROM ({arm.sql(part, size)}) AS p{n}" for n, (part, arm) in enumerate(arms))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), [value for _, arm in arms for value in arm.values])
        found = cursor.fetchall()
    # A moment as the database keeps it sorts as the moment does.
    found.sort(key=lambda row: row[1:], reverse=arms[0][1].backwards)
    return [
        [(moment, number) for part, moment, number in found if part == wanted][:size]
        for wanted in range(len(lists))
    ]


def numbers(keys: Sequence[Key]) -> list[int]:
    """Return the numbers of the rows alone."""
    return [number for _, number in keys]


def row(key: Key) -> tuple[datetime, int]:
    """Return what a cursor remembers of a row."""
    found, number = key
    return read_moment(found), number


def fetch(rows_of: "QuerySet[Row]", numbers: Sequence[int]) -> list[Row]:
    """Return the rows with these numbers, in this order."""
    found: dict[Any, Row] = rows_of.in_bulk(list(numbers))
    return [found[number] for number in numbers if number in found]


def marks(values: Sequence[Any]) -> str:
    """Return the places of some values in a statement; of none, what equals no number."""
    return ", ".join(["%s"] * len(values)) or "-1"
