"""Who gets a receipt, and who must not (SAFETY P15, P16)."""

import mailbox
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from odzew.conversations.models import Message
from odzew.intake.keep import Payload, keep
from odzew.intake.models import Raw
from odzew.ledger.models import Owed
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


def receipts() -> list[str]:
    found = Message.objects.filter(purpose=Message.Purpose.RECEIPT)
    return list(found.order_by("pk").values_list("to_address", flat=True))


def come(desk: Desk, at: datetime, *, door: str = "imap") -> None:
    known = {"to": ["shop@example.com"]}
    keep(
        [Payload(account=desk.account.pk, door=door, content=letter(str(at)), received_at=at, envelope=known)]
    )
    with time_machine.travel(MONDAY, tick=False):
        desk.work()


def test_who_wrote_a_moment_ago_is_told_that_it_has_come(desk: Desk) -> None:
    come(desk, MONDAY - timedelta(hours=1))

    assert receipts() == ["ala@example.org"]


def test_who_wrote_long_ago_is_owed_an_answer_and_gets_no_machines_letter(desk: Desk) -> None:
    come(desk, MONDAY - timedelta(days=30))

    assert receipts() == []
    assert Owed.objects.open().count() == 1


def test_an_imported_mailbox_writes_to_nobody(desk: Desk, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "old.mbox")
    box.add(letter("Old", date="Mon, 02 Mar 2026 10:00:00 +0100"))
    box.add(letter("Of a broken clock", date="Mon, 02 Mar 2099 10:00:00 +0100"))
    box.add(letter("Of no clock", date="yesterday"))
    box.close()

    with time_machine.travel(MONDAY, tick=False):
        call_command("import", "mbox", str(tmp_path / "old.mbox"))
        desk.work()

    assert receipts() == []
    waiting = Owed.objects.open().order_by("pk").values_list("opened_at", flat=True)
    assert list(waiting) == [datetime(2026, 3, 2, 9, tzinfo=UTC), MONDAY, MONDAY]
    with time_machine.travel(MONDAY + timedelta(days=30), tick=False):
        call_command("import", "mbox", str(tmp_path / "old.mbox"))
    assert Raw.objects.filter(received_at__lt=MONDAY).count() == 1


@pytest.mark.parametrize(
    ("proof", "told"),
    [({}, 1), ({"dmarc": "none"}, 1), ({"dmarc": "pass", "domain": "example.net"}, 3)],
)
def test_the_endless_subaddresses_of_one_mailbox_fill_it_only_by_its_owner(
    desk: Desk, proof: dict[str, str], told: int
) -> None:
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        for address in ("eve@example.net", "eve+1@example.net", "eve+2@example.net"):
            desk.deliver(letter("Hello", sender=address), sender=address, proof=proof)

    assert len(receipts()) == told
