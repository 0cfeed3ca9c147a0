"""Who did what at the desk: kept with the act itself, never changed, found again."""

import csv
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext

from odzew.conversations import actions, replying
from odzew.desk.conversation import promised
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff import acts, log_proof
from odzew.staff.log import StaffAct, StaffLog
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
PASSWORD = "a good long password"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def boss(desk: Desk) -> Person:
    return Person.objects.get(role=Role.ADMINISTRATOR)


def client_of(person: Person) -> Client:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(person)
    return client


def lines() -> list[tuple[str, bool]]:
    return list(StaffAct.objects.order_by("seq").values_list("act", "refused"))


def fill(n: int, **said: object) -> None:
    for _ in range(n):
        acts.write(acts.Asked(**{"act": "team", "person": None, "address": "192.0.2.1"} | said))


def test_an_act_is_kept_with_who_what_which_and_from_where(desk: Desk) -> None:
    message = desk.deliver(letter())
    assert message
    debt = Owed.objects.get(conversation=message.conversation_id)

    client_of(desk.agent).post(
        f"/conversations/{message.conversation_id}/hand-over",
        {"debt": debt.pk, "to": desk.lead.pk, "reason": "She knows the secret word."},
    )

    line = StaffAct.objects.get()
    assert (line.act, line.person, line.refused) == ("conversation-hand-over", desk.agent, False)
    assert (line.thing, line.number, line.address) == ("conversation", message.conversation_id, "192.0.2.7")
    assert line.facts == {"debt": debt.pk, "to": desk.lead.pk}


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/conversations/{talk}/close", {}, 409),  # something is owed
        ("/conversations/{talk}/note", {"text": ""}, 409),
        ("/conversations/{talk}/reply", {"text": "", "purpose": "answer"}, 409),
        ("/conversations/{talk}/merge", {}, 409),
        ("/customers/{customer}/fact", {"kind": "no such"}, 422),
        ("/snippets/new", {}, 422),
    ],
)
def test_the_database_is_let_go_before_the_page_that_answers_an_act_is_read_and_drawn(
    desk: Desk, path: str, form: dict[str, str], status: int
) -> None:
    message = desk.deliver(letter())
    assert message
    talk = message.conversation
    client, held = client_of(desk.agent), list[tuple[str, int]]()

    def depth(what: str) -> None:
        held.append((what, len(connection.savepoint_ids)))

    def asked(do: Callable[..., Any], sql: str, *rest: Any) -> Any:
        depth(sql)
        return do(sql, *rest)

    def drawn(template: Template, **_: object) -> None:
        depth(f"drawn {template.name}")

    template_rendered.connect(drawn)
    with connection.execute_wrapper(asked):
        answer = client.post(path.format(talk=talk.pk, customer=talk.customer_id), form)
    template_rendered.disconnect(drawn)

    assert (answer.status_code, [refused for _, refused in lines()]) == (status, [True])
    kept = next(n for n, (what, _) in enumerate(held) if 'INSERT INTO "odzew_staffact"' in what)
    assert held[kept][1] > 0  # with the act
    ended = next(n for n, (_, deep) in enumerate(held) if n > kept and not deep)
    assert [what for what, _ in held[:ended] if what.startswith("drawn")] == []
    assert {deep for _, deep in held[ended:]} == {0}
    assert [what for what, _ in held[ended:] if what.startswith("drawn")]


def test_what_was_refused_is_kept_and_says_so(desk: Desk) -> None:
    message = desk.deliver(letter())
    assert message
    client = client_of(desk.agent)

    closed = client.post(f"/conversations/{message.conversation_id}/close")  # something is owed
    forbidden = client.post(f"/people/{desk.lead.pk}/leave")
    missing = client.post("/conversations/999999/close")
    absent = client.post("/absences/out", {"who": desk.lead.pk})

    assert [answer.status_code for answer in (closed, forbidden, missing, absent)] == [409, 403, 404, 403]
    assert [refused for _act, refused in lines()] == [True] * 4


def test_an_absence_that_was_refused_in_words_is_no_act(desk: Desk) -> None:
    client = client_of(desk.lead)

    client.post("/absences/out", {"who": desk.agent.pk})
    client.post("/absences/out", {"who": desk.agent.pk})  # she is out already

    assert lines() == [("absence-out", False), ("absence-out", True)]


def test_the_line_and_the_act_are_kept_together_or_not_at_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = desk.deliver(letter())
    assert message
    client = client_of(desk.agent)
    client.raise_request_exception = False

    def full(asked: acts.Asked) -> StaffAct:
        raise DatabaseError("The disk is full.")

    monkeypatch.setattr(acts, "write", full)
    answer = client.post(f"/conversations/{message.conversation_id}/note", {"text": "Look."})

    assert answer.status_code >= 500
    assert not message.conversation.messages.filter(text="Look.").exists()


@pytest.mark.parametrize("is_full", [False, True])
def test_a_reply_holds_the_database_from_its_writing_to_its_line_and_no_longer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, is_full: bool
) -> None:
    message = desk.deliver(letter())
    assert message
    client, held = client_of(desk.agent), dict[str, int]()
    client.raise_request_exception = False
    read, write, send = promised.of, acts.write, replying.reply

    def seen(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **more: Any) -> Any:
            held[name] = len(connection.savepoint_ids)
            if name == "line" and is_full:
                raise DatabaseError("The disk is full.")
            return do(*args, **more)

        return noted

    monkeypatch.setattr(promised, "of", seen("read", read))
    monkeypatch.setattr(replying, "reply", seen("sent", send))
    monkeypatch.setattr(acts, "write", seen("line", write))
    form = {"text": "It left today.", "purpose": "acknowledge"}
    answer = client.post(f"/conversations/{message.conversation_id}/reply", form)

    assert held == {"read": 0, "sent": 1, "line": 1}
    is_sent = message.conversation.messages.filter(text="It left today.").exists()
    assert (answer.status_code < 500, is_sent, lines()) == (
        (False, False, []) if is_full else (True, True, [("conversation-reply", False)])
    )


def test_an_act_that_broke_leaves_neither_itself_nor_a_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = desk.deliver(letter())
    assert message
    client = client_of(desk.agent)
    client.raise_request_exception = False
    note = actions.note

    def breaks(*args: object, **more: object) -> None:
        note(*args, **more)
        raise RuntimeError

    monkeypatch.setattr(actions, "note", breaks)
    client.post(f"/conversations/{message.conversation_id}/note", {"text": "Look."})

    assert not message.conversation.messages.filter(text="Look.").exists()
    assert lines() == []


def test_signing_in_and_out_and_failing_to_are_kept(desk: Desk) -> None:
    desk.agent.set_password(PASSWORD)
    desk.agent.save()
    client = Client(REMOTE_ADDR="192.0.2.9")

    client.post("/account/login/", {"login": desk.agent.email, "password": "wrong"})
    client.post("/account/login/", {"login": "nobody@example.org", "password": PASSWORD})
    client.post("/account/login/", {"login": desk.agent.email, "password": PASSWORD})
    client.post("/account/logout/")

    found = StaffAct.objects.order_by("seq").values_list("act", "person", "refused", "address")
    assert list(found) == [
        ("sign-in", desk.agent.pk, True, "192.0.2.9"),
        ("sign-in", None, True, "192.0.2.9"),
        ("sign-in", desk.agent.pk, False, "192.0.2.9"),
        ("sign-out", desk.agent.pk, False, "192.0.2.9"),
    ]


def test_who_has_left_and_tries_to_sign_in_is_kept(desk: Desk) -> None:
    desk.agent.set_password(PASSWORD)
    desk.agent.is_active = False
    desk.agent.save()

    Client().post("/account/login/", {"login": desk.agent.email, "password": PASSWORD})

    assert StaffAct.objects.values_list("act", "person", "refused").get() == ("sign-in", desk.agent.pk, True)


def test_a_password_chosen_by_a_link_is_kept_and_a_guess_is_not(desk: Desk, boss: Person) -> None:
    from odzew.staff import welcome

    path = welcome.link(desk.agent).partition("/welcome")[2]
    Client().post(f"/welcome/{desk.agent.pk}-guess", {"password": PASSWORD, "again": PASSWORD})
    Client().post(f"/welcome{path}", {"password": PASSWORD, "again": PASSWORD})

    assert StaffAct.objects.values_list("act", "person").get() == ("welcome", desk.agent.pk)


def test_a_change_of_the_own_password_is_kept_without_it(desk: Desk) -> None:
    desk.agent.set_password(PASSWORD)
    desk.agent.save()
    client = client_of(desk.agent)

    for old in ("wrong", PASSWORD):
        new = {"password1": "another long one", "password2": "another long one"}
        client.post("/account/password/change/", {"oldpassword": old, **new})

    assert lines() == [("account_change_password", True), ("account_change_password", False)]
    assert "long" not in str(list(StaffAct.objects.values()))


def test_no_text_of_a_message_no_reason_and_no_password_is_kept(desk: Desk, boss: Person) -> None:
    message = desk.deliver(letter())
    assert message
    debt = Owed.objects.get(conversation=message.conversation_id)
    client, talk = client_of(boss), f"/conversations/{message.conversation_id}"
    client.post(f"{talk}/note", {"text": "alfaword"})
    client.post(f"{talk}/promise", {"text": "alfaword", "day": "2031-05-06", "hour": "10:00"})
    client.post(f"{talk}/reply", {"text": "alfaword", "purpose": "answer", "pays": debt.pk})
    client.post(f"{talk}/waive", {"debt": debt.pk, "reason": "alfaword"})
    box = {"name": "Box", "team": desk.team.pk, "imap_security": "tls", "smtp_security": "tls"}
    box |= {"address": "new@example.com", "imap_password": "alfaword", "smtp_password": "alfaword"}
    client.post("/mailboxes/new", box)

    assert len(lines()) == 5
    assert "alfaword" not in str(list(StaffAct.objects.values()))


def test_what_a_role_was_before_is_kept(desk: Desk, boss: Person) -> None:
    told = {"name": "Ewa", "email": desk.agent.email, "role": "lead", "language": "pl", "capacity": "40"}

    client_of(boss).post(
        f"/people/{desk.agent.pk}/", told | {"timezone": "Europe/Warsaw", "teams": [desk.team.pk]}
    )

    line = StaffAct.objects.get()
    assert (line.facts["role"], line.facts["role_before"]) == ("lead", "agent")
    assert "email_before" not in line.facts


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE odzew_staffact SET act = 'x'",
        "DELETE FROM odzew_staffact",
        "DELETE FROM odzew_stafflog",
        "UPDATE odzew_stafflog SET kept_from = 0",
        "UPDATE odzew_stafflog SET seq = 0",
    ],
)
def test_the_database_refuses_to_change_what_is_logged(statement: str) -> None:
    fill(1)

    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        connection.cursor().execute(statement)

    assert len(lines()) == 1


def test_what_is_older_than_is_kept_goes_and_the_log_says_so() -> None:
    fill(3)
    with time_machine.travel(MONDAY + timedelta(days=800), tick=False):
        fill(1)

        assert acts.step() == 3
        assert acts.step() == 0

        assert lines() == [("team", False), ("staff-log-shortened", False)]
        assert StaffAct.objects.get(act="staff-log-shortened").facts["lines"] == 3
        assert list(log_proof.findings()) == []
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            StaffAct.objects.all().delete()


def test_the_proof_finds_a_line_that_was_changed_taken_away_or_cut_off(desk: Desk) -> None:
    fill(4)
    assert list(log_proof.findings()) == []

    for tamper in (
        "UPDATE odzew_staffact SET act = 'x' WHERE seq = 2",
        "DELETE FROM odzew_staffact WHERE seq = 2",
        "DELETE FROM odzew_staffact WHERE seq = 4",
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            _without_triggers(cursor)
            cursor.execute(tamper)
            assert list(log_proof.findings()), tamper
            transaction.set_rollback(True)


def _without_triggers(cursor: CursorWrapper) -> None:
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
    else:
        cursor.execute("DROP TRIGGER staffact_no_update")
        cursor.execute("DROP TRIGGER staffact_no_delete")


def test_an_administrator_finds_lines_by_person_act_thing_and_day(desk: Desk, boss: Person) -> None:
    fill(1, act="conversation-note", person=desk.agent.pk, thing="conversation", number=7)
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        fill(1, act="conversation-close", person=desk.lead.pk, thing="conversation", number=8)
    client = client_of(boss)

    def found(query: str) -> list[str]:
        shown = client.get(f"/staff-log.csv?{query}").content
        assert shown.startswith(BOM_UTF8)  # or a table program takes it for another encoding
        return [row[2] for row in csv.reader(shown.decode("utf-8-sig").splitlines()[1:])]

    assert found("") == ["Closed a conversation", "Wrote a note"]
    assert found(f"person={desk.agent.pk}") == ["Wrote a note"]
    assert found("act=conversation-close") == ["Closed a conversation"]
    assert found("thing=conversation&number=7") == ["Wrote a note"]
    assert found("since=2026-11-17") == ["Closed a conversation"]
    assert found("until=2026-11-16") == ["Wrote a note"]
    assert found("since=nonsense&person=x&number=%00") == ["Closed a conversation", "Wrote a note"]
    page = client.get("/staff-log/?thing=conversation&number=7").content.decode()
    assert "/conversations/7/" in page and "/conversations/8/" not in page


def test_pages_follow_each_other_without_a_gap_or_a_repeat(boss: Person) -> None:
    for number in range(1, 121):
        fill(1, thing="team", number=number + 1000)
    client, url, seen = client_of(boss), "/staff-log/?act=team", []
    while url:
        page = client.get(url)
        seen += [line["touched"] for line in page.context["lines"]]
        url = f"/staff-log/{page.context['after']}" if "after" in page.context else ""

    assert seen == [f"team {number + 1000}" for number in range(120, 0, -1)]


def test_the_page_asks_as_often_however_many_lines_there_are(boss: Person) -> None:
    client = client_of(boss)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get("/staff-log/")
        return len(found)

    fill(1)
    few = asked()
    fill(40, person=boss.pk, facts={"to": boss.pk, "teams": ["1"]})

    assert asked() == few


def test_a_cell_that_a_table_program_would_reckon_is_made_harmless(boss: Person) -> None:
    Person.objects.filter(pk=boss.pk).update(name="=cmd()")
    fill(1, person=boss.pk)

    assert ",'=cmd()," in client_of(boss).get("/staff-log.csv").content.decode()


def test_lines_have_numbers_without_a_gap_and_the_head_says_the_last() -> None:
    fill(3)

    assert list(StaffAct.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    assert StaffLog.objects.get().seq == 3
    assert StaffAct.objects.filter(at__lte=now()).count() == 3
