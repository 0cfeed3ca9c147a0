"""The demo firm is made by the same doors and books as a real one."""

import smtplib
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from odzew.channels.models import Account
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.demo import firm, post_office
from odzew.intake import proof
from odzew.intake.models import Raw
from odzew.ledger import reports
from odzew.ledger.models import Entry, Owed
from odzew.staff.models import Person

pytestmark = pytest.mark.django_db

STARTS = {
    "an ordinary morning": datetime(2026, 11, 24, 9, 12, tzinfo=UTC),
    "a Sunday": datetime(2026, 11, 22, 15, 0, tzinfo=UTC),
    "just after midnight": datetime(2026, 11, 23, 23, 5, tzinfo=UTC),
    "after the holidays of Christmas": datetime(2027, 1, 7, 8, 0, tzinfo=UTC),
    "the week the clocks go forward": datetime(2027, 3, 29, 6, 30, tzinfo=UTC),
}


NIGHTLY = {"a Sunday", "just after midnight", "after the holidays of Christmas"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.faults if name in NIGHTLY else ()) for name in STARTS]
)
def test_the_books_of_the_demo_are_right_whenever_it_is_started(name: str) -> None:
    with time_machine.travel(STARTS[name], tick=False):
        sign_in = firm.found()

    assert sign_in is not None
    assert Person.objects.get(email=sign_in.email).check_password(sign_in.password)
    assert [*reports.findings(), *proof.findings()] == []
    assert (Person.objects.count(), Conversation.objects.count()) == (4, 52)
    assert not Entry.objects.filter(at__gt=STARTS[name] + timedelta(minutes=1)).exists()


def test_the_demo_shows_what_a_desk_meets() -> None:
    firm.found()

    languages = set(Conversation.objects.exclude(language="").values_list("language", flat=True))
    states = set(Message.objects.exclude(state="").values_list("state", flat=True))
    kinds = set(Message.objects.exclude(automatic="").values_list("automatic", flat=True))
    assert languages == {"pl", "uk", "ru", "en"}
    assert {"sent", "bounced", "failed", "in_doubt"} <= states
    assert {"bounce", "auto-replied"} <= kinds
    assert Raw.objects.filter(state=Raw.State.QUARANTINED).count() == 1
    assert Owed.objects.filter(reopenings__gt=0).exists()
    assert Owed.objects.open().filter(chasers__gt=0).exists()
    assert Owed.objects.filter(kind="promise", moves__gt=0).exists()
    untold = Owed.objects.open().filter(kind="notice", text__startswith="Podać nowy termin: ")
    assert untold.exists()  # in the language of who moved the promise, as all he writes
    assert Message.objects.filter(direction="note").exists()
    assert Attachment.objects.exists()


def test_the_demo_is_made_once_and_never_beside_people_who_are_there() -> None:
    Person.objects.create(email="somebody@example.com", name="Somebody")

    assert firm.found() is None
    assert Conversation.objects.count() == 0


@pytest.fixture
def mailbox() -> Account:
    smtp = {"host": "127.0.0.1", "port": 25, "security": "none", "user": "", "demo": True}
    return Account.objects.create(
        name="Shop",
        address="shop@example.com",
        created_at=datetime(2026, 11, 2, tzinfo=UTC),
        settings={"smtp": smtp},
    )


def test_the_post_office_takes_every_mail_and_keeps_it_as_a_file(
    mailbox: Account, settings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    office = post_office.open_for_demo()
    assert office is not None
    try:
        mailbox.refresh_from_db()
        with smtplib.SMTP("127.0.0.1", mailbox.settings["smtp"]["port"], timeout=5) as line:
            line.sendmail("a@x.example", ["b@x.example"], "Subject: Kite\r\n\r\nFly\r\n")
    finally:
        office.stop()

    [kept] = (tmp_path / "sent").glob("*.eml")
    assert b"Subject: Kite" in kept.read_bytes()


def test_a_mailbox_with_a_server_of_its_own_is_left_alone(mailbox: Account) -> None:
    mailbox.settings = {"smtp": {"host": "mail.example.com", "port": 465}}
    mailbox.save()

    assert post_office.open_for_demo() is None


def test_the_line_to_try_sends_a_new_mail_each_time(mailbox: Account, tmp_path: Path) -> None:
    office = post_office.PostOffice(tmp_path)
    office.open()
    try:
        shown = post_office.line_to_try("shop@example.com", "127.0.0.1", office.port)
        command = shown.replace("python3", sys.executable, 1)
        for _ in range(2):
            subprocess.run(["bash", "-c", command], check=True, timeout=30)
    finally:
        office.stop()

    mails = [path.read_bytes() for path in tmp_path.glob("*.eml")]
    assert len(mails) == 2
    assert mails[0] != mails[1]
    assert all(b"\r\nTo: shop@example.com\r\n" in mail for mail in mails)
