"""What was sent by a form as the desk takes it. Whoever filled it in has proven nothing."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from odzew.channels.base import File, Inbound
from odzew.channels.webform.parse import Submission, parse
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
        files=_files(sent),
        notes=tuple(envelope.get("notes", ())),
        questions=tuple(questions.read(words, language)),
        proof=envelope.get("proof", UNPROVEN),
    )


def _text(said: Mapping[str, Any]) -> str:
    fields = [f"{field['label']}: {field['value']}" for field in said["fields"]]
    agreed = [f"✓ {said['consent']}"] if said["consent"] else []
    return "\n\n".join(part for part in (said["message"], "\n".join(fields), *agreed) if part)


def _files(sent: Submission) -> tuple[File, ...]:
    return tuple(
        File(
            index=index,
            filename=about["name"],
            content_type=about["type"],
            size=len(content),
            sha256=sha256(content).hexdigest(),
        )
        for index, (about, content) in enumerate(zip(sent.said["files"], sent.files, strict=True))
    )
