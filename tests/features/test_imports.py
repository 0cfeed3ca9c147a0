"""The history of another desk: it comes once, is told to nobody, and is owed here where it is open there."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from odzew.conversations import uniting
from odzew.conversations.fact import Fact
from odzew.conversations.matters import Union
from odzew.conversations.models import Conversation, Message
from odzew.conversations.tag import Tag
from odzew.customers.models import Customer, Identity
from odzew.imports import talks
from odzew.imports.models import Imported
from odzew.imports.neutral import Matter
from odzew.intake import proof
from odzew.ledger import alarms, reports
from odzew.ledger.models import Entry, Owed
from odzew.notices import follow
from odzew.notices.models import Notice
from odzew.portal import history
from odzew.search import find, index, query
from odzew.webhooks import follow as hooks
from odzew.webhooks.models import Delivery, Stirred, Webhook
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent.parent / "fixtures" / "imports"
NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


def bring(name: str = "zendesk", *more: str, file: Path | None = None) -> dict[str, Any]:
    """Import the fixture of a desk, and return the report."""
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("import", name, str(file or FILES / name), "--json", *more, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def everything() -> list[int]:
    kinds = (Customer, Identity, Fact, Conversation, Message, Tag, Imported, Entry, Owed)
    return [kind.objects.count() for kind in kinds]


def findings() -> list[object]:
    return [*reports.findings(), *proof.findings()]


def talk(subject: str) -> Conversation:
    return Conversation.objects.get(subject=subject)


def test_what_is_open_there_is_owed_here_since_its_moment_and_what_is_closed_stays_closed(desk: Desk) -> None:
    told = bring()

    assert told["came"] == {
        "people": 3, "matters": 4, "closed": 1, "messages": 11, "notes": 1, "debts": 2, "late": 2
    }  # fmt: skip
    debt = Owed.objects.get(conversation=talk("Gdzie jest latawiec?").pk)
    assert (debt.kind, debt.owner, debt.chasers) == ("answer", desk.agent, 1)
    assert debt.opened_at == datetime(2026, 3, 3, 10, 15, tzinfo=UTC)
    assert debt.due_at == debt.opened_at + desk.team.answer_time
    assert not Owed.objects.filter(conversation=talk("Rozmiar").pk).exists()
    assert [talk(name).status for name in ("Rozmiar", "Повернення")] == ["open", "closed"]
    assert talk("Повернення").closed_at == datetime(2026, 1, 11, 8, tzinfo=UTC)
    assert findings() == []


def test_the_report_says_what_did_not_come_and_why_by_line_and_record(desk: Desk) -> None:
    told = bring()

    left = {one["why"]: one["examples"] for one in told["left"]}
    assert left["It was deleted there."] == ["ticket 35439"]
    assert left["Nothing is said in it."] == ["ticket 35441"]
    assert "599" in left["A person is named and not in the export; export the users too."]
    [unread] = left["It cannot be read; mend it and import again."]
    assert unread.startswith("35442: created_at")
    assert any("tickets.ndjson, line 8" in where for why in left for where in left[why])
    assert told["fields"] == {"ticket.custom_fields": 6} and told["links"] == 1


def test_a_dry_run_says_the_same_and_changes_nothing(desk: Desk) -> None:
    before = everything()

    dry = bring("zendesk", "--dry-run")

    assert everything() == before
    assert {**bring(), "dry_run": True} == dry


def test_twice_is_once_and_what_was_broken_off_in_the_middle_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull_the_plug(self: talks.Talks, kept: talks.Kept, matter: Matter) -> None:
        if matter.key == "35438":
            raise KeyboardInterrupt

    monkeypatch.setattr(talks.Talks, "_tag", pull_the_plug)
    with pytest.raises(KeyboardInterrupt):
        bring()
    monkeypatch.undo()
    assert Conversation.objects.count() == 2

    again = bring()

    assert (again["came"]["matters"], again["here_before"]["matters"]) == (2, 2)
    before = everything()
    assert bring()["came"]["matters"] == 0
    assert everything() == before and findings() == []


def go_on(place: Path, *said: tuple[str, str], status: int) -> Path:
    """Return an export of later, with what was said in ticket 21 since: whether by whom, and when."""
    shutil.copytree(FILES / "freshdesk", place)
    page = place / "conversations-21.json"
    before = json.loads(page.read_text())
    whose = {"customer": {"incoming": True, "user_id": 9002}, "agent": {}, "note": {"private": True}}
    more = [
        {**before[0], **whose[by], "id": 311 + n, "created_at": at, "body_text": f"Since: {by} {n}"}
        for n, (by, at) in enumerate(said)
    ]
    page.write_text(json.dumps([*before, *more]))
    tickets = place / "tickets-page-1.json"
    rows = json.loads(tickets.read_text())
    next(row for row in rows if row["id"] == 21)["status"] = status
    tickets.write_text(json.dumps(rows))
    return place


def ticket() -> Conversation:
    return Imported.objects.get(key="ticket 21").conversation


def test_what_was_said_there_since_comes_with_a_second_run_and_waits_since_its_moment(
    desk: Desk, tmp_path: Path
) -> None:
    bring("freshdesk")
    was = ticket()
    later = go_on(tmp_path / "later", ("note", "2026-03-05T09:00:00Z"), ("customer", "2026-03-06T09:00:00Z"),
                  ("customer", "2026-03-06T10:00:00Z"), status=2)  # fmt: skip
    before = everything()
    dry = bring("freshdesk", "--dry-run", file=later)
    assert everything() == before

    told = bring("freshdesk", file=later)

    assert {**told, "dry_run": True} == dry
    assert (told["came"]["messages"], told["came"]["notes"], told["came"]["debts"]) == (2, 1, 1)
    assert told["here_before"]["more"] == 1
    debt = Owed.objects.get(conversation=was.pk, state="open")
    assert (debt.opened_at, debt.chasers) == (datetime(2026, 3, 6, 9, tzinfo=UTC), 1)
    now_ = ticket()
    assert (now_.status, now_.last_at) == ("open", datetime(2026, 3, 6, 10, tzinfo=UTC))
    before = everything()
    assert bring("freshdesk", file=later)["came"]["messages"] == 0
    assert everything() == before and findings() == [] and not Stirred.objects.exists()


def test_what_waits_here_already_keeps_its_first_moment_and_an_answer_there_pays_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    first = go_on(tmp_path / "first", ("customer", "2026-03-05T09:00:00Z"), status=2)
    bring("freshdesk", file=first)
    debt = Owed.objects.get(conversation=ticket().pk)
    more = [("customer", "2026-03-05T09:00:00Z"), ("agent", "2026-03-06T09:00:00Z"),
            ("customer", "2026-03-07T09:00:00Z")]  # fmt: skip

    told = bring("freshdesk", file=go_on(tmp_path / "later", *more, status=2))

    [same] = Owed.objects.filter(conversation=ticket().pk)
    assert (same.pk, same.opened_at, same.state, same.chasers) == (debt.pk, debt.opened_at, "open", 1)
    why = "It was answered there since, and stays owed here: look, and answer it or waive it."
    assert (told["came"]["debts"], why in [one["why"] for one in told["left"]]) == (0, True)
    assert findings() == []


def test_what_was_closed_there_owes_nothing_and_who_was_erased_here_does_not_come_back(
    desk: Desk, tmp_path: Path
) -> None:
    bring("freshdesk")
    bring("freshdesk", file=go_on(tmp_path / "closed", ("customer", "2026-03-05T09:00:00Z"), status=5))
    assert not Owed.objects.filter(conversation=ticket().pk).exists() and findings() == []

    Conversation.objects.filter(pk=ticket().pk).update(erased_at=NOW)
    more = [("customer", "2026-03-05T09:00:00Z"), ("customer", "2026-03-08T09:00:00Z")]
    told = bring("freshdesk", file=go_on(tmp_path / "erased", *more, status=2))

    assert told["came"]["messages"] == 0
    assert ["ticket 21"] in [one["examples"] for one in told["left"]]


def test_it_comes_where_a_merged_conversation_goes_on_and_can_be_parted_again(
    desk: Desk, tmp_path: Path
) -> None:
    bring("freshdesk")
    was, into = ticket(), desk.deliver(letter("Mine too", sender="iryna@example.org"))
    assert into
    Conversation.objects.filter(pk=was.pk).update(customer=into.conversation.customer)
    was.refresh_from_db()
    with time_machine.travel(NOW, tick=False):
        uniting.unite(into.conversation, [was], desk.lead, NOW)

    bring("freshdesk", file=go_on(tmp_path / "later", ("customer", "2026-03-06T09:00:00Z"), status=2))

    row = Message.objects.get(text__startswith="Since: customer")
    assert (row.conversation_id, row.origin_id) == (into.conversation_id, was.pk)
    assert findings() == []
    uniting.undo(Union.objects.get(), desk.lead, NOW)
    row.refresh_from_db()
    assert row.conversation_id == was.pk and findings() == []


def test_one_record_that_cannot_be_kept_is_named_and_holds_up_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: talks.Talks, kept: talks.Kept, matter: Matter) -> None:
        if matter.key == "35436":
            raise ValueError("a comet")

    monkeypatch.setattr(talks.Talks, "_tag", fail)

    told = bring()

    assert (
        told["came"]["matters"] == 3
        and not Conversation.objects.filter(subject__contains="latawiec").exists()
    )
    assert ["ticket 35436: a comet"] in [one["examples"] for one in told["left"]]


def test_nobody_is_mailed_noticed_or_called_and_the_lead_has_what_is_late(desk: Desk) -> None:
    hook = Webhook.objects.create(
        name="Shop", url="https://shop.example/", secret="s", created_at=NOW, active=True
    )
    hooks.step(NOW)

    bring()

    later = NOW + timedelta(days=30)
    while alarms.step(later) or follow.step(later) or hooks.step(later):
        pass
    desk.work()
    assert not Message.objects.unfinished().exists() and not Message.objects.exclude(purpose="").exists()
    assert not Notice.objects.exists() and not Stirred.objects.exists()
    assert not Delivery.objects.filter(webhook=hook).exists()
    debt = Owed.objects.get(conversation=talk("Gdzie jest latawiec?").pk)
    assert (debt.escalated_to, debt.alarm_at) == (desk.lead, None)


def test_what_is_known_there_is_known_here_and_what_she_writes_next_is_hers(desk: Desk) -> None:
    desk.deliver(letter("Before.", sender="ala@example.org"))

    bring()

    ala = talk("Gdzie jest latawiec?").customer
    assert set(ala.identities.values_list("value", flat=True)) == {"ala@example.org", "+48601234567"}
    assert {(one.name, one.value) for one in Fact.objects.filter(customer=ala)} == {
        ("Firm", "Nowak Latawce sp. z o.o."),
        ("Customer number", "K-1001"),
    }
    assert Conversation.objects.filter(customer=ala).count() == 3
    assert set(Tag.objects.values_list("name", flat=True)) == {"zwrot", "vip client"}


def test_notes_stay_notes_and_every_word_is_found(desk: Desk) -> None:
    bring()
    while index.step():
        pass

    hers = talk("Gdzie jest latawiec?")
    assert not history.readable(hers).filter(direction=Message.Direction.NOTE).exists()
    note = hers.messages.get(text="Magazyn milczy, to tajne.")
    assert (note.direction, note.author, note.at) == (
        "note",
        desk.agent,
        datetime(2026, 3, 2, 9, 31, tzinfo=UTC),
    )
    said = hers.messages.get(text__startswith="Czy paczka już wyszła?")
    assert said.text.endswith(
        "\n\nparagon.pdf: https://kites.zendesk.com/attachments/token/abc/?name=paragon.pdf"
    )
    for words in ("magazynie", "35436", "tajne"):
        asked = query.read(words, UTC)
        assert find.page(asked, desk.agent, NOW).messages, words


def test_the_conversation_and_its_customer_are_shown(desk: Desk, client: Client) -> None:
    bring()
    client.force_login(desk.agent)

    shown = client.get(f"/conversations/{talk('Повернення').pk}/").content.decode()

    assert "Zofia Dawna" in shown and "None" not in shown
    # Words of the history stand there to be read, not folded away as a machine's are.
    assert shown.count("From another system") == 3 and "<summary>" not in shown.partition("Zofia")[2][:900]
    assert "Accepted by the receiver" not in shown
    assert client.get(f"/customers/{talk('Повернення').customer_id}/").status_code == 200


@pytest.mark.parametrize(
    ("name", "said", "came"),
    [
        ("zammad", datetime(2026, 3, 2, 8, tzinfo=UTC), {"messages": 6, "notes": 2}),
        ("freshdesk", datetime(2026, 3, 3, 10, 15, tzinfo=UTC), {"messages": 6, "notes": 1}),
    ],
)
def test_other_desks_come_to_the_same(desk: Desk, name: str, said: datetime, came: dict[str, int]) -> None:
    dry = bring(name, "--dry-run")
    told = bring(name)

    assert told == {**dry, "dry_run": False}
    assert told["came"] == {"people": 2, "matters": 3, "closed": 1, "debts": 1, "late": 1, **came}
    debt = Owed.objects.get()
    assert (debt.opened_at, debt.owner, debt.conversation) == (
        said,
        desk.agent,
        talk("Gdzie jest latawiec?").pk,
    )
    ala = talk("Gdzie jest latawiec?").customer
    assert {"ala@example.org", "+48601234567"} <= set(ala.identities.values_list("value", flat=True))
    assert Fact.objects.get(customer=ala, label="Firm").value == "Nowak Latawce sp. z o.o."
    old = talk("Повернення")
    assert (old.status, old.closed_at) == ("closed", datetime(2026, 1, 11, 9, tzinfo=UTC))
    assert [one.from_name for one in old.messages.filter(direction="outbound")] == ["Zofia Dawna"]
    assert old.messages.filter(direction="inbound", from_address="ivan@example.com").exists()
    assert not history.readable(talk("Gdzie jest latawiec?")).filter(text__contains="tajne").exists()
    before = everything()
    bring(name)
    assert everything() == before and findings() == []


def test_a_reply_to_an_imported_mail_goes_on_in_its_conversation(desk: Desk) -> None:
    bring("zammad")
    mail = letter("Halo?", sender="ala@example.org", in_reply_to="<first@example.org>")

    said = desk.deliver(mail)

    assert said is not None and said.conversation == talk("Gdzie jest latawiec?")
    assert Owed.objects.get().chasers == 1


def zendesk_of(place: Path, *tickets: str) -> Path:
    """Write an export of Zendesk with tickets of Ala, each said as JSON says it."""
    shutil.copytree(FILES / "zendesk", place)
    begun = '"requester_id": 501, "status": "open", "created_at": "2026-03-02T08:00:00Z"'
    (place / "tickets.ndjson").write_text("\n".join(f"{{{begun}, {one}}}" for one in tickets))
    return place


def test_what_was_begun_by_a_note_stays_a_note_without_its_comments(desk: Desk, tmp_path: Path) -> None:
    bring(file=zendesk_of(tmp_path / "z", '"id": 7, "description": "She cheats.", "is_public": false'))

    said = Message.objects.get(text="She cheats.")
    assert said.direction == "note" and said.from_address == ""
    assert not history.readable(said.conversation).exists() and not Owed.objects.exists()


def test_what_no_encoding_takes_is_cleaned_and_what_is_too_deep_is_named(desk: Desk, tmp_path: Path) -> None:
    broken = '"id": "8\\ud83d", "subject": "Half \\ud83d", "description": "Kite \\ud83d?"'
    deep = f'"id": 9, "description": "Deep.", "custom": {"[" * 100_000}{"]" * 100_000}'
    fit = '"id": 10, "description": "Whole."'

    told = bring(file=zendesk_of(tmp_path / "z", broken, deep, fit))

    assert told["came"]["matters"] == 2
    assert talk("Half \ufffd").messages.filter(text="Kite \ufffd?").exists()
    assert any("tickets.ndjson, line 2" in where for one in told["left"] for where in one["examples"])


def test_a_ticket_whose_words_cannot_be_read_is_named_and_holds_up_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: talks.Talks, matter: Matter) -> Any:
        if matter.key == "35436":
            raise ValueError("a comet")
        return read(self, matter)

    read = talks.Talks.read
    monkeypatch.setattr(talks.Talks, "read", fail)

    told = bring()

    assert told["came"]["matters"] == 3
    assert ["ticket 35436: a comet"] in [one["examples"] for one in told["left"]]


def test_a_break_in_an_identifier_does_not_stop_the_replies(desk: Desk, tmp_path: Path) -> None:
    shutil.copytree(FILES / "zammad", tmp_path / "zammad")
    page = tmp_path / "zammad" / "ticket_articles" / "by_ticket" / "1.json"
    page.write_text(page.read_text().replace("<first@example.org>", "<first@example.org>\\r\\n <x@y>"))

    bring("zammad", file=tmp_path / "zammad")

    assert Message.objects.filter(message_id="<first@example.org> <x@y>").exists()


TABLE = """email,name,phone,firm,number,language
Ala@example.org,Ala Nowak,+48 601 234 567,Nowak Latawce,K-1001,pl
,Bez Adresu,+48 602 234 567,,,
nobody,Zły,,,,
,Nic,,,,
eva@example.org,Eva,,,,de
"""


def test_customers_come_by_a_table_and_its_faults_are_named_by_line(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(TABLE, encoding="utf-8-sig")
    before = everything()
    for more in (["--dry-run"], []):
        assert everything() == before
        with pytest.raises(CommandError, match="(?s)3 faults.*line 4: .*line 5: .*line 6: "):
            bring("customers", *more, file=file)
    assert set(Customer.objects.values_list("name", "language")) == {("Ala Nowak", "pl"), ("Bez Adresu", "")}
    file.write_text("\n".join(TABLE.splitlines()[:3]))

    again = bring("customers", file=file)

    assert (again["came"]["people"], again["here_before"]["people"]) == (0, 2)
    assert Fact.objects.count() == 2
    file.write_text("name\nAla\n")
    with pytest.raises(CommandError, match="name the columns"):
        bring("customers", file=file)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"tickets.json": "[]", "notes.txt": "-"}, None),
        ({"notes.txt": "-"}, "no file that ends in"),
        ({"tickets.json": '{"tickets": [{"id": 1, "requester_id": 2, "status": "open"}]}'}, "no people"),
    ],
)
def test_what_an_export_lacks_is_said(
    desk: Desk, tmp_path: Path, files: dict[str, str], said: str | None
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    if said is None:
        assert bring("zendesk", file=tmp_path)["left"] == []
        return
    with pytest.raises(CommandError, match=said):
        bring("zendesk", file=tmp_path)
