"""The files of a mail: what they are called, and their bytes."""

import mimetypes
import re
from dataclasses import dataclass

from odzew.channels.email import calendar, charset, mime, notes, transfer, words

NAMED = {
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/rfc822-headers": "headers.txt",
    "text/plain": "document.txt",
    "text/html": "document.html",
    "text/calendar": "invite.ics",
    "image/jpeg": "image.jpg",
    "application/ms-tnef": "winmail.dat",
    "application/pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc",
}
MESSAGES = ("message/rfc822", "message/global", "message/news")


@dataclass(slots=True)
class File:
    """A file of the mail: what is said of it, and its bytes."""

    filename: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False
    note: str = ""
    text: bool = False  # It could serve as the body when nothing else does.
    charset: str = ""


def name(part: mime.Part, data: bytes) -> str:
    """Return a name for a part that has none: its subject, its description, or its kind."""
    content_type = part.media.type
    description = safe(words.decode((part.header("content-description") or b"")[:300]))
    if content_type in MESSAGES:
        return (_subject(data) or description[:100] or "message") + ".eml"
    ending = _ending(content_type)
    if 0 < len(description) <= 80:
        return description if re.search(r"\.\w{2,5}\Z", description) else f"{description}.{ending}"
    main = content_type.partition("/")[0]
    stem = {"text": "document", "application": "attachment"}.get(main, main)
    return NAMED.get(content_type) or f"{stem}.{ending}"


def _ending(content_type: str) -> str:
    """Return the usual ending of the names of files of a type, without the dot."""
    known = NAMED.get(content_type, "").rpartition(".")[2]
    return known or (mimetypes.guess_extension(content_type) or ".bin")[1:]


def kind(name: str) -> str:
    """Return the media type the ending of a name stands for."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _subject(data: bytes) -> str:
    """Return the subject of a mail within a mail, as a name for it."""
    inner = mime.Part(data, mime.first_header(data), min(len(data), 100_000))
    mime.read_headers(inner)
    return safe(words.decode(inner.header("subject") or b""))[:200]


def safe(name: str) -> str:
    """Return a file name without directories and control characters."""
    name = words.tidy(name)
    if re.match(r"[A-Za-z]:\\|\\\\|/|\.\.[/\\]", name):
        name = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[/\\\u202a-\u202e\u2066-\u2069]", "_", name).strip()[:255].strip()


def data(part: mime.Part) -> tuple[bytes, str]:
    """Return the decoded bytes of a part, and what was wrong with them ('' when nothing)."""
    decoded = transfer.decode(part.body(), part.encoding)
    out = decoded.data
    if part.media.type.startswith(("text/", "message/")):
        out += decoded.trailer
    if part.encoding in ("", "quoted-printable") and b"\r" in out and b"\x00" not in out:
        out = _native(part, out)
    return out, decoded.note


def _native(part: mime.Part, data: bytes) -> bytes:
    r"""Return text with \n line ends: \r\n belongs to the way, not to the file (RFC 2045 §6.4, §2.10)."""
    said = (part.header("content-transfer-encoding") or b"").strip().lower()
    text = part.media.type.startswith(("text/", "message/", "application/pgp")) or said == b"7bit"
    return data.replace(b"\r\n", b"\n") if text and said not in (b"8bit", b"binary") else data


SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_REMARKS = {
    "application/pgp-encrypted": notes.PGP_ENCRYPTED,
    "message/partial": notes.PARTIAL,
    "message/external-body": notes.EXTERNAL,
}


def remarks(part: mime.Part, data: bytes) -> tuple[str, str]:
    """Return what to say beside a file, and of the whole mail because of it ('' and '' mostly)."""
    content_type = part.media.type
    if content_type == "text/calendar":
        gist = calendar.gist(charset.decode(data, part.media.params.get("charset", "") or "utf-8").text)
        return gist, notes.of(notes.INVITATION, " · ".join(gist.splitlines()[:3]))
    if content_type in MESSAGES:
        return notes.FORWARDED, ""
    if content_type in _SIGNATURES:
        return notes.SIGNATURE, ""
    return "", _REMARKS.get(content_type, "")
