"""What the desk reads in parts is what `visible_to` says, each row once, in its order; the figures agree."""

from datetime import timedelta

import pytest

from odzew.conversations.follower import Follower
from odzew.conversations.models import Conversation
from odzew.desk import arms, standing
from odzew.ledger import counters
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
    counters.recount(desk.clock)
    return desk


def people(desk: Desk) -> list[Person]:
    outsider = Person.objects.create_user("x@example.com", None, name="X", role=Role.AGENT)
    both = Person.objects.create_user("b@example.com", None, name="B", role=Role.AGENT)
    both.teams.add(*Team.objects.all())
    return [desk.lead, desk.agent, outsider, both, Person.objects.get(role=Role.ADMINISTRATOR)]


def teams(person: Person) -> tuple[int, ...]:
    return tuple(person.teams.values_list("pk", flat=True))


def test_the_parts_of_the_books_are_what_a_person_may_see(desk: Desk) -> None:
    for person in people(desk):
        seen = list(Owed.objects.open().visible_to(person).most_pressing_first().values_list("pk", flat=True))

        [keys] = arms.first([arms.owed(person, teams(person))], 100)

        assert (person.name, arms.numbers(keys)) == (person.name, seen)


def test_the_figures_of_a_person_are_those_of_the_rows(desk: Desk) -> None:
    for person in people(desk):
        for now in (desk.clock, desk.clock + timedelta(days=3)):
            seen = Owed.objects.open().visible_to(person)
            mine = seen.filter(owner=person)

            assert standing.count(person, teams(person), now) == standing.Standing(
                mine=mine.count(),
                my_late=mine.filter(due_at__lt=now).count(),
                team=seen.exclude(owner=person).count(),
                late=seen.filter(due_at__lt=now).count(),
                promised=seen.filter(kind="promise").count(),
            )


def test_the_parts_of_the_conversations_are_what_a_person_may_see(desk: Desk) -> None:
    for person in people(desk):
        rows = Conversation.objects.visible_to(person).order_by("-last_at", "-pk")
        seen = list(rows.values_list("pk", flat=True))

        [keys] = arms.first([arms.talks(person, teams(person), Owed.objects.elsewhere_in(person))], 100)

        assert (person.name, arms.numbers(keys)) == (person.name, seen)


def test_several_lists_are_read_at_once_each_with_its_own_end(desk: Desk) -> None:
    mine, rest = arms.mine(desk.lead), [arms.OWED.only("owner_id <> %s", desk.lead.pk)]
    alone = [arms.first([one], 3)[0] for one in (mine, rest)]

    assert arms.first([mine, rest, []], 3) == [*alone, []]
    assert arms.first([], 3) == []


def test_a_part_goes_on_behind_a_row(desk: Desk) -> None:
    elsewhere = Owed.objects.elsewhere_in(desk.lead)
    for whole in (
        arms.owed(desk.lead, teams(desk.lead)),
        arms.talks(desk.lead, teams(desk.lead), elsewhere),
    ):
        [keys] = arms.first([whole], 100)

        [behind] = arms.first([[arm.behind(arms.row(keys[2])) for arm in whole]], 100)

        assert behind == keys[3:]


def test_what_a_person_follows_is_what_he_may_still_see_of_it_and_counted_so(desk: Desk) -> None:
    talks = list(Conversation.objects.order_by("pk"))
    for person in people(desk):
        for talk in talks[1::2]:
            Follower.objects.create(conversation=talk, person=person, added_by=person, at=desk.clock)
        seen = Conversation.objects.visible_to(person).filter(followers__person=person)
        parts = arms.followed(person, teams(person))

        [keys] = arms.first([parts], 100)

        assert arms.numbers(keys) == list(seen.order_by("-last_at", "-pk").values_list("pk", flat=True))
        assert arms.count(parts) == len(keys)
