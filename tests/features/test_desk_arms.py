"""What the desk reads in parts is what `visible_to` says, each row once, in its order."""

from datetime import timedelta

import pytest

from odzew.conversations.models import Conversation
from odzew.desk import arms, counts
from odzew.ledger.models import Owed
from odzew.staff.models import Person, Role, Team
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Two teams with letters; some debts rest on people of the other team."""
    desk = open_desk()
    other = Team.objects.create(name="Other")
    for number in range(9):
        address = f"c{number}@example.org"
        desk.deliver(letter(sender=f"C <{address}>"), sender=address)
    Conversation.objects.filter(pk__in=Conversation.objects.values_list("pk", flat=True)[::3]).update(
        team=other
    )
    for row in Owed.objects.order_by("pk")[::2]:
        row.owner = desk.lead if row.pk % 4 else desk.agent
        row.team = other if row.pk % 3 else desk.team
        row.press_at = desk.clock - timedelta(minutes=row.pk % 4)
        row.save()
    return desk


def people(desk: Desk) -> list[Person]:
    outsider = Person.objects.create_user("x@example.com", None, name="X", role=Role.AGENT)
    both = Person.objects.create_user("b@example.com", None, name="B", role=Role.AGENT)
    both.teams.add(*Team.objects.all())
    return [desk.lead, desk.agent, outsider, both, Person.objects.get(role=Role.ADMINISTRATOR)]


def test_the_parts_of_the_books_are_what_a_person_may_see(desk: Desk) -> None:
    for person in people(desk):
        seen = list(Owed.objects.open().visible_to(person).most_pressing_first().values_list("pk", flat=True))

        assert arms.first(arms.owed(person), "press_at", 100) == seen
        assert counts.many([arms.owed(person)]) == [len(seen)]


def test_the_parts_of_the_conversations_are_what_a_person_may_see(desk: Desk) -> None:
    for person in people(desk):
        rows = Conversation.objects.visible_to(person).order_by("-last_at", "-pk")
        seen = list(rows.values_list("pk", flat=True))

        assert (person.name, arms.first(arms.talks(person), "last_at", 100, backwards=True)) == (
            person.name,
            seen,
        )


def test_a_count_stops_at_its_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "LIMIT", 4)

    assert counts.words(counts.count(Owed.objects.all())) == "4+"
    assert counts.many([[Owed.objects.filter(kind="promise")], []]) == [0, 0]
