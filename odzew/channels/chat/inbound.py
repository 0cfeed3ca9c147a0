"""What a visitor wrote as the desk takes it. A typed address is where to write to, and proves nothing."""

from collections.abc import Mapping
from typing import Any

from odzew.channels import chats
from odzew.channels.base import Inbound
from odzew.channels.chat.parse import parse
from odzew.channels.packed import listed
from odzew.language import detect, questions

ENOUGH = 4000  # characters that tell a language, and hold what a customer asks
SUBJECT = 70
UNPROVEN = {"page": "chat"}


def read(raw: bytes, envelope: Mapping[str, Any]) -> Inbound:
    """Return what was written; `envelope` is what the door knew of it, and who the shop says it is."""
    sent = parse(raw)
    said, shop = sent.said, envelope.get("shop", {})
    key: str = envelope["visitor"]
    words = said["text"][:ENOUGH]
    language = detect.detect(words, said["language"])
    kind, address = _who(key, shop)
    return Inbound(
        kind=kind,
        address=address,
        name=shop.get("name") or f"Chat {key[:4]}",
        reply_to=shop.get("mail") or said.get("mail") or chats.address(key),
        subject=_subject(said["text"], sent.said["files"]),
        text=said["text"],
        own_words=said["text"],
        language=language,
        files=listed(sent),
        notes=(f"\n{said['page']}",) if said.get("page") else (),
        questions=tuple(questions.read(words, language)),
        proof=envelope.get("proof", UNPROVEN),
    )


def _who(key: str, shop: Mapping[str, str]) -> tuple[str, str]:
    if shop.get("mail"):
        return "email", shop["mail"].lower()
    if shop.get("number"):
        return "shop", shop["number"]
    return "chat", chats.address(key)


def _subject(text: str, files: list[Mapping[str, Any]]) -> str:
    line = " ".join(text.split()) or " ".join(file["name"] for file in files)
    return line if len(line) <= SUBJECT else f"{line[:SUBJECT].rsplit(' ', 1)[0]}…"
