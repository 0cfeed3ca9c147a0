"""The desk in the database does what the desk on paper does, whatever happens, in whatever order."""

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from odzew.conversations import actions, replying, settling
from odzew.conversations.models import Conversation, Message
from odzew.domain import ranking
from odzew.domain.obligation import Refused, State
from odzew.ledger import books, reports
from odzew.ledger.models import Entry, Owed
from tests.domain.books_machine import Desk
from tests.domain.paper import ANSWER_TIME, NEW
from tests.features import factory

pytestmark = pytest.mark.django_db
STEPS = 30


class Doors:
    """What may happen, done by the actions, the intake and the settling of the product.

    Rows are spoken of by their place on paper; `numbers` remembers which row that is.
    """

    def __init__(self):
        self.firm = factory.firm()
        self.people = [person.pk for person in self.firm.people]
        self.conversations, self.messages = [], []

    def person(self, place):
        return self.firm.people[place - 1]

    def talk(self, place):
        return Conversation.objects.get(pk=self.conversations[place - 1])

    def letter(self, place):
        return Message.objects.get(pk=self.messages[place - 1])

    def of(self, debt):
        """The conversation of a debt; debts bear the same number on both desks."""
        return Conversation.objects.get(pk=Owed.objects.get(pk=debt).conversation)

    def receive(self, place, received_at, now, automatic=""):
        number = place if place != NEW else len(self.conversations) + 1
        into = None if place == NEW else self.talk(place)
        sender = f"customer-{number}@example.org"
        said = factory.receive(sender=sender, at=received_at, now=now, into=into, automatic=automatic)
        if into is None:
            self.conversations.append(said.conversation_id)
        assert said.conversation_id == self.conversations[number - 1]
        self.messages.append(said.pk)
        return number

    def reply(self, place, author, pays, questions, now):
        talk = self.talk(place)
        words = f"words {len(self.messages)}"  # the same to the same, pressed twice, is sent once
        said = replying.reply(talk, self.person(author), words, now, pays=pays, still_open=questions)
        self.messages.append(said.pk)

    def claim(self, place):
        queued = Message.objects.filter(pk=self.messages[place - 1], state=Message.State.QUEUED)
        queued.update(state=Message.State.SENDING)

    def accepted(self, place, now):
        settling.accepted(self.letter(place), "250", now)

    def failed(self, place):
        settling.failed(self.letter(place), "550", factory.NINE)

    def in_doubt(self, place):
        settling.in_doubt(self.letter(place), "silence", factory.NINE)

    def bounced(self, place, now):
        settling.bounced(self.letter(place), "550", now)

    def not_yet(self, debt, author, now):
        actions.reopen(self.of(debt), self.person(author), debt, "not yet", now)

    def promise(self, place, author, due, now):
        actions.promise(self.talk(place), self.person(author), "promised", due, now)

    def postpone(self, debt, author, due, now):
        actions.postpone(self.of(debt), self.person(author), debt, due, "delayed", now)

    def hand_over(self, debt, author, to, now):
        actions.hand_over(self.of(debt), self.person(author), [debt], self.person(to), "holiday", now)

    def waive(self, debt, author, reason, now):
        actions.waive(self.of(debt), self.person(author), debt, reason, now)

    def close(self, place):
        return [debt.id for debt in actions.close(self.talk(place), self.firm.jan, factory.NINE)]

    def on_paper(self, debt):
        """The debt as the desk on paper would call its rows."""
        conversation = self.conversations.index(debt.conversation) + 1
        return replace(
            debt,
            conversation=conversation,
            customer=conversation,
            owner=self.people.index(debt.owner) + 1,
            team=1,
            settled_by=debt.settled_by and self.messages.index(debt.settled_by) + 1,
        )


class BooksInTheDatabase(Desk):
    """Does everything twice and compares."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.doors = Doors()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def do(self, act, *told):
        refused = super().do(act, *told)
        before = Entry.objects.count()
        try:
            with transaction.atomic():
                heard = getattr(self.doors, act)(*told)
        except Refused:
            assert refused, f"only the database refuses: {act} {told}"
            assert Entry.objects.count() == before
        else:
            assert not refused, f"only the paper refuses: {act} {told}"
            assert heard == self.heard
        return refused

    @invariant()
    def both_desks_owe_the_same(self):
        debts = {row.pk: self.doors.on_paper(debt) for row, debt in zip(*self._rows(), strict=True)}

        assert debts == self.paper.books

    def _rows(self):
        rows = list(Owed.objects.order_by("pk"))
        return rows, books.debts(row.pk for row in rows)

    @invariant()
    def both_desks_have_written_as_many_lines(self):
        assert Entry.objects.count() == len(self.paper.entries)

    @invariant()
    def each_letter_stands_where_it_stands_on_paper(self):
        letters = Message.objects.filter(direction=Message.Direction.OUTBOUND)
        found = {
            self.doors.messages.index(n) + 1: (s, p) for n, s, p in letters.values_list("pk", "state", "pays")
        }

        assert found == {n: (letter.state, letter.pays) for n, letter in self.paper.letters.items()}

    @invariant()
    def the_same_conversations_are_closed(self):
        closed = Conversation.objects.filter(status=Conversation.Status.CLOSED).values_list("pk", flat=True)

        assert {self.doors.conversations.index(number) + 1 for number in closed} == self.paper.closed

    @invariant()
    def the_list_is_sorted_by_the_rules(self):
        owed = [debt for debt in self.paper.books.values() if debt.state is State.OPEN]
        by_rule = sorted(owed, key=lambda debt: (ranking.press_at(debt), debt.id))

        assert [line["id"] for line in reports.owed(self.now)] == [debt.id for debt in by_rule]

    @invariant()
    def the_audit_finds_nothing(self):
        assert factory.findings() == []

    @invariant()
    def the_balance_is_zero(self):
        figures = reports.balances()
        groups = [figures, *figures["by_kind"].values(), *figures["by_person"].values()]

        assert not any(group["difference"] for group in groups)
        assert figures["opened"] == len(self.paper.books)


@pytest.mark.parametrize("examples", [8, pytest.param(1000, marks=pytest.mark.faults)])
def test_both_desks_do_the_same_whatever_happens(examples):
    so_often = settings(max_examples=examples, stateful_step_count=STEPS)

    run_state_machine_as_test(BooksInTheDatabase, settings=so_often)


def test_the_team_of_the_machine_answers_in_the_time_of_the_desk_on_paper():
    assert factory.firm().team.answer_time == ANSWER_TIME


def test_the_machine_notices_a_desk_that_forgets_who_wrote_while_the_answer_was_under_way(monkeypatch):
    monkeypatch.setattr("odzew.conversations.underway.pays", lambda conversations: frozenset())
    desk = BooksInTheDatabase()
    try:
        desk.do("receive", NEW, desk.now, desk.now)
        desk.do("reply", 1, 1, [1], [], desk.now)
        desk.both_desks_owe_the_same()

        desk.do("receive", 1, desk.now, desk.now)

        with pytest.raises(AssertionError):
            desk.both_desks_owe_the_same()
    finally:
        desk.teardown()
