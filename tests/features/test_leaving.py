"""Whoever leaves owes nothing any more: all of it is somebody else's, in one transaction (law 7)."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from odzew.conversations import actions, holding
from odzew.domain import journal
from odzew.ledger import books, leaving
from odzew.ledger.models import Entry, Owed
from odzew.staff.assignment import Roster
from odzew.staff.models import Person, Role, Team
from tests.domain.examples import HOUR, NINE
from tests.features import factory
from tests.features.factory import Firm, person, receive

LATER = NINE + HOUR


@pytest.fixture
def firm() -> Iterator[Firm]:
    yield factory.firm(("jan", "ola"))
    assert factory.findings() == []


@pytest.fixture
def boss(firm: Firm) -> Person:
    return person("boss", role=Role.ADMINISTRATOR)


def owners() -> set[str]:
    return set(Owed.objects.open().values_list("owner__name", flat=True))


@pytest.mark.django_db
def test_her_debts_go_to_whom_was_named_with_their_hour_and_their_moment(firm: Firm, boss: Person) -> None:
    before = [receive(text=f"Letter {n}") for n in range(4)]
    hours = list(Owed.objects.order_by("pk").values_list("opened_at", "due_at"))

    moved = leaving.deactivate(firm.jan, boss, LATER, to=firm.ola)

    assert (len(before), moved, owners()) == (4, 2, {"ola"})
    assert list(Owed.objects.order_by("pk").values_list("opened_at", "due_at")) == hours
    last = Entry.objects.order_by("-seq")[0]
    assert (last.kind, last.by, "jan" in last.reason) == ("handed_over", f"person:{boss.pk}", True)
    assert not Person.objects.get(pk=firm.jan.pk).is_active


@pytest.mark.django_db
def test_without_a_name_they_go_to_whoever_of_the_team_owes_least(firm: Firm, boss: Person) -> None:
    receive()

    leaving.deactivate(firm.jan, boss, LATER)

    assert owners() == {"ola"}


@pytest.mark.django_db
def test_whoever_may_only_read_from_now_on_owes_nothing_either(firm: Firm, boss: Person) -> None:
    receive()

    assert leaving.become_reader(firm.jan, boss, LATER) == 1
    assert (owners(), Person.objects.get(pk=firm.jan.pk).role) == ({"ola"}, Role.READER)


@pytest.mark.django_db
def test_all_that_stands_against_it_is_said_at_once_and_nothing_has_changed(firm: Firm, boss: Person) -> None:
    receive()
    boss.teams.add(firm.team)

    with pytest.raises(leaving.CannotLeave) as refused:
        leaving.deactivate(boss, boss, LATER, to=boss)

    assert len(refused.value.reasons) == 3
    assert Person.objects.get(pk=boss.pk).is_active


REFUSED = {
    "an agent": (lambda firm, boss: (firm.ola, firm.jan, None)),
    "to somebody who left": (lambda firm, boss: (firm.jan, boss, person("ex", is_active=False))),
    "to a reader": (lambda firm, boss: (firm.jan, boss, person("rita", role=Role.READER))),
    "by an administrator who left": (
        lambda firm, boss: (firm.jan, person("old", role=Role.ADMINISTRATOR, is_active=False), None)
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_it_is_refused(firm: Firm, boss: Person, case) -> None:
    who, by, to = case(firm, boss)

    with pytest.raises(leaving.CannotLeave):
        leaving.deactivate(who, by, LATER, to=to)

    assert Person.objects.get(pk=who.pk).is_active


@pytest.mark.django_db
def test_the_last_of_a_team_leaves_it_to_an_administrator(firm: Firm, boss: Person) -> None:
    alone = Team.objects.create(name="alone")
    firm.ola.teams.set([alone])
    receive()

    leaving.deactivate(firm.jan, boss, LATER)

    assert owners() == {"boss"}


@pytest.mark.django_db
def test_nobody_who_left_can_be_made_to_owe(firm: Firm, boss: Person) -> None:
    message = receive()
    leaving.deactivate(firm.jan, boss, LATER)
    debt = Owed.objects.get()
    line = journal.HandedOver(
        obligation=debt.pk, at=LATER, by="desk", reason="x", owner=firm.jan.pk, team=firm.team.pk
    )

    books.post([line])

    assert owners() == {"ola"}
    with pytest.raises(holding.NotAllowed):
        actions.note(message.conversation, firm.jan, "I am still here", LATER)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_letter_that_comes_in_that_very_moment_rests_on_nobody_who_left(firm: Firm, boss: Person) -> None:
    raw = factory.kept()
    chosen = books.loads

    def leaves_meanwhile() -> dict[int, int]:
        found = chosen()
        with ThreadPoolExecutor(1) as other:
            other.submit(leave).result(timeout=20)
        return found

    def leave() -> None:
        try:
            leaving.deactivate(firm.jan, boss, LATER)
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("odzew.intake.debts.Roster", lambda loads, now: _after(leaves_meanwhile, loads, now))
        receive(raw=raw)

    assert not Person.objects.get(pk=firm.jan.pk).is_active
    assert owners() == {"ola"}


def _after(leaves, loads, now):
    roster = Roster(loads, now)
    leaves()
    return roster


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_leaving_waits_for_who_is_writing(firm: Firm, boss: Person) -> None:
    receive()

    def leave() -> int:
        try:
            return leaving.deactivate(firm.jan, boss, LATER)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            receive(text="One more")
            receive(text="And one more")
            going = other.submit(leave)
            time.sleep(0.3)
            assert not going.done()
        assert going.result(timeout=20) == 2

    assert owners() == {"ola"}
