"""Merging and splitting while others write: PostgreSQL lets two do it at once (docs/adr/0031)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from odzew.conversations import actions, parting, uniting
from odzew.conversations.matters import Parting, Union
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused
from odzew.intake import debts
from odzew.ledger.models import Entry
from tests.domain.examples import HOUR, NINE
from tests.features import factory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]
LATER = NINE + HOUR


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


@pytest.fixture
def two(firm):
    return [factory.receive(text).conversation for text in ("Where is it?", "Is it late?")]


def meanwhile(act):
    """Run an act in another connection, and return what it gave or was refused with."""

    def run():
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    return run


def test_two_who_merge_crosswise_merge_once(firm, two):
    acts = [(two[0], two[1], firm.jan), (two[1], two[0], firm.ola)] * 2
    with ThreadPoolExecutor(4) as several:
        runs = [meanwhile(lambda a=a: uniting.unite(a[0], [a[1]], a[2], LATER)) for a in acts]
        list(several.map(lambda run: run(), runs))

    assert Union.objects.count() == 1
    assert Entry.objects.filter(kind="moved").count() == 1


def test_a_mail_that_arrives_during_a_merge_joins_what_is_left(firm, two):
    raw = factory.kept(at=LATER)
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        uniting.unite(two[0], [two[1]], firm.jan, LATER)
        coming = other.submit(meanwhile(lambda: factory.receive("More.", raw=raw, into=two[1]).pk))
        time.sleep(0.3)
        assert not coming.done()
    said = Message.objects.get(pk=coming.result(timeout=20))

    assert (said.conversation, said.origin) == (two[0], two[1])


def test_a_merge_waits_for_the_mail_that_is_being_written_down(firm, two):
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        factory.receive("More.", into=two[1], at=LATER)
        merging = other.submit(meanwhile(lambda: uniting.unite(two[0], [two[1]], firm.jan, LATER)))
        time.sleep(0.3)
        assert not merging.done()
    merging.result(timeout=20)

    assert two[0].messages.count() == 3


def test_a_mail_that_arrives_while_a_merge_is_taken_back_goes_to_its_own(firm, two):
    uniting.unite(two[0], [two[1]], firm.jan, LATER)
    raw = factory.kept(at=LATER)
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        uniting.undo(Union.objects.get(), firm.jan, LATER)
        coming = other.submit(meanwhile(lambda: factory.receive("More.", raw=raw, into=two[1]).pk))
        time.sleep(0.3)
        assert not coming.done()
    said = Message.objects.get(pk=coming.result(timeout=20))

    assert (said.conversation, said.origin) == (two[1], None)


def test_two_who_take_back_do_it_once(firm, two):
    uniting.unite(two[0], [two[1]], firm.jan, LATER)
    row = Union.objects.get()
    with ThreadPoolExecutor(2) as several:
        runs = [meanwhile(lambda: uniting.undo(row, firm.jan, LATER)) for _ in range(2)]
        list(several.map(lambda run: run(), runs))

    assert Entry.objects.filter(kind="moved").count() == 2
    assert Conversation.objects.matters().count() == 2


def test_two_who_split_the_same_split_it_once(firm, two):
    said = factory.receive("And this.", into=two[0], at=LATER)
    with ThreadPoolExecutor(2) as several:
        runs = [meanwhile(lambda: parting.split(two[0], [said.pk], "", firm.jan, LATER)) for _ in range(2)]
        done = list(several.map(lambda run: run(), runs))

    assert sum(isinstance(one, Refused) for one in done) == 1
    assert Parting.objects.count() == 1


@pytest.mark.parametrize("act", ["merge", "revoke"])
def test_mail_to_what_was_merged_before_and_who_changes_the_whole_wait_in_no_circle(firm, two, act):
    kept = factory.receive("And this?").conversation
    uniting.unite(two[1], [two[0]], firm.jan, LATER)
    acts = {
        "merge": lambda: uniting.unite(kept, [two[1]], firm.jan, LATER),
        "revoke": lambda: actions.revoke_links(two[1], firm.jan),
    }
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        debts.hold([two[0].pk])
        changing = other.submit(meanwhile(acts[act]))
        time.sleep(0.3)
        assert debts.hold([talk.pk for talk in two]) == {two[0].pk: two[1].pk, two[1].pk: None}
    assert not isinstance(changing.result(timeout=20), Refused)
