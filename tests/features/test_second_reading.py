"""What a second reading of the code found about mail, each finding with the test that would have shown it."""

import random

import pytest
from django.db import connection

from odzew.conversations.models import Message
from odzew.intake.models import Raw
from odzew.ledger.models import Owed
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


def incompressible(length: int) -> str:
    chance = random.Random(length)  # noqa: S311  nothing secret
    return "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(length))


# One letter and all that come after it


def test_an_identifier_longer_than_any_index_takes_stops_nobody(desk: Desk) -> None:
    head = b"From: ala@example.org\r\nMessage-ID: <" + incompressible(990).encode() + b">\r\n\r\n"
    desk.hand_in(head + b"Long\r\n")
    desk.hand_in(letter("Short"))

    desk.work()

    assert Raw.objects.filter(state=Raw.State.ACCEPTED).count() == 2
    assert Owed.objects.open().count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")
def test_what_is_over_a_limit_of_the_database_is_put_off_alone(desk: Desk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX too_short ON odzew_message (subject)")
    for subject in ("good 1", incompressible(1500), "good 2"):
        desk.hand_in(letter(subject=subject))

    desk.drain.carry(list(Raw.objects.select_related("account").order_by("pk")))

    came = Message.objects.filter(direction=Message.Direction.INBOUND)
    assert sorted(came.values_list("subject", flat=True)) == ["good 1", "good 2"]
    assert "too_short" in Raw.objects.get(state=Raw.State.KEPT).error
    desk.work()
    assert Owed.objects.open().count() == 3
