"""What messengers send is read as their documents say, and whatever else comes is damaged, not a crash."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

import odzew.channels
from odzew.channels import registry
from odzew.channels.telegram import parse as telegram
from odzew.channels.whatsapp import parse as whatsapp

FOLDER = Path(odzew.channels.__file__).parent
BOT = {"to": ["@kitesbot"], "kind": "telegram"}
LINE = {"to": ["+48221002030"], "kind": "whatsapp", "number": "106540352242922"}
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
KEYS = (
    "update_id", "message", "from", "chat", "id", "type", "text", "photo", "document", "location", "contact",
    "contacts", "entry", "changes", "value", "metadata", "messages", "statuses", "errors", "timestamp",
)  # fmt: skip


def said(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)


anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | said(inner), max_leaves=8)


def raw(channel: str, name: str) -> bytes:
    return (FOLDER / channel / "fixtures" / f"{name}.json").read_bytes()


def test_a_text_and_a_file_of_telegram() -> None:
    read = registry.reader("telegram")

    text, file = read(raw("telegram", "text"), BOT), read(raw("telegram", "document"), BOT)

    assert (text.address, text.name, text.handle) == ("44", "Ala Nowak", "@ala")
    assert (text.text, text.language) == ("Gdzie jest mój latawiec?", "pl")
    assert [(one.filename, one.size, one.reference) for one in file.files] == [
        ("faktura.pdf", 48213, "BQACAgQAAxk")
    ]


def test_a_text_and_a_failure_of_whatsapp() -> None:
    [text] = whatsapp.split(raw("whatsapp", "text"))
    [failed] = whatsapp.split(raw("whatsapp", "failed"))
    read = registry.reader("whatsapp")

    message, told = read(json.dumps(text).encode(), LINE), read(json.dumps(failed).encode(), LINE).told

    assert (message.address, message.handle) == ("+48600100200", "+48 600 100 200")
    assert told is not None and (told.what, told.key) == ("failed", "0/1/<0f0e@48221002030>")
    assert told.said.startswith("131047 More than 24 hours")


@given(anything)
def test_whatever_a_bot_is_sent_it_is_read_or_damaged(found: Any) -> None:
    update = (
        {"update_id": 1, "message": {"chat": {"id": 4, "type": "private"}, **found}}
        if isinstance(found, dict)
        else found
    )
    with suppress(telegram.Damaged):
        registry.reader("telegram")(json.dumps(update).encode(), BOT)


@given(anything)
def test_whatever_a_number_is_sent_it_is_read_or_damaged(found: Any) -> None:
    value = {"metadata": {"phone_number_id": LINE["number"]}, "messages": [found], "statuses": [found]}
    call = {"object": "whatsapp_business_account", "entry": [{"changes": [{"value": value}]}]}

    for piece in whatsapp.split(json.dumps(call).encode()):
        with suppress(whatsapp.Damaged):
            registry.reader("whatsapp")(json.dumps(piece).encode(), LINE)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"a"', b"[" * 100_000, b"\xff", b'{"a": 1}'])
def test_what_is_no_call_at_all_is_damaged(body: bytes) -> None:
    with pytest.raises(telegram.Damaged):
        telegram.parse(body)
    with pytest.raises(whatsapp.Damaged):
        whatsapp.split(body)
