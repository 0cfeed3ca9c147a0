"""An update as the desk takes it. Who writes is proven by Telegram, and by nothing he types."""

from collections.abc import Mapping
from typing import Any

from odzew.channels import notes
from odzew.channels.base import File, Inbound
from odzew.channels.telegram import parse
from odzew.channels.telegram.parse import Part
from odzew.language import detect, questions

ENOUGH = 4000  # characters that tell a language, and hold what a customer asks
SUBJECT = 80  # characters of the first line, by which a conversation is called in lists
START = "/start"  # what Telegram sends for whoever opens the bot (https://core.telegram.org/bots/features#commands)


def read(raw: bytes, envelope: Mapping[str, Any]) -> Inbound:
    """Return what an update says; `envelope` is what the door knew of it."""
    update = parse.parse(raw)
    message = update.message
    if message is None:
        return Inbound(
            address="", kind="telegram", nothing="It is an update of a kind the desk did not ask for."
        )
    if parse.word(parse.part(message, "chat"), "type") != "private":
        return Inbound(address="", kind="telegram", nothing="It was said in a group or a channel.")
    return _message(message, update.is_edit, envelope)


def _message(message: Part, is_edit: bool, envelope: Mapping[str, Any]) -> Inbound:
    sender = parse.part(message, "from")
    words = parse.word(message, "text") or parse.word(message, "caption")
    text = "\n".join(part for part in (words, _place(message), _contact(message)) if part)
    files = tuple(_file(index, sent) for index, sent in enumerate(parse.files(message)))
    language = detect.detect(words[:ENOUGH], parse.word(sender, "language_code")[:2])
    automatic = _automatic(sender, words)
    return Inbound(
        kind="telegram",
        address=str(parse.number(parse.part(message, "chat"), "id")),
        handle=f"@{sender['username']}" if parse.word(sender, "username") else "",
        name=f"{parse.word(sender, 'first_name')} {parse.word(sender, 'last_name')}".strip(),
        subject=words.strip().partition("\n")[0][:SUBJECT],
        text=text,
        own_words=text,
        language=language,
        automatic=automatic,
        message_id=_name(message, envelope, is_edit=is_edit),
        references=_references(message, envelope, is_edit=is_edit),
        sent_at=parse.moment(message),
        files=files,
        notes=_notes(is_edit, text or files),
        questions=() if automatic else tuple(questions.read(words[:ENOUGH], language)),
        proof=envelope.get("proof", {}),
    )


def _automatic(sender: Part, words: str) -> str:
    if sender.get("is_bot"):
        return "bot"
    return "start" if words.partition(" ")[0] == START else ""


def _notes(is_edit: bool, shown: object) -> tuple[str, ...]:
    return tuple(note for note, holds in ((notes.CHANGED, is_edit), (notes.UNSHOWN, not shown)) if holds)


def _name(message: Part, envelope: Mapping[str, Any], *, is_edit: bool = False) -> str:
    """Return what the desk calls a message: Telegram numbers them in each chat."""
    number = parse.number(message, "message_id")
    if not number:
        return ""
    chat, bot = parse.number(parse.part(message, "chat"), "id"), "".join(envelope.get("to", ()))
    edit = f".{parse.number(message, 'edit_date')}" if is_edit else ""
    return f"<telegram.{chat}.{number}{edit}{bot}>"


def _references(message: Part, envelope: Mapping[str, Any], *, is_edit: bool) -> tuple[str, ...]:
    before = parse.part(message, "reply_to_message")
    named = [_name(before, envelope) if before else "", _name(message, envelope) if is_edit else ""]
    return tuple(name for name in named if name)


def _place(message: Part) -> str:
    venue = parse.part(message, "venue")
    place = parse.part(message, "location") or parse.part(venue, "location")
    north, east = place.get("latitude"), place.get("longitude")
    if not isinstance(north, int | float) or not isinstance(east, int | float):
        return ""
    named = ", ".join(name for name in (parse.word(venue, "title"), parse.word(venue, "address")) if name)
    return f"📍 {named} {north:.6f}, {east:.6f}".replace("  ", " ")


def _contact(message: Part) -> str:
    contact = parse.part(message, "contact")
    said = (parse.word(contact, name) for name in ("first_name", "last_name", "phone_number"))
    return f"👤 {' '.join(word for word in said if word)}" if contact else ""


def _file(index: int, sent: parse.Sent) -> File:
    return File(
        index=index,
        filename=sent.filename,
        content_type=sent.content_type,
        size=sent.size,
        sha256="",
        reference=sent.reference,
    )
