"""Rows written many at a time are the rows the ORM would have written."""

from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from odzew.channels.models import Account
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.customers.models import Customer
from odzew.lib.among import Among
from odzew.lib.rows import insert_rows, new_row, number_rows, write_values
from odzew.staff.models import Team

pytestmark = pytest.mark.django_db
lz4 = import_module("odzew.migrations.0004_mails_are_compressed_fast")
AT = datetime(2026, 11, 2, 9, 30, 15, 250, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def conversation() -> Conversation:
    account = Account.objects.create(channel="email", address="a@shop.example", created_at=AT)
    team = Team.objects.create(name="Shop")
    customer = Customer.objects.create(created_at=AT)
    return Conversation.objects.create(
        customer=customer, account=account, team=team, created_at=AT, last_at=AT, address="c@mail.example"
    )


def _message(conversation: Conversation) -> Message:
    return Message(
        conversation=conversation,
        direction=Message.Direction.INBOUND,
        at=AT,
        recipients={"to": [["Żółć", "a@b.example"]], "cc": []},
        notes=["“\\x00”\t\n\\N"],
        text="Доброго дня\n\\.\n\t\\N 'x'",
        state=Message.State.SENT,
        has_html=True,
    )


def _written(rows: list[Any]) -> list[Any]:
    with transaction.atomic():
        number_rows(rows)
        insert_rows(rows)
    return rows


def _raw(model: type[models.Model]) -> list[tuple[object, ...]]:
    columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if not f.primary_key)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" ORDER BY id')
        return list(cursor.fetchall())


def test_a_row_is_kept_as_the_orm_keeps_it(conversation: Conversation) -> None:
    _message(conversation).save()
    rows = _written([_message(conversation)])

    by_orm, by_us = _raw(Message)

    assert by_us == by_orm
    assert Message.objects.get(pk=rows[0].pk).at == AT.astimezone(UTC)


def test_rows_are_numbered_after_all_that_ever_were(conversation: Conversation) -> None:
    first = _message(conversation)
    first.save()
    before = first.pk
    first.delete()

    rows = [_message(conversation) for _ in range(3)]
    _written(rows)

    assert [row.pk for row in rows] == [before + 1, before + 2, before + 3]
    last = _message(conversation)
    last.save()
    assert last.pk == before + 4


def test_the_first_row_of_a_table_is_numbered(conversation: Conversation) -> None:
    rows = _written([_message(conversation)])

    assert Message.objects.get().pk == rows[0].pk >= 1


def test_of_rows_that_break_a_constraint_none_is_written(conversation: Conversation) -> None:
    message = _message(conversation)
    message.save()
    twice = [
        Attachment(message=message, index=0, filename="a", content_type="text/plain", size=1, sha256="0")
        for _ in range(2)
    ]

    with pytest.raises(IntegrityError):
        _written(twice)

    assert not Attachment.objects.exists()


def test_rows_of_several_models_are_numbered_at_once(conversation: Conversation) -> None:
    message = _message(conversation)
    message.save()
    customers = [Customer(created_at=AT) for _ in range(2)]
    with transaction.atomic():
        number_rows(customers, [], messages := [_message(conversation)])

    assert [row.pk for row in customers] == [conversation.customer_id + 1, conversation.customer_id + 2]
    assert messages[0].pk == message.pk + 1


def test_rows_without_numbers_get_some_from_the_database(conversation: Conversation) -> None:
    insert_rows([_message(conversation), _message(conversation)])

    first, second = Message.objects.order_by("pk")
    assert (first.text, second.pk) == (second.text, first.pk + 1)


def test_values_are_written_to_the_rows_they_name(conversation: Conversation) -> None:
    first, second, third = _written([_message(conversation) for _ in range(3)])
    names = ("text", "notes", "settled_at", "has_html", "author_id")

    write_values(
        Message,
        names[:-1] + ("author",),
        [("'ą{}\"\\", ["a, b", None], AT, False, None, first.pk), ("", [], None, True, None, third.pk)],
    )
    write_values(Message, ("text",), [])

    rows = Message.objects.order_by("pk").values_list(*names)
    assert list(rows) == [
        ("'ą{}\"\\", ["a, b", None], AT, False, None),
        (second.text, second.notes, None, True, None),
        ("", [], None, True, None),
    ]


def test_a_row_that_was_written_can_be_saved_again(conversation: Conversation) -> None:
    rows = _written([_message(conversation)])

    rows[0].text = "other"
    rows[0].save(update_fields=["text"])

    assert Message.objects.get().text == "other"


def test_a_new_row_is_what_the_model_makes_of_the_same_words() -> None:
    words = {"conversation_id": 7, "at": AT, "text": "x", "references": ["<1@b.example>"]}

    ours, its = new_row(Message, **words), Message(**words)

    assert {**vars(ours), "_state": None} == {**vars(its), "_state": None}
    assert ours.recipients is not new_row(Message).recipients


def test_a_new_row_takes_no_column_the_model_does_not_have() -> None:
    with pytest.raises(TypeError, match="Message has no column txet"):
        new_row(Message, txet="x")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compresses nothing")
def test_mails_are_compressed_by_lz4_where_the_server_knows_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(lz4.KNOWN)
        knows_it = cursor.fetchone() == (True,)
        cursor.execute(
            "SELECT attcompression::text FROM pg_attribute "
            "WHERE attrelid = 'odzew_raw'::regclass AND attname = 'content'"
        )
        method = cursor.fetchone()

    assert method == ("l" if knows_it else "",)


def test_many_values_make_the_statement_that_their_list_makes() -> None:
    for column, values in (("pk", [3, 1]), ("customer", [2]), ("subject", ["a", "b"])):
        plain = Conversation.objects.filter(**{f"{column}__in": values})
        assert str(Conversation.objects.filter(**{f"{column}__in": Among(values)}).query) == str(plain.query)


def test_none_of_many_values_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert list(Conversation.objects.filter(pk__in=Among([]))) == []
        assert Conversation.objects.filter(pk__in=Among([])).update(subject="x") == 0
