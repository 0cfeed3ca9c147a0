"""A message of WhatsApp as the desk takes it, or what became of one of ours."""

from collections.abc import Mapping
from typing import Any

from odzew.channels import notes
from odzew.channels.base import File, Inbound, Told
from odzew.channels.whatsapp import parse
from odzew.channels.whatsapp.parse import Part
from odzew.language import detect, questions
from odzew.lib import telephone

ENOUGH = 4000  # characters that tell a language, and hold what a customer asks
SUBJECT = 80  # characters of the first line, by which a conversation is called in lists
# What a program tells of him, and what asks nothing.
AUTOMATIC = ("reaction", "system")


def read(raw: bytes, envelope: Mapping[str, Any]) -> Inbound:
    """Return what a piece of a call says; `envelope` is what the door knew of it."""
    piece = parse.parse(raw)
    if piece.get("number") != envelope.get("number"):
        return Inbound(address="", kind="whatsapp", nothing="It was sent to a number that is not connected.")
    if status := parse.part(piece, "status"):
        return Inbound(address="", kind="whatsapp", told=_told(status))
    return _message(parse.part(piece, "message"), parse.part(piece, "contact"), envelope)


def _told(status: Part) -> Told:
    errors = status.get("errors")
    error = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    said = f"{error.get('code', '')} {parse.word(parse.part(error, 'error_data'), 'details')}".strip()
    return Told(
        key=parse.word(status, "biz_opaque_callback_data"),
        given=parse.word(status, "id"),
        what=parse.word(status, "status"),
        at=parse.moment(status),
        said=said if len(said) > 7 else f"{said} {parse.word(error, 'title')}".strip(),
    )


def _message(message: Part, contact: Part, envelope: Mapping[str, Any]) -> Inbound:
    kind = parse.word(message, "type")
    words, text = _words(message, kind), _shown(message, kind)
    files = tuple(_files(message, kind))
    wa_id = parse.word(message, "from")
    address, handle = number(wa_id) if wa_id else (parse.word(message, "from_user_id"), "")
    language = detect.detect(words[:ENOUGH], "")
    automatic = kind if kind in AUTOMATIC else ""
    return Inbound(
        kind="whatsapp",
        address=address,
        handle=handle,
        reply_to=f"+{wa_id}" if wa_id else address,
        name=parse.word(parse.part(contact, "profile"), "name"),
        subject=words.strip().partition("\n")[0][:SUBJECT],
        text=text,
        own_words=text,
        language=language,
        automatic=automatic,
        message_id=_name(parse.word(message, "id")),
        references=tuple(name for name in [_name(parse.word(parse.part(message, "context"), "id"))] if name),
        sent_at=parse.moment(message),
        files=files,
        notes=() if text or files or automatic else (notes.UNSHOWN,),
        questions=() if automatic else tuple(questions.read(words[:ENOUGH], language)),
        proof=envelope.get("proof", {}),
    )


def number(wa_id: str) -> tuple[str, str]:
    """Return a WhatsApp number in E.164, and as people read it; as it came when it is in no plan."""
    known = telephone.number(f"+{wa_id}") or f"+{wa_id}"
    return known, telephone.written(known)


def _words(message: Part, kind: str) -> str:
    said = parse.part(message, kind)
    if kind == "interactive":
        said = parse.part(said, parse.word(said, "type"))
        return parse.word(said, "title")
    return parse.word(said, {"text": "body", "button": "text", "reaction": "emoji"}.get(kind, "caption"))


def _shown(message: Part, kind: str) -> str:
    return "\n".join(part for part in (_words(message, kind), _place(message), *_contacts(message)) if part)


def _place(message: Part) -> str:
    place = parse.part(message, "location")
    north, east = place.get("latitude"), place.get("longitude")
    if not isinstance(north, int | float) or not isinstance(east, int | float):
        return ""
    named = ", ".join(name for name in (parse.word(place, "name"), parse.word(place, "address")) if name)
    return f"📍 {named} {north:.6f}, {east:.6f}".replace("  ", " ")


def _contacts(message: Part) -> list[str]:
    found = message.get("contacts")
    people = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [f"👤 {_contact(one)}" for one in people]


def _contact(person: Part) -> str:
    phones = person.get("phones")
    numbers = [parse.word(one, "phone") for one in phones or () if isinstance(one, dict)]
    return " ".join(
        part for part in (parse.word(parse.part(person, "name"), "formatted_name"), *numbers) if part
    )


def _files(message: Part, kind: str) -> list[File]:
    found = parse.part(message, kind)
    if kind not in parse.FILES or not parse.word(found, "id"):
        return []
    name = parse.word(found, "filename") or f"{kind}{parse.ENDINGS.get(kind, '')}"
    type_ = parse.word(found, "mime_type") or "application/octet-stream"
    return [File(0, name, type_, 0, "", reference=parse.word(found, "id"))]


def _name(wamid: str) -> str:
    return f"<whatsapp.{wamid}>" if wamid else ""
