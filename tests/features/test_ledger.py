"""The books in the database: added to only, chained, without gaps, and proven by the audit."""

import random
import re
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from odzew.conversations import actions, settling
from odzew.conversations.models import Conversation
from odzew.domain import journal
from odzew.domain.obligation import Kind, Refused, State
from odzew.domain.ranking import press_at
from odzew.intake import proof
from odzew.ledger import alarms, books, mapping, reports
from odzew.ledger.models import Entry, Head, Owed
from odzew.ledger.snapshot import snapshot
from odzew.staff.models import Role
from tests.domain import examples
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory
from tests.features.at_once import together
from tests.features.days import Days
from tests.features.factory import answer, debt, receive, sent

pytestmark = pytest.mark.django_db
guard = import_module("odzew.migrations.0002_the_journal_is_only_added_to")
ON_POSTGRESQL = connection.vendor == "postgresql"
NOON = NINE + 3 * HOUR


@pytest.fixture
def firm():
    return factory.firm()


@pytest.fixture
def talk(firm):
    return receive().conversation


def opened(talk, firm, **told):
    usual = dict(
        obligation=books.NEW,
        at=NINE,
        by=f"customer:{talk.customer_id}",
        what=Kind.ANSWER,
        customer=talk.customer_id,
        conversation=talk.pk,
        owner=firm.jan.pk,
        team=firm.team.pk,
        since=NINE,
        due=NOON,
    )
    return journal.Opened(**{**usual, **told})


def waived(number, firm, **told):
    by = f"person:{firm.jan.pk}"
    return journal.Waived(**{**dict(obligation=number, at=NOON, by=by, reason="spam"), **told})


def state():
    """Everything the books consist of."""
    return (
        list(Entry.objects.order_by("seq").values()),
        list(Owed.objects.order_by("pk").values()),
        list(Head.objects.values()),
    )


# Only added to.

FORBIDDEN = {
    "change": "UPDATE odzew_entry SET reason = 'nothing'",
    "change of one": "UPDATE odzew_entry SET at = at WHERE seq = 1",
    "deletion": "DELETE FROM odzew_entry",
    "deletion of one": "DELETE FROM odzew_entry WHERE seq = 1",
}
if ON_POSTGRESQL:
    FORBIDDEN["emptying"] = "TRUNCATE odzew_entry"
    FORBIDDEN["emptying with all that hangs on it"] = "TRUNCATE odzew_entry CASCADE"


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_database_refuses_to_change_the_journal(talk, statement):
    before = state()

    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as c:
        c.execute(statement)

    assert state() == before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda: Entry.objects.update(reason="nothing"), id="update"),
        pytest.param(lambda: Entry.objects.all().delete(), id="delete"),
        pytest.param(lambda: Entry.objects.first().delete(), id="delete one"),
        pytest.param(lambda: Entry.objects.first().save(), id="save"),
    ],
)
def test_our_own_code_cannot_change_the_journal_either(talk, change):
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        change()


def test_a_number_of_the_journal_is_given_once(talk):
    row = Entry.objects.first()

    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.bulk_create([row])


# Writing.


def test_numbers_have_no_gaps_and_the_head_stands_at_the_end(firm):
    for place in range(5):
        receive(f"mail {place}")

    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert Head.objects.get().seq == 5


def test_a_debt_bears_the_number_of_its_line(talk):
    assert debt().pk == Entry.objects.get().seq


def test_what_is_posted_comes_back_entry_by_entry(firm, talk):
    after = books.post([opened(talk, firm), waived(debt().pk, firm)])

    assert [(one.id, one.state) for one in after] == [(2, State.OPEN), (1, State.WAIVED)]


def test_entries_of_one_call_may_name_a_debt_that_has_no_number_yet(firm, talk):
    after = books.post([opened(talk, firm, obligation=-7), opened(talk, firm), waived(-7, firm)])

    assert [(one.id, one.state) for one in after] == [(2, State.OPEN), (3, State.OPEN), (2, State.WAIVED)]
    assert Owed.objects.get(pk=2).state == State.WAIVED
    assert reports.findings() == []


def test_nothing_to_post_writes_nothing(firm):
    assert books.post([]) == []
    assert Head.objects.get().seq == 0


REFUSED = {
    "a debt that is not there": lambda talk, firm: [waived(99, firm)],
    "a name nobody was given": lambda talk, firm: [waived(-7, firm)],
    "no name at all": lambda talk, firm: [waived(books.NEW, firm)],
    "a waiver without a reason": lambda talk, firm: [waived(debt().pk, firm, reason="")],
    "a second waiver after the first": lambda talk, firm: [waived(debt().pk, firm)] * 2,
    "a good line before a bad one": lambda talk, firm: [opened(talk, firm), waived(99, firm)],
    "a number somebody has chosen": lambda talk, firm: [opened(talk, firm, obligation=1000)],
    "the number of another debt": lambda talk, firm: [opened(talk, firm, obligation=1)],
    "a debt from the future": lambda talk, firm: [opened(talk, firm, since=NINE + 2 * DAY)],
}


@pytest.mark.parametrize("lines", REFUSED.values(), ids=REFUSED)
def test_what_is_refused_leaves_nothing(firm, talk, lines):
    wrong, before = lines(talk, firm), state()

    with pytest.raises(Refused):
        books.post(wrong)

    assert state() == before


def test_what_the_database_refuses_leaves_nothing(firm, talk):
    before = state()

    with pytest.raises(DatabaseError), transaction.atomic():
        books.post([opened(talk, firm), opened(talk, firm, customer=10**6)])
        connection.check_constraints()

    assert state() == before


def test_a_debt_reads_back_as_it_was_written(firm, talk):
    moment = NINE + timedelta(microseconds=1)
    words = "Żółć, Київ, “quotes”, \\u0041, \n and 🙂"

    [after] = books.post([opened(talk, firm, since=moment, due=moment + HOUR, text=words)])

    assert books.debts([after.id]) == [after]
    assert (after.opened_at, after.text) == (moment, words)
    assert reports.findings() == []


# Balance.


def test_the_balance_is_zero_by_kind_and_person_and_in_all(firm, talk):
    sent(answer(talk, firm.jan, still_open=["And the colour?"]))
    actions.promise(talk, firm.ola, "the invoice", NOON + DAY, NOON)
    spam = receive("Buy!")
    actions.waive(spam.conversation, firm.jan, debt(spam).pk, "spam", NOON)

    figures = reports.balances()

    assert figures == {
        "opened": 4,
        "paid": 1,
        "waived": 1,
        "open": 2,
        "difference": 0,
        "by_kind": {
            "answer": {"opened": 3, "paid": 1, "waived": 1, "open": 1, "difference": 0},
            "promise": {"opened": 1, "paid": 0, "waived": 0, "open": 1, "difference": 0},
        },
        "by_person": {
            "ewa@firm.example": {"opened": 1, "paid": 0, "waived": 1, "open": 0, "difference": 0},
            "jan@firm.example": {"opened": 2, "paid": 1, "waived": 0, "open": 1, "difference": 0},
            "ola@firm.example": {"opened": 1, "paid": 0, "waived": 0, "open": 1, "difference": 0},
        },
    }


def test_what_is_handed_over_is_in_the_balance_of_who_owes_it_now(firm, talk):
    actions.hand_over(talk, firm.jan, [debt().pk], firm.people[2], "holiday", NOON)

    assert list(reports.balances()["by_person"]) == ["ewa@firm.example"]


def test_a_debt_that_vanished_from_the_table_is_a_difference(talk):
    Owed.objects.all().delete()

    figures = reports.balances()

    assert (figures["difference"], figures["by_kind"]["answer"]["difference"]) == (1, 1)
    assert figures["by_person"]["jan@firm.example"]["difference"] == 1


def test_what_is_owed_is_told_the_most_pressing_first(firm, talk):
    patient = receive("Something else", at=NINE - timedelta(minutes=1))
    receive("Hello?", into=talk, at=NOON)

    lines = list(reports.owed(NOON + DAY))

    assert [(line["conversation"], line["rank"]) for line in lines] == [
        (talk.pk, 1),
        (patient.conversation_id, 2),
    ]
    assert lines[0]["why"] == "late, chased"
    assert lines[0]["opened_at"] == NINE.isoformat()


def test_what_one_person_owes_keeps_its_rank_among_all(firm, talk):
    receive("Something else", at=NOON)

    assert [line["rank"] for line in reports.owed(NOON, "OLA@firm.example")] == [2]
    assert [line["rank"] for line in reports.owed(NOON, "jan")] == [1]


# The audit.


@contextmanager
def behind_the_triggers():
    """Lift the guard, as somebody with the password of the database could."""
    arm, disarm = (
        (guard.POSTGRESQL, guard.POSTGRESQL_OFF) if ON_POSTGRESQL else (guard.SQLITE, guard.SQLITE_OFF)
    )
    with connection.cursor() as cursor:
        for statement in disarm:
            cursor.execute(statement)
        yield cursor
        for statement in arm:
            cursor.execute(statement)


@pytest.fixture
def history(firm):
    """Books with some of everything in them."""
    for place in range(3):
        talk = receive(f"mail {place}").conversation
        receive("Hello?", into=talk, at=NOON)
        message = sent(answer(talk, firm.jan, still_open=["And the colour?"]))
        actions.promise(talk, firm.ola, "the invoice", NOON + DAY, NOON)
        promise = Owed.objects.get(conversation=talk.pk, kind="promise")
        actions.postpone(talk, firm.ola, promise.pk, NOON + 2 * DAY, "late", NOON)
        actions.hand_over(talk, firm.ola, [promise.pk], firm.jan, "holiday", NOON)
        settling.bounced(message, "550", NOON + DAY)
        actions.waive(talk, firm.jan, promise.pk, "He has it.", NOON + DAY)
    assert factory.findings() == []
    return list(Entry.objects.order_by("seq"))


COLUMNS = ["obligation", "kind", "at", "by", "reason", "message", "facts", "digest"]
OTHER = {
    "obligation": lambda row, pick: pick.choice([n for n in range(1, 40) if n != row.obligation]),
    "kind": lambda row, pick: pick.choice(["opened", "joined", "paid", "nonsense"]),
    "at": lambda row, pick: row.at + timedelta(microseconds=pick.choice([-1, 1, 10**6])),
    "by": lambda row, pick: "person:999",
    "reason": lambda row, pick: row.reason + ".",
    "message": lambda row, pick: (row.message or 0) + 1,
    "facts": lambda row, pick: {**row.facts, "owner": 999},
    "digest": lambda row, pick: bytes(32),
}


def flip(rows, pick):
    """Change one column of one line."""
    row, column = pick.choice(rows), pick.choice(COLUMNS)
    while (value := OTHER[column](row, pick)) == getattr(row, column):
        pass
    Entry.objects.filter(pk=row.pk).update(**{column: value})
    return [row.seq]


def delete(rows, pick):
    """Remove one line; of the last one only the head can tell."""
    row = pick.choice(rows)
    Entry.objects.filter(pk=row.pk).delete()
    return [row.seq, row.seq + 1, "head"]


def swap(rows, pick):
    """Let two lines change places, digests and all."""
    one, other = pick.sample(rows, 2)
    for column in COLUMNS:
        if column != "digest" or pick.random() < 0.5:
            Entry.objects.filter(pk=one.pk).update(**{column: getattr(other, column)})
            Entry.objects.filter(pk=other.pk).update(**{column: getattr(one, column)})
    return [one.seq, other.seq]


def add(rows, pick):
    """Write a line at the end without the head."""
    last = pick.choice(rows)
    last.pk = len(rows) + 1
    Entry.objects.bulk_create([last])
    return [last.pk, "head"]


@contextmanager
def undone():
    """Take back whatever is done within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("tamper", [flip, delete, swap, add])
def test_whatever_was_done_to_the_journal_behind_the_triggers_is_found(history, tamper):
    for seed in range(20):
        with undone():
            with behind_the_triggers():
                touched = tamper(list(Entry.objects.order_by("seq")), random.Random(seed))
            found = reports.findings()

        named = {place if place == "head" else f"entry {place}" for place in touched}
        assert {finding.where for finding in found} & named, (seed, touched, found)


def test_a_head_that_was_turned_back_is_found(history):
    Head.objects.update(seq=len(history) - 1)

    assert [f.where for f in reports.findings()] == ["head"]


def test_a_head_that_is_gone_is_found(history):
    Head.objects.all().delete()

    assert [f.where for f in reports.findings()] == ["head"]


TABLE = {
    "a state nobody knows": dict(state="forgotten"),
    "a kind nobody knows": dict(kind="nothing"),
    "another state": dict(state="paid"),
    "a younger moment": dict(opened_at=NOON),
    "a later due moment": dict(due_at=NOON + 9 * DAY),
    "a conversation it is not of": dict(conversation=10**6),
    "fewer chasers": dict(chasers=0),
}


@pytest.mark.parametrize("change", TABLE.values(), ids=TABLE)
def test_a_debt_that_was_changed_in_the_table_is_found(history, change):
    victim = Owed.objects.open().filter(chasers=1).first()
    Owed.objects.filter(pk=victim.pk).update(**change)

    assert f"obligation {victim.pk}" in {f.where for f in reports.findings()}


def test_a_rank_that_was_changed_in_the_table_is_found(history):
    victim = Owed.objects.open().first()
    Owed.objects.filter(pk=victim.pk).update(press_at=NOON + 900 * DAY)

    assert f"obligation {victim.pk}" in {f.where for f in reports.findings()}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"is_active": False}, id="who has left"),
        pytest.param({"role": Role.READER}, id="a reader"),
    ],
)
def test_an_open_debt_of_somebody_who_cannot_pay_it_is_found(firm, talk, change):
    type(firm.jan).objects.filter(pk=firm.jan.pk).update(**change)

    assert [(f.law, f.where) for f in reports.findings()] == [(7, f"obligation {debt().pk}")]


def test_a_conversation_closed_while_something_is_owed_in_it_is_found(talk):
    Conversation.objects.update(status="closed")

    assert [(f.law, f.where) for f in proof.findings()] == [(8, f"conversation {talk.pk}")]


def test_a_message_of_a_person_that_opened_nothing_is_found(talk):
    message = receive("I am on holiday", into=talk, at=NOON, automatic="out-of-office")
    type(message).objects.filter(pk=message.pk).update(automatic="")

    assert [(f.law, f.where) for f in proof.findings()] == [(1, f"message {message.pk}")]


# As little as can be.


def test_of_a_row_what_changed_is_written_and_nothing_else(firm, talk):
    books.post([opened(talk, firm), opened(talk, firm, owner=firm.ola.pk)])

    with CaptureQueriesContext(connection) as asked:
        alarms.step(NOON)

    [(written, columns)] = [
        (query["sql"], set(re.findall(r'"(\w+)" = ', query["sql"].partition(" WHERE ")[0])))
        for query in asked
        if 'UPDATE "odzew_owed"' in query["sql"]
    ]
    assert columns == {"alarm_at", "escalated", "escalated_to_id"}, written
    assert reports.findings() == []


def test_rows_read_many_at_a_time_say_what_each_says_alone():
    Days(1, steps=60)

    rows = Owed.objects.order_by("pk")

    assert mapping.debts_of(rows) == [mapping.from_owed(row) for row in rows]
    assert len({row.state for row in rows}) > 2


# Many at once.


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_no_gap_and_no_fork(firm, talk):
    def write():
        for _ in range(10):
            books.post([opened(talk, firm), opened(talk, firm)])

    together(*[write] * 8)

    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 162))
    assert reports.findings() == []


@pytest.mark.django_db(transaction=True)
def test_workers_who_look_at_once_take_the_step_of_each_debt_once(firm, talk, monkeypatch):
    monkeypatch.setattr(alarms, "AT_ONCE", 4)
    due = [books.post([opened(talk, firm)])[0].id for _ in range(30)]

    def look():
        while alarms.step(NOON):
            pass

    together(*[look] * 4)

    steps = Entry.objects.filter(kind="escalated").values_list("obligation", flat=True)
    assert sorted(steps) == due
    assert reports.findings() == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_pay_one_debt_at_once_one_does(firm, talk):
    letters = [answer(talk, person) for person in firm.people]

    together(*[partial(settling.accepted, letter, "250", NOON) for letter in letters])

    assert Entry.objects.filter(kind="paid").count() == 1
    assert factory.findings() == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_settle_one_letter_at_once_one_does(firm, talk):
    letter = answer(talk, firm.jan)

    def bounce():
        settling.bounced(type(letter).objects.get(pk=letter.pk), "550", NOON)

    for _ in range(5):
        together(
            *[partial(settling.accepted, type(letter).objects.get(pk=letter.pk), "250", NOON), bounce] * 2
        )

    assert debt().state == State.OPEN
    assert factory.findings() == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_arrives_while_the_answer_is_being_accepted_is_owed_for(firm):
    for place in range(10):
        talk = receive(f"mail {place}").conversation
        letter = answer(talk, firm.jan)
        arriving = partial(receive, "And it has to be blue!", into=talk, at=NOON, raw=factory.kept(at=NOON))

        together(arriving, partial(settling.accepted, letter, "250", NOON))

        [owed] = books.open_debts([talk.pk])
        assert owed.opened_at == NOON
    assert factory.findings() == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_arrives_while_the_conversation_is_being_closed_is_owed_for_and_seen(firm):
    for place in range(10):
        talk = receive(f"mail {place}").conversation
        sent(answer(talk, firm.jan))
        arriving = partial(receive, "One more thing", into=talk, at=NOON, raw=factory.kept(at=NOON))

        together(arriving, partial(actions.close, talk, firm.jan, NOON))

        assert Conversation.objects.get(pk=talk.pk).status == "open"
    assert factory.findings() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_accept_one_mail_once(firm):
    for _ in range(5):
        raw = factory.kept()
        together(*[partial(receive, "Hello?", raw=raw)] * 3)

    assert Entry.objects.count() == 5
    assert factory.findings() == []


@pytest.mark.django_db(transaction=True)
def test_an_audit_of_a_desk_at_work_finds_nothing(firm, talk):
    done, found = threading.Event(), []

    def work():
        try:
            for place in range(60):
                receive(f"mail {place}")
                books.post([opened(talk, firm)])
        finally:
            done.set()

    def audit():
        while not done.is_set():
            with snapshot():
                found.extend(factory.findings())

    together(work, audit)

    assert found == []


def test_what_an_escalation_changes_moves_no_rank():
    before = examples.debt()
    after = replace(before, alarm_at=NINE, escalated=3, escalated_to=9)

    assert press_at(after) == press_at(before)
    assert mapping.changes(before, after) == {"alarm_at": NINE, "escalated": 3, "escalated_to": 9}
    assert mapping.changes(before, replace(before, chasers=1)).keys() == {"chasers", "press_at"}
