"""Conversations are merged, split, and taken back in any order, while customers write and are answered."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odzew.conversations import actions, parting, replying, settling, uniting
from odzew.conversations.matters import Parting, Union
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused
from odzew.ledger import beginnings, books, reports
from odzew.ledger.models import Owed
from tests.domain.examples import NINE
from tests.features import factory

pytestmark = pytest.mark.django_db
ANY = st.integers(0, 2**16)


class Matters(RuleBasedStateMachine):
    """Rows are chosen by their place; what is refused changes nothing."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.firm, self.now, self.words = factory.firm(), NINE, 0
        self.write_first()
        self.write_first()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def chosen(self, rows, number):
        found = list(rows.order_by("pk"))
        return found[number % len(found)]

    def talk(self, number):
        return self.chosen(Conversation.objects.all(), number)

    def head(self, number):
        return self.chosen(Conversation.objects.matters(), number)

    def tried(self, act, *told):
        self.now += timedelta(minutes=7)
        try:
            with transaction.atomic():
                act(*told)
        except Refused:
            pass

    @rule()
    def write_first(self):
        factory.receive(at=self.now)

    @rule(number=ANY)
    def the_customer_writes_into_whichever_it_was(self, number):
        self.now += timedelta(minutes=7)
        factory.receive("More.", into=self.talk(number), at=self.now)

    @rule(number=ANY)
    def the_customer_replies_to_a_letter(self, number):
        if letters := Message.objects.filter(state=Message.State.SENT):
            named = (self.chosen(letters, number).message_id,)
            self.now += timedelta(minutes=7)
            factory.receive("Thanks, but.", references=named, at=self.now)

    @rule(number=ANY, mask=st.integers(1, 7))
    def a_person_answers(self, number, mask):
        talk = self.head(number)
        owed = [debt.id for place, debt in enumerate(books.open_debts([talk.pk])) if mask >> place & 1]
        self.words += 1
        self.tried(lambda: replying.reply(talk, self.firm.jan, f"{self.words}", self.now, pays=owed))

    @rule(number=ANY)
    def it_goes_out(self, number):
        if waiting := Message.objects.filter(state=Message.State.QUEUED):
            factory.sent(self.chosen(waiting, number), self.now)

    @rule(number=ANY)
    def it_comes_back(self, number):
        if letters := Message.objects.filter(state=Message.State.SENT):
            settling.bounced(self.chosen(letters, number), "550", self.now)

    @rule(number=ANY)
    def a_person_closes(self, number):
        actions.close(self.talk(number), self.firm.jan, self.now)

    @rule(one=ANY, other=ANY)
    def two_are_merged(self, one, other):
        self.tried(uniting.unite, self.head(one), [self.head(other)], self.firm.jan, self.now)

    @rule(number=ANY)
    def a_merge_is_taken_back(self, number):
        if rows := Union.objects.filter(undone_at=None):
            self.tried(uniting.undo, self.chosen(rows, number), self.firm.ola, self.now)

    @rule(number=ANY, mask=st.integers(1, 15))
    def some_is_split_off(self, number, mask):
        talk = self.head(number)
        said = [m.pk for place, m in enumerate(talk.messages.order_by("pk")) if mask >> place & 1]
        self.tried(parting.split, talk, said, "Apart", self.firm.jan, self.now)

    @precondition(lambda self: Parting.objects.filter(undone_at=None).exists())
    @rule(number=ANY)
    def a_split_is_taken_back(self, number):
        row = self.chosen(Parting.objects.filter(undone_at=None), number)
        self.tried(parting.undo, row, self.firm.ola, self.now)

    @invariant()
    def the_books_are_sound(self):
        assert factory.findings() == []
        assert reports.balances()["difference"] == 0

    @invariant()
    def each_message_stands_where_what_it_belongs_to_goes_on(self):
        for message in Message.objects.select_related("origin", "conversation"):
            assert message.conversation.stands_for_id is None
            if message.origin is not None:
                assert message.origin.stands_for_id == message.conversation_id

    @invariant()
    def nobody_waits_for_an_answer_that_is_owed_elsewhere(self):
        booked = beginnings.booked(Conversation.objects.values_list("pk", flat=True))
        debts = {debt.pk: debt for debt in Owed.objects.all()}
        for message in Message.objects.filter(direction=Message.Direction.INBOUND):
            known = [debts[number] for number in booked[message.pk]]
            here = [debt for debt in known if debt.conversation == message.conversation_id]
            assert here or not any(debt.state == "open" for debt in known)


@pytest.mark.parametrize("examples", [5, pytest.param(400, marks=pytest.mark.faults)])
def test_nothing_is_lost_in_whichever_order(examples):
    run_state_machine_as_test(Matters, settings=settings(max_examples=examples, stateful_step_count=16))
