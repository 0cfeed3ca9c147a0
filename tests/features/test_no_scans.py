"""What runs all day costs the same on a desk of a million: no statement of it reads a whole table."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from odzew.conversations import (
    actions,
    cover_notice,
    later,
    parting,
    settling,
    silence,
    snoozing,
    tagging,
    uniting,
)
from odzew.conversations.later import When
from odzew.conversations.matters import Union
from odzew.conversations.promising import Promised
from odzew.intake import drain
from odzew.ledger import alarms, counters, leave
from odzew.ledger.models import Owed
from odzew.notices import follow
from odzew.outbox import deliver
from odzew.staff.models import Person, Role
from tests.domain.examples import DAY, HOUR, NINE
from tests.features.factory import answer, debt, firm, kept, person, receive, report, sent

# What grows with the years, and what statements call by a letter (ours) or a letter and a number (Django's).
GROWING = (
    "message|conversation|owed|entry|raw|identity|customer|attachment|draft|happening|staffact|tagged|snooze|union|parting"
    "|notice|ruled|glance"
)
READS = re.compile(r"\s*(SELECT|UPDATE|DELETE)\b")
WHOLE = re.compile(rf'(?:SCAN|Seq Scan on) ("?odzew_(?:{GROWING})|[a-zA-Z]\d*)\b(?! USING)')
# Of a million rows these find a third: what SQLite, which keeps no figures, takes for ten.
WIDE = re.compile(
    r"INDEX odzew_(?:conversation_(?:team|account)|message_author|owed_(?:team|owner))_id_\w+ \(\w+=\?\)"
)
SHOWN = ("mine", "team", "late", "due", "promised", "snoozed", "unowned", "escalated")
SCREENS = [
    "/metrics", "/readyz", "/", *(f"/?show={name}" for name in SHOWN), "/conversations/",
    "/conversations/?show=open", "/conversations/?show=followed",
    "/customers/", "/search?q=parcel", "/search?q=from:ala",
    "/search?q=tag:x", "/drafts/", "/notices/", "/mailboxes/", "/people/", "/absences/", "/quarantine/",
    "/snippets/",
    "/tags/", "/staff-log/", "/palette?q=ala", "/rail", "/account/", "/reports/", "/reports/?by=tag",
    "/answer-times/", "/signatures/", "/rules/",
    "/account/notices",
]  # fmt: skip
Statement = tuple[str, Any]


@contextmanager
def watched() -> Iterator[list[Statement]]:
    """Lend the list of what is asked of the database meanwhile."""
    asked: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if READS.match(sql):
            asked.append((sql, params[0] if many else params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def whole_tables(asked: list[Statement]) -> set[str]:
    """Return the statements that read a table to its end, as the planner says."""
    return {f"{sql}\n{plan}" for sql, params in asked if reads_whole(plan := planned(sql, params))}


def reads_whole(plan: str) -> bool:
    made = re.findall(r"(?:CO-ROUTINE|MATERIALIZE) (\w+)", plan)  # on the way: as many rows as were asked for
    return bool(WIDE.search(plan)) or any(found[1] not in made for found in WHOLE.finditer(plan))


def planned(sql: str, params: Any) -> str:
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # its tables are too small here for it to like an index
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{explain} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.django_db
def test_no_statement_of_taking_in_a_mail_reads_a_table_to_its_end() -> None:
    made = firm()
    first = receive(message_id="<1@example.org>")
    out = sent(answer(first.conversation, made.jan))

    raws = [kept() for _ in range(3)]

    with watched() as asked:
        receive("And the other one?", message_id="<2@example.org>", raw=raws[0])
        receive("And when?", references=(out.message_id,), into=first.conversation, raw=raws[1])
        report(first.from_address, about=out.message_id, raw=raws[2])

    assert len(asked) > 20
    assert whole_tables(asked) == set()


@pytest.mark.django_db
def test_no_statement_of_the_loops_that_always_run_reads_a_table_to_its_end() -> None:
    made = firm()
    answer(receive().conversation, made.jan)
    at = NINE + HOUR

    with watched() as asked:
        drain.release()
        deliver.doubt_what_was_cut_short()
        leave.step(at)
        alarms.step(at)
        cover_notice.step(at)
        counters.advance(at)
        silence.step()
        assert follow.step(at) > 0

    assert len(asked) >= 6
    assert whole_tables(asked) == set()


@pytest.mark.django_db
def test_no_statement_of_what_people_do_all_day_reads_a_table_to_its_end() -> None:
    made = firm()
    talk, other = receive().conversation, receive().conversation
    told = Promised("the invoice", NINE + DAY, made.ola)

    with watched() as asked:
        kept = answer(talk, made.jan, seen=talk.messages.get().pk, when=When(NINE + HOUR, is_chosen=True))
        later.begin(kept.pk, NINE + HOUR)
        settling.accepted(kept, "250", NINE + HOUR)
        answer(other, made.jan, seen=other.messages.get().pk, promises=[told])
        actions.note(other, made.jan, "Call him.", NINE + HOUR)
        actions.hand_over(
            other, made.jan, [owed.pk for owed in Owed.objects.open()], made.ola, "Leave.", NINE + HOUR
        )
        snoozing.snooze(other, made.ola, NINE + 2 * HOUR, NINE + HOUR)
        tagging.add(other, made.ola, "invoice", NINE + HOUR)
        actions.close(talk, made.jan, NINE + HOUR)

    assert len(asked) > 30
    assert whole_tables(asked) == set()


@pytest.mark.django_db
def test_no_statement_of_merging_and_splitting_reads_a_table_to_its_end(client: Client) -> None:
    made = firm()
    talk, other = receive().conversation, receive().conversation
    client.force_login(made.jan)
    raw = kept(at=NINE + HOUR)

    with watched() as asked:
        uniting.unite(talk, [other], made.jan, NINE + HOUR)
        receive("More.", into=other, raw=raw)
        for page in ("", "merge", "split", "print?acts"):
            assert client.get(f"/conversations/{talk.pk}/{page}").status_code == 200
        uniting.undo(Union.objects.get(other=other), made.jan, NINE + HOUR)
        part = parting.split(other, [other.messages.latest("pk").pk], "", made.jan, NINE + HOUR)
        parting.undo(part.parted.get(), made.jan, NINE + HOUR)

    assert len(asked) > 60
    assert whole_tables(asked) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("address", SCREENS)
def test_no_statement_of_a_screen_that_is_always_open_reads_a_table_to_its_end(
    client: Client, address: str
) -> None:
    made = firm()
    answer(receive().conversation, made.jan)
    client.force_login(person("Lea", role=Role.ADMINISTRATOR, team=made.team))

    with watched() as asked:
        assert client.get(address).status_code == 200

    assert asked
    assert whole_tables(asked) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AGENT])
def test_no_statement_of_a_conversation_or_of_a_customer_reads_a_table_to_its_end(
    client: Client, role: Role
) -> None:
    made = firm()
    talk = receive().conversation
    answer(talk, made.jan)
    lea = person("Lea", role=role, team=made.team)
    client.force_login(lea)
    pages = [f"/conversations/{talk.pk}/", f"/customers/{talk.customer_id}/"]
    pages += (
        [f"/people/{made.jan.pk}/"]
        if lea.may_manage
        else ["/drafts/", "/conversations/?show=followed", "/mailboxes/", "/absences/"]
    )

    with watched() as asked:
        for address in pages:
            assert client.get(address).status_code == 200

    assert len(asked) > 20
    assert whole_tables(asked) == set()


OF_A_PERIOD = {
    "conversation_begun",
    "conversation_ended",
    "entry_settling",
    "message_received",
    "owed_promise_due",
}


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="on few rows PostgreSQL likes any index as well")
def test_the_figures_of_a_period_are_found_by_its_moments(client: Client) -> None:
    made = firm()
    answer(receive().conversation, made.jan)
    client.force_login(person("Lea", role=Role.ADMINISTRATOR, team=made.team))

    with watched() as asked:
        assert client.get("/reports/").status_code == 200

    plans = [planned(sql, params) for sql, params in asked]
    used = set(re.findall(rf"\b({'|'.join(OF_A_PERIOD)})\b", "\n".join(plans)))
    assert used == OF_A_PERIOD
    whole = re.compile(r"SCAN [a-z]\b(?! USING INDEX (?:owed_|call_under_way))")
    assert [plan for plan in plans if whole.search(plan)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEAD])
def test_no_list_of_today_reads_a_table_to_its_end(client: Client, role: Role) -> None:
    made = firm()
    talk = receive().conversation
    lea = person("Lea", role=role, team=made.team)
    actions.hand_over(talk, lea, [debt().pk], lea, "Hers", NINE)
    snoozing.snooze(talk, lea, NINE + 99 * 365 * 24 * HOUR, NINE)
    receive(sender="eva@example.org")
    Person.objects.exclude(pk=lea.pk).update(is_active=False)
    client.force_login(lea)

    with watched() as asked:
        for name in SHOWN:
            assert client.get(f"/?show={name}").status_code == 200

    assert len(asked) > 20
    assert whole_tables(asked) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("called", ["odzew_message", "m", "U0", "T3"])
def test_a_statement_that_reads_a_table_to_its_end_would_be_found(called: str) -> None:
    statement = (f"SELECT id FROM odzew_message {called} WHERE {called}.subject = %s", ["Parcel"])

    assert whole_tables([statement]) != set()
