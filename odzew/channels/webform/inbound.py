"""What was sent by a form as the desk takes it. Whoever filled it in has proven nothing."""

from collections.abc import Mapping
from typing import Any

from odzew.channels.base import Inbound
from odzew.channels.packed import listed
from odzew.channels.webform.parse import parse
from odzew.language import detect, questions

ENOUGH = 4000  # characters that tell a language, and hold what a customer asks
UNPROVEN = {"dmarc": "none"}  # as a mail of which nothing could be proven


def read(raw: bytes, envelope: Mapping[str, Any]) -> Inbound:
    """Return what was sent; `envelope` is what the page knew of it."""
    sent = parse(raw)
    said = sent.said
    words = said["message"][:ENOUGH]
    language = detect.detect(words or said["subject"], said["language"])
    return Inbound(
        address=said["address"].lower(),
        name=said["name"],
        subject=said["subject"] or said["title"],
        text=_text(said),
        own_words=said["message"],
        language=language,
        files=listed(sent),
        notes=tuple(envelope.get("notes", ())),
        questions=tuple(questions.read(words, language)),
        proof=envelope.get("proof", UNPROVEN),
    )


def _text(said: Mapping[str, Any]) -> str:
    fields = [f"{field['label']}: {field['value']}" for field in said["fields"]]
    agreed = [f"✓ {said['consent']}"] if said["consent"] else []
    return "\n\n".join(part for part in (said["message"], "\n".join(fields), *agreed) if part)
