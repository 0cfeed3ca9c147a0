"""A form on our page is a door like any other: kept first, accepted once, owed an answer by mail."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.utils import translation

from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.channels.packed import pack
from odzew.channels.webform import deliver, parse
from odzew.conversations import replying, status_link
from odzew.conversations.models import Conversation, Message
from odzew.desk.account.limits import Limits
from odzew.intake import again, keep as keeping
from odzew.intake.models import Raw
from odzew.intake.proof import findings
from odzew.ledger.models import Owed
from odzew.portal import guard, submit
from odzew.portal.asked import Nip
from odzew.portal.likely import likely
from odzew.staff.models import AccountTeam, Person, Team
from tests.features.letters import MONDAY, Desk, letter, open_desk
from tests.features.webform import FILLED, PAGE, SETTINGS, fill, make, stamp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> Desk:
    desk = open_desk(can_send=True)
    make(desk)
    return desk


def test_what_was_sent_is_on_disk_before_the_page_says_so_and_then_owed(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    response = fill(client, monday)

    assert response.status_code == 302
    assert Raw.objects.get().state == Raw.State.KEPT
    assert "We have received your message" in client.get(response["Location"]).content.decode()
    desk.work()

    message = Message.objects.get(direction="inbound")
    debt = Owed.objects.get()
    assert (message.from_address, message.own_words) == ("ala@example.org", FILLED["message"])
    assert "Order number: 1234" in message.text
    assert message.conversation.account == desk.account
    assert (debt.conversation, debt.kind) == (message.conversation_id, "answer")
    assert list(findings()) == []


def test_the_page_and_a_mail_give_the_private_link(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    sent = fill(client, monday)["Location"]
    desk.work()
    link = status_link.address(Conversation.objects.get())

    assert link in client.get(sent).content.decode()
    receipt = Message.objects.get(purpose="receipt")
    assert link in receipt.text
    assert receipt.to_address == "ala@example.org"


def test_the_answer_goes_to_the_address_given_by_the_mailbox_that_answers(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    fill(client, monday)
    desk.work()

    talk = Conversation.objects.get()
    reply = replying.reply(talk, desk.agent, "On Friday.", desk.clock, pays=[Owed.objects.get().pk])

    assert reply.to_address == "ala@example.org"
    assert reply.message_id.endswith("@example.com>")


def test_a_double_press_is_one_message_and_other_words_are_another(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    token = stamp(client)
    first = fill(client, monday, stamp=token)
    again = fill(client, monday, stamp=token)
    desk.work()
    fill(client, monday, stamp=token)
    fill(client, monday, stamp=token, message="And the lid is broken.")
    desk.work()

    assert first["Location"] == again["Location"]
    assert Message.objects.filter(direction="inbound").count() == 2


def test_the_same_words_from_a_new_page_are_a_new_message(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    fill(client, monday)
    fill(client, monday)
    desk.work()

    assert Message.objects.filter(direction="inbound").count() == 2


def test_what_cannot_be_kept_is_not_called_received(
    desk: Desk, client: Client, monday: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(rows: object) -> int:
        raise DatabaseError("disk full")

    monkeypatch.setattr(keeping, "add_rows", broken)
    response = fill(client, monday)

    assert response.status_code == 503
    assert FILLED["message"] in response.content.decode()
    assert not Raw.objects.exists()


def test_a_known_customer_is_found_and_nothing_that_exists_is_written_into(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    before = desk.deliver(letter("Where is my parcel?"))
    assert before

    fill(client, monday)
    desk.work()

    fresh = Conversation.objects.exclude(pk=before.conversation_id).get()
    assert fresh.customer_id == before.conversation.customer_id
    assert before.conversation.messages.filter(direction="inbound").count() == 1
    assert fresh.messages.get(direction="inbound").proof["dmarc"] == "none"


def test_files_come_along_and_can_be_opened(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    files = [SimpleUploadedFile("a.png", b"one\n", "image/png"), SimpleUploadedFile("b.txt", b"")]
    response = fill(client, monday, files=files)
    assert response.status_code == 302, response.content.decode()
    desk.work()

    message = Message.objects.get(direction="inbound")
    client.force_login(desk.agent)

    assert list(message.attachments.order_by("index").values_list("filename", "size")) == [
        ("a.png", 4),
        ("b.txt", 0),
    ]
    assert b"".join(client.get(f"/messages/{message.pk}/files/0")) == b"one\n"
    assert client.get(f"/messages/{message.pk}/source").status_code == 200


WRONG = [
    ({"mail": ""}, "Enter your mail address"),
    ({"mail": "ala"}, "Enter your mail address"),
    ({"message": " "}, "Write what you need"),
    ({"q-order": ""}, "Fill in “Order number”"),
    ({"q-order": "many"}, "Enter a number in digits"),
    ({"q-day": "tomorrow"}, "Enter a day"),
    ({"q-nip": "123-456-32-19"}, "no valid tax number"),
    ({"q-wish": "A pony"}, "Choose one of the list"),
    ({"consent": ""}, "Tick this"),
]


@pytest.mark.parametrize(("said", "error"), WRONG)
def test_bad_input_keeps_all_that_was_typed_and_says_what_to_do(
    desk: Desk, client: Client, monday: time_machine.Traveller, said: dict[str, str], error: str
) -> None:
    response = fill(client, monday, **said)
    page = response.content.decode()

    assert response.status_code == 422
    assert error in page
    assert said.get("message") is not None or FILLED["message"] in page
    assert "Ala Nowak" in page
    assert not Raw.objects.exists()


def test_a_tax_number_is_taken_with_its_marks(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    fill(client, monday, **{"q-nip": "PL 123-456-32-18"})
    desk.work()

    assert "NIP: 1234563218" in Message.objects.get(direction="inbound").text


@pytest.mark.parametrize("typed", ["123 456 32 18", "123–456–32–18", "123.456.32.18", "pl1234563218"])
def test_a_tax_number_is_kept_as_its_ten_digits(typed: str) -> None:
    assert Nip().clean(typed) == "1234563218"


def test_the_lines_of_a_long_answer_stay_lines(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    asked = {"key": "story", "kind": "long", "label": {"en": "What happened"}}
    Account.objects.filter(address="complaint").update(settings={**SETTINGS, "questions": [asked]})

    fill(client, monday, **{"q-story": "It leaks.\r\nIt is  loud."})
    desk.work()

    assert "What happened: It leaks.\nIt is  loud." in Message.objects.get(direction="inbound").text


HELD = [
    ({"homepage": "http://spam.example"}, 30, guard.FILLED_TRAP),
    ({}, 1, guard.TOO_FAST),
]


@pytest.mark.parametrize(("said", "wait", "why"), HELD)
def test_what_looks_like_spam_is_held_where_the_team_sees_it_and_gets_no_receipt(
    desk: Desk, client: Client, monday: time_machine.Traveller, said: dict[str, str], wait: int, why: str
) -> None:
    sent = fill(client, monday, wait=wait, **said)
    desk.work()

    raw = Raw.objects.get()
    assert (raw.state, raw.error) == (Raw.State.QUARANTINED, why)
    assert Owed.objects.count() == 1
    assert not Message.objects.filter(purpose="receipt").exists()
    assert "We have received" in client.get(sent["Location"]).content.decode()
    client.force_login(desk.agent)
    assert f"/quarantine/{raw.pk}/" in client.get("/quarantine/").content.decode()
    again.retry(raw, desk.agent, MONDAY)
    assert Raw.objects.get().state == Raw.State.ACCEPTED


def test_many_forms_for_one_address_are_held(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    for number in range(7):
        fill(client, monday, message=f"Number {number}")

    assert Raw.objects.filter(error=guard.OFTEN_ADDRESS).count() == 2


def test_a_peer_is_counted_only_where_it_is_known(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    token = stamp(client)
    for number in range(32):
        said = {**FILLED, "stamp": token, "mail": f"a{number}@example.org"}
        monday.shift(timedelta(seconds=10))
        client.post(PAGE, said, REMOTE_ADDR="10.0.0.1")
        client.post(PAGE, {**said, "mail": f"b{number}@example.org"}, REMOTE_ADDR="8.8.8.8")

    assert Raw.objects.filter(error=guard.OFTEN_PEER).count() == 2


@pytest.mark.parametrize("file", ["limits.sqlite3", "no-such-folder/limits.sqlite3"])
def test_what_cannot_be_counted_stops_nobody(
    desk: Desk, monday: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str
) -> None:
    limits = Limits(str(tmp_path / file), {})
    if "/" not in file:
        with limits._ask("PRAGMA query_only = 1", []):  # what a full disk answers
            pass
    monkeypatch.setattr(guard, "cache", limits)

    response = fill(Client(REMOTE_ADDR="8.8.8.8"), monday)

    assert response.status_code == 302
    assert "held" not in Raw.objects.get().envelope


def test_a_page_without_our_stamp_or_of_last_week_is_given_out_again(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    forged = fill(client, monday, stamp="1.2.3")
    old = fill(client, monday, wait=8 * 86_400)

    for response in (forged, old):
        assert response.status_code == 409
        assert FILLED["message"] in response.content.decode()
    assert not Raw.objects.exists()
    fresh = re.search(r'name="stamp" value="([^"]+)"', old.content.decode())
    assert fresh
    assert fill(client, monday, wait=1, stamp=fresh[1]).status_code == 302
    assert "held" not in Raw.objects.get().envelope


def test_a_slip_in_the_address_is_asked_about_and_never_refused(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    asked = fill(client, monday, mail="ala@gmial.com")
    assert "ala@gmail.com" in asked.content.decode()
    assert not Raw.objects.exists()

    fill(client, monday, mail="ala@gmial.com", sure="ala@gmial.com")
    fill(client, monday, mail="ala@gmial.com", sure="ala@gmail.com")
    desk.work()

    senders = (
        Message.objects.filter(direction="inbound").order_by("pk").values_list("from_address", flat=True)
    )
    assert list(senders) == ["ala@gmial.com", "ala@gmail.com"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("GMAIL.com", ""),
        ("wp.pl", ""),
        ("xp.pl", ""),
        ("example.com", ""),
        ("intreia.pl", "interia.pl"),
    ],
)
def test_one_slip_in_a_usual_domain_is_seen(said: str, meant: str) -> None:
    assert likely(f"ala@{said}") == (f"ala@{meant}" if meant else "")


def test_the_page_speaks_the_language_of_the_browser_or_the_one_chosen(desk: Desk, client: Client) -> None:
    polish = client.get(PAGE, HTTP_ACCEPT_LANGUAGE="pl").content.decode()
    chosen = client.get(f"{PAGE}?lang=en", HTTP_ACCEPT_LANGUAGE="pl").content.decode()

    assert '<html lang="pl">' in polish
    assert "Reklamacja" in polish
    assert "Naprawa" in polish
    assert "A complaint" in chosen


def test_only_the_named_sites_may_show_it_in_a_frame(desk: Desk, client: Client) -> None:
    assert "frame-ancestors 'none'" in client.get(PAGE)["Content-Security-Policy"]

    Account.objects.filter(address="complaint").update(
        settings={**SETTINGS, "hosts": ["https://shop.example.org"]}
    )
    policy = client.get(PAGE)["Content-Security-Policy"]

    assert "frame-ancestors https://shop.example.org" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_a_form_needs_no_cookie_and_a_closed_one_is_not_there(desk: Desk) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PAGE, FILLED).status_code == 409
    assert not strict.get(PAGE).cookies

    Account.objects.filter(address="complaint").update(active=False)
    assert strict.get(PAGE).status_code == 404


def test_its_team_answers_and_not_the_mailbox_s(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    lead = Person.objects.create_user("lead2@example.com", "a long password", name="Iga", role="lead")
    team = Team.objects.create(name="Repairs", timezone="Europe/Warsaw", lead=lead)
    lead.teams.add(team)
    AccountTeam.objects.filter(account__address="complaint").update(team=team)

    fill(client, monday, homepage="x")
    fill(client, monday)
    desk.work()

    assert set(Conversation.objects.values_list("team", flat=True)) == {team.pk}


def test_a_form_that_names_our_own_address_sends_us_no_receipt(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    fill(client, monday, mail="shop@example.com")
    desk.work()

    assert Owed.objects.count() == 1
    assert not Message.objects.filter(purpose="receipt").exists()


def test_a_payload_that_is_not_whole_is_not_guessed_at() -> None:
    raw = pack({"address": "a@b"}, [("a", "b", b"12\n3"), ("c", "d", b"4")])

    assert parse.content(raw, 0) == b"12\n3"
    assert parse.content(raw, 1) == b"4"
    for damaged in (raw[:-1], raw + b"x", b"", b"{}\n", b"\xff\n"):
        with pytest.raises(parse.Damaged):
            parse.parse(damaged)


def test_that_a_form_has_no_mailbox_is_said_in_the_language_of_the_reader(desk: Desk) -> None:
    with translation.override("pl"), pytest.raises(ChannelError, match="Ten formularz nie wskazuje skrzynki"):
        deliver.send(desk.account, None)  # type: ignore[arg-type]  # it looks at none


def test_a_damaged_payload_is_quarantined_and_owed(
    desk: Desk, client: Client, monday: time_machine.Traveller
) -> None:
    fill(client, monday)
    Raw.objects.update(content=b"{broken")
    desk.work()

    assert Raw.objects.get().state == Raw.State.QUARANTINED
    assert Owed.objects.count() == 1


def test_nobody_finds_what_another_has_sent(desk: Desk, client: Client) -> None:
    account = Account.objects.get(address="complaint")

    assert submit.find(account, "guess") is None
    assert client.get(f"{PAGE}sent/guess").status_code == 404
