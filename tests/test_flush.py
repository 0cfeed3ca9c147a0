"""After a test that commits, the next one finds the tables as the migrations left them."""

import pytest
from django.db import DatabaseError, connection
from django.utils.timezone import now

from odzew.ledger.models import Entry, Head


def write_a_line():
    Entry.objects.create(seq=1, obligation=1, kind="opened", at=now(), by="test", digest=b"d")


# Two tests that leave a line behind, in any order: each would find the other's.
@pytest.mark.parametrize("turn", ["one", "two"])
@pytest.mark.django_db(transaction=True)
def test_a_line_of_the_journal_is_gone_after_the_test(turn):
    assert not Entry.objects.exists()
    assert Head.objects.get().seq == 0

    write_a_line()


@pytest.mark.parametrize("statement", ["UPDATE odzew_entry SET seq = 2", "DELETE FROM odzew_entry"])
@pytest.mark.django_db(transaction=True)
def test_the_journal_is_guarded_also_after_a_flush(statement):
    write_a_line()

    with pytest.raises(DatabaseError, match="only added to"), connection.cursor() as cursor:
        cursor.execute(statement)
