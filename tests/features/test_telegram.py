"""Telegram: what a customer writes to a bot is owed once, and only what Telegram has taken pays."""

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import time_machine
from django.test import Client

from odzew.channels import registry
from odzew.channels.models import Account, Handed
from odzew.channels.telegram import poll
from odzew.conversations import settling, status_link
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.conversations.outbound import Upload
from odzew.customers.models import Identity
from odzew.intake import mailboxes, media, proof, well
from odzew.intake.models import Raw, Wanted
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.lib import sealing
from odzew.lib.clock import now
from odzew.outbox import deliver
from odzew.probes.models import Outage
from odzew.staff.models import AccountTeam, Person
from tests.features import messengers
from tests.features.letters import MONDAY, Desk, open_desk
from tests.features.messengers import Running, reply, send_all, signed_in
from tests.servers.mailboxes import Mailboxes
from tests.servers.telegram import TOKEN, Telegram, bot_api, fault_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LONG = "A line of words.\n\n" * 500


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY + 30 * MINUTE, tick=False) as travelling:
        yield travelling


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield open_desk()
    assert [*reports.findings(), *proof.findings()] == []


@pytest.fixture(scope="module")
def running(mailboxes: Mailboxes) -> Iterator[Running]:
    yield from messengers.lent(bot_api, mailboxes)


@pytest.fixture
def api(running: Running, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Telegram:
    server: Telegram = messengers.anew(running, settings, monkeypatch)
    settings.TELEGRAM_API, settings.SITE_URL, settings.HTTPS = server.url, "https://desk.example.com", True
    return server


@pytest.fixture
def bot(desk: Desk, api: Telegram) -> Account:
    return connected(desk)


def connected(desk: Desk, **more: Any) -> Account:
    account = Account(channel="telegram", name="Kites", created_at=MONDAY, settings={"asks": False, **more})
    account.secrets = {"token": TOKEN}
    registry.connect(account, "https://desk.example.com")
    account.save()
    AccountTeam.objects.create(account=account, team=desk.team)
    return account


def fetch(desk: Desk, bot: Account) -> int:
    """Let the desk ask for updates once, and take in what came."""
    bot.refresh_from_db()
    count = poll.read(bot, mailboxes.Shelf(bot.pk, "telegram"), now(), wait=0)
    desk.work()
    return count


def bring(bot: Account, update: dict[str, Any] | bytes, secret: str | None = None) -> int:
    """Let Telegram bring an update to the address of the desk, and return what it is answered."""
    body = update if isinstance(update, bytes) else json.dumps(update)
    given = str(bot.secrets["hook"]) if secret is None else secret
    headers = {"X-Telegram-Bot-Api-Secret-Token": given}
    path = f"/hooks/telegram/{bot.settings['hook']}"
    return Client().post(path, body, content_type="application/json", headers=headers).status_code


def owed() -> list[str]:
    return list(Owed.objects.order_by("pk").values_list("state", flat=True))


def test_what_a_customer_writes_is_owed_once_since_he_wrote_it(
    desk: Desk, bot: Account, api: Telegram
) -> None:
    api.say("Where is my kite?")

    assert (fetch(desk, bot), fetch(desk, bot)) == (1, 0)

    said = Message.objects.get(direction="inbound")
    assert (said.text, said.at, said.automatic) == ("Where is my kite?", MONDAY + timedelta(seconds=1), "")
    identity = Identity.objects.get()
    assert (identity.kind, identity.value, identity.display, identity.proof) == (
        "telegram", "44", "@ala", "provider",
    )  # fmt: skip
    assert owed() == ["open"] and Owed.objects.get().opened_at == said.at
    assert "Where is my kite?" in said.conversation.subject and said.conversation.team == desk.team


def test_he_goes_on_in_the_open_conversation_and_gets_one_receipt(
    desk: Desk, bot: Account, api: Telegram
) -> None:
    api.say("/start")
    api.say("Hello")
    api.say("Where is my kite?")
    fetch(desk, bot)
    api.say("It is red.")
    fetch(desk, bot)
    send_all()

    assert Conversation.objects.count() == 1 and owed() == ["open"]
    assert Message.objects.get(text="/start").automatic == "start"
    [receipt] = api.sent
    assert receipt["chat_id"] == "44" and "A person will answer you" in receipt["text"]


def test_updates_that_come_late_and_twice_stand_once_in_the_order_they_were_said(
    desk: Desk, api: Telegram
) -> None:
    bot = connected(desk, way="hook")
    first, second = api.say("first"), api.say("second")

    assert [bring(bot, each) for each in (second, first, second, first)] == [200] * 4
    desk.work()

    rows = Message.objects.filter(direction="inbound").order_by("at", "pk")
    assert list(rows.values_list("text", flat=True)) == ["first", "second"]
    assert Raw.objects.count() == 2


def test_after_a_silent_week_the_numbers_begin_anew_and_nothing_is_lost(
    desk: Desk, bot: Account, api: Telegram, clock: time_machine.Traveller
) -> None:
    api.say("Where is my kite?", update=500_000)
    fetch(desk, bot)
    clock.shift(timedelta(days=7))
    api.updates.clear()  # Telegram holds none for longer than a day
    api.say("It has not come.", update=7)

    assert (fetch(desk, bot), fetch(desk, bot)) == (1, 0)


@pytest.mark.parametrize(
    ("update", "secret", "status"),
    [
        (None, "guess", 401),
        (None, "", 401),
        (b'{"update_id": 101, "message": {"te', None, 400),
        (b"[]", None, 400),
    ],
    ids=["forged", "without a secret", "cut", "no update"],
)
def test_what_is_forged_or_cut_is_not_kept(
    desk: Desk, api: Telegram, update: bytes | None, secret: str | None, status: int
) -> None:
    bot = connected(desk, way="hook")

    assert bring(bot, update or api.say("Hello"), secret) == status
    assert not Raw.objects.exists()


def test_what_nobody_said_to_us_is_kept_and_opens_nothing(desk: Desk, bot: Account, api: Telegram) -> None:
    api.say("Hello all")["message"]["chat"]["type"] = "group"
    api.updates.append({"update_id": 300, "poll": {"id": "1"}})

    fetch(desk, bot)

    assert set(Raw.objects.values_list("state", flat=True)) == {"discarded"} and not Message.objects.exists()


def test_a_changed_message_is_said_once_more_and_the_first_stays(
    desk: Desk, bot: Account, api: Telegram
) -> None:
    api.say("A blue kite", number=5, update=1)
    api.say("A red kite", number=5, update=2, edit_date=1794819700)

    fetch(desk, bot)

    rows = Message.objects.filter(direction="inbound").order_by("at")
    assert list(rows.values_list("text", flat=True)) == ["A blue kite", "A red kite"]
    assert rows[1].notes == ["The customer changed an earlier message; this is the new one."]
    assert Conversation.objects.count() == 1 and owed() == ["open"]


def test_places_people_and_files_come_through(desk: Desk, bot: Account, api: Telegram) -> None:
    api.files["F1"] = b"%PDF"
    api.say(location={"latitude": 52.23, "longitude": 21.01})
    api.say(contact={"phone_number": "+48600100200", "first_name": "Jan"})
    api.say(caption="The bill", document={"file_id": "F1", "file_name": "bill.pdf", "file_size": 4})
    api.say(voice={"file_id": "F2", "mime_type": "audio/ogg"})
    api.say(dice={"emoji": "🎲", "value": 3})

    fetch(desk, bot)
    while media.step(now()):
        pass

    texts = list(Message.objects.filter(direction="inbound").order_by("at").values_list("text", flat=True))
    assert texts == ["📍 52.230000, 21.010000", "👤 Jan +48600100200", "The bill", "", ""]
    bill, voice = Attachment.objects.order_by("pk")
    assert bill.blob is not None and bytes(bill.blob.content) == b"%PDF" and bill.size == 4
    assert voice.note.startswith("This file could not be fetched:") and not Wanted.objects.exists()
    page = signed_in(desk.agent).get(f"/conversations/{bill.message.conversation_id}/").content.decode()
    assert "This file could not be fetched: The file was not given: 404." in page


def test_a_file_that_cannot_be_had_now_is_asked_for_again(
    desk: Desk, bot: Account, api: Telegram, settings: Any
) -> None:
    api.say(document={"file_id": "F1", "file_name": "bill.pdf"})
    fetch(desk, bot)
    address, settings.TELEGRAM_API = settings.TELEGRAM_API, "https://localhost:1"

    assert media.step(now()) == 1

    settings.TELEGRAM_API, api.files["F1"] = address, b"later"
    assert (media.step(now()), media.step(now() + MINUTE)) == (0, 1)
    assert Attachment.objects.get().size == 5


def test_an_answer_goes_where_he_wrote_in_pieces_with_its_files_and_pays(
    desk: Desk, bot: Account, api: Telegram
) -> None:
    api.say("Where is my kite?")
    fetch(desk, bot)
    bill = Upload(filename="bill.pdf", content_type="application/pdf", content=b"%PDF")

    answer = reply(desk, LONG, uploads=[bill])
    send_all()

    *words, file = [said for said in api.sent if "A person will answer" not in said.get("text", "")]
    assert len(words) == 3 and all(len(said["text"]) <= 4096 for said in words)
    assert "\n\n".join(said["text"] for said in words) == LONG.strip()
    assert file["document"] == ("bill.pdf", b"%PDF") and "parse_mode" not in words[0]
    assert Message.objects.get(pk=answer.pk).state == "sent" and owed() == ["paid"]


@pytest.mark.parametrize(
    ("fault", "state", "books_say"),
    [
        (fault_of(403, "Forbidden: bot was blocked by the user"), "failed", "open"),
        (fault_of(400, "Bad Request: chat not found"), "failed", "open"),
        (fault_of(401, "Unauthorized"), "queued", "open"),
        (fault_of(500, "Internal Server Error"), "queued", "open"),
        (None, "in_doubt", "open"),
    ],
    ids=["blocked", "no chat", "token", "their fault", "silence"],
)
def test_what_was_not_taken_pays_nothing(
    desk: Desk, bot: Account, api: Telegram, fault: Any, state: str, books_say: str
) -> None:
    bot.settings = {**bot.settings, "receipts": False}
    bot.save()
    api.say("Where is my kite?")
    fetch(desk, bot)
    answer = reply(desk)
    api.faults.append(fault)

    deliver.step()

    assert Message.objects.get(pk=answer.pk).state == state and owed() == [books_say]


def test_told_to_wait_it_waits_that_long_and_sends_no_part_twice(
    desk: Desk, bot: Account, api: Telegram, clock: time_machine.Traveller
) -> None:
    bot.settings = {**bot.settings, "receipts": False}
    bot.save()
    api.say("Where is my kite?")
    fetch(desk, bot)
    answer = reply(desk, LONG)
    api.faults += [
        (200, {"ok": True, "result": {"message_id": 1}}),
        fault_of(429, "Too Many", retry_after=17),
    ]

    send_all()
    waits = Message.objects.get(pk=answer.pk)
    assert waits.next_try_at == now() + timedelta(seconds=17) and Handed.objects.count() == 1
    clock.shift(timedelta(seconds=17))
    send_all()

    assert len(api.sent) == 2 and owed() == ["paid"]


def test_a_crash_after_the_first_part_is_in_doubt_and_only_the_rest_is_sent_again(
    desk: Desk, bot: Account, api: Telegram
) -> None:
    bot.settings = {**bot.settings, "receipts": False}
    bot.save()
    api.say("Where is my kite?")
    fetch(desk, bot)
    answer = reply(desk, LONG)
    api.faults += [(200, {"ok": True, "result": {"message_id": 1}}), None]
    send_all()
    doubtful = Message.objects.get(pk=answer.pk)
    assert doubtful.state == "in_doubt" and api.sent == []

    settling.send_again(doubtful, desk.agent, now())
    send_all()

    assert len(api.sent) == 2 and owed() == ["paid"]


def test_a_token_that_is_refused_is_owed_by_an_administrator_until_it_is_mended(
    desk: Desk, bot: Account, api: Telegram, clock: time_machine.Traveller
) -> None:
    bot.secrets = {"token": "7:old"}
    bot.save()
    well.look(bot, now())
    assert not Outage.objects.exists()

    clock.shift(10 * MINUTE)
    assert "does not know this token" in well.look(bot, now())

    debt = Owed.objects.get(kind="action")
    assert debt.owner.name == "Ewa Boss" and "@kitesbot" in debt.text
    bot.secrets = {"token": TOKEN}
    bot.save()
    well.look(bot, now())
    assert Owed.objects.get(pk=debt.pk).state == "paid" and Outage.objects.get().ended_at


def test_a_token_sealed_with_a_lost_key_is_said_and_holds_up_no_other_door(
    desk: Desk, bot: Account, api: Telegram
) -> None:
    api.say("Where is my kite?")
    fetch(desk, bot)
    answer = reply(desk)
    Account.objects.filter(pk=bot.pk).update(sealed=sealing.seal_json({"token": TOKEN}, "another key"))
    after = Account.objects.create(channel="telegram", address="@after", created_at=MONDAY)

    well.step(now())
    send_all()

    states = dict(Account.objects.filter(channel="telegram").values_list("pk", "state"))
    assert states[bot.pk]["wrong"] and states[after.pk]["asked_at"]
    assert Message.objects.get(pk=answer.pk).state == "queued" and owed() == ["open"]


def test_a_silence_longer_than_usual_is_an_alarm(
    desk: Desk, bot: Account, api: Telegram, clock: time_machine.Traveller
) -> None:
    for number in range(12):
        api.say(f"Word {number}")
    fetch(desk, bot)
    fetch(desk, bot)
    assert well.look(bot, now()) == ""

    clock.shift(timedelta(hours=25))

    assert "Nothing has come for 25 hours" in well.look(bot, now())


def test_what_he_writes_on_his_page_joins_the_chat(
    desk: Desk, bot: Account, api: Telegram, client: Client
) -> None:
    api.say("Where is my kite?")
    fetch(desk, bot)
    talk = Conversation.objects.get()

    page = status_link.address(talk)
    client.get(page)
    assert client.post(f"{page.rstrip('/')}/write", {"text": "It is red.", "once": "a"}).status_code == 302
    desk.work()

    said = Message.objects.get(text__contains="It is red.")
    assert said.conversation_id == talk.pk and Identity.objects.count() == 1 and owed() == ["open"]
    assert signed_in(desk.agent).get(f"/messages/{said.pk}/source").status_code == 200


@pytest.fixture
def boss(desk: Desk) -> Client:
    return signed_in(Person.objects.get(email="boss@example.com"))


def form(desk: Desk, **said: Any) -> dict[str, Any]:
    return {"name": "Kites", "team": desk.team.pk, "active": "on", "token": TOKEN, "way": "ask", **said}


def test_an_administrator_connects_a_bot_and_telegram_learns_the_address(
    desk: Desk, api: Telegram, boss: Client
) -> None:
    assert boss.post("/messengers/telegram", form(desk, way="hook")).status_code == 302

    bot = Account.objects.get(channel="telegram")
    assert bot.address == "@kitesbot" and TOKEN not in bot.sealed
    assert api.hook["url"] == f"https://desk.example.com/hooks/telegram/{bot.settings['hook']}"
    assert api.hook["secret_token"] == bot.secrets["hook"]
    page = boss.post(f"/messengers/{bot.pk}/", form(desk, token="", test="1")).content.decode()
    assert "The bot is @KitesBot." in page and "asks Telegram for them" in page and api.hook == {}
    assert "@kitesbot" in boss.get("/messengers/").content.decode()


def test_a_wrong_token_is_said_at_once_and_nothing_is_kept(desk: Desk, api: Telegram, boss: Client) -> None:
    page = boss.post("/messengers/telegram", form(desk, token="7:wrong"))

    assert page.status_code == 422 and "does not know this token" in page.content.decode()
    assert not Account.objects.filter(channel="telegram").exists()


def test_a_worker_watches_the_bots_that_are_asked_for(
    desk: Desk, bot: Account, api: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Event()
    monkeypatch.setattr(poll, "close_old_connections", lambda: None)  # it is the test's own
    api.say("Hello")

    class Shelf(mailboxes.Shelf):
        def hand_in(self, letters: Any) -> None:
            super().hand_in(letters)
            stop.set()

    assert bot.pk in mailboxes._wanted()
    registry.watch(bot, Shelf(bot.pk, "telegram"), stop, lambda: True)

    assert Raw.objects.count() == 1
