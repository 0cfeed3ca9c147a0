"""Each database finds what the rule says, which is spelled out here once: so both find alike."""

import random
from datetime import UTC

import pytest
from django.db import connection, connections, transaction

from odzew.conversations.models import Message
from odzew.search import find, index, query, words
from odzew.search.match import Match, Run
from tests.domain.examples import HOUR, NINE
from tests.features.factory import firm, receive

SAID = ["faktura", "fakturę", "faktury", "paczka", "paczki", "FV/2024/117", "2024", "117", "117a"]
SAID += ["договір", "договору", "заказ", "order", "orders"]
NAMES = ["Anna", "Anny", "Kowalska", "Kowal", "117", "Иванова"]
ASKED = [*SAID, *NAMES, "fakt*", "11*", '"faktura paczka"', '"paczka 2024 117"']
ASKED += ["from:ann", "to:kowal", "fv/2024"]
MESSAGES, QUESTIONS = 60, 120


def matches(said: words.Words, match: Match) -> bool:
    return all(any(runs_in(said, run) for run in group) for group in match.groups)


def runs_in(said: words.Words, run: Run) -> bool:
    return any(is_run_of(list(getattr(said, column)), run) for column in run.columns)


def is_run_of(column: list[str], run: Run) -> bool:
    *first, last = run.words
    for start in range(len(column) - len(first)):
        end = column[start + len(first)]
        is_end = end == last or (run.is_beginning and end.startswith(last))
        if column[start : start + len(first)] == first and is_end:
            return True
    return False


@pytest.mark.django_db
def test_the_index_finds_exactly_what_matches() -> None:
    shop, dice = firm(), random.Random(5)
    talk = receive("Nothing.").conversation
    for n in range(MESSAGES):
        Message.objects.create(
            conversation=talk,
            direction=dice.choice(["inbound", "outbound"]),
            at=NINE + n * HOUR,
            text=" ".join(dice.choices(SAID, k=dice.randrange(1, 7))),
            from_name=" ".join(dice.choices(NAMES, k=2)),
            recipients={"to": [[dice.choice(NAMES), "x@example.org"]]},
            language=dice.choice(["pl", "uk", "ru", "en", ""]),
        )
    while index.step():
        pass
    kept = words.of_messages(Message.objects.values_list("pk", flat=True))
    kept.sort(key=lambda one: -one.place)

    for _ in range(QUESTIONS):
        asked = query.read(" ".join(dice.choices(ASKED, k=dice.randrange(1, 4))), UTC)
        page = find.page(asked, shop.jan, NINE, size=2 * MESSAGES)
        assert page.messages == [one.message for one in kept if matches(one, asked.match)], asked.groups


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_row_that_becomes_visible_late_is_not_passed_over() -> None:
    shop = firm()
    talk = receive("Nothing.").conversation
    slow = connections.create_connection("default")
    try:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute(
                "INSERT INTO odzew_message SELECT (jsonb_populate_record(m, "
                "jsonb_build_object('id', 100000, 'raw', null, 'text', 'slow parcel'))).* "
                "FROM odzew_message m LIMIT 1"
            )
        with transaction.atomic():
            quick = Message.objects.create(
                id=100001, conversation=talk, direction="inbound", at=NINE, text="quick parcel"
            )
        while index.step():
            pass
        assert find.page(query.read("quick", UTC), shop.jan, NINE).messages == [quick.pk]
        assert find.page(query.read("slow", UTC), shop.jan, NINE).messages == []

        slow.commit()
    finally:
        slow.close()
    while index.step():
        pass

    assert find.page(query.read("slow", UTC), shop.jan, NINE).messages == [100000]
    assert index.findings() == []
