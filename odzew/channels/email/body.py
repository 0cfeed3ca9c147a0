"""What a person reads in a mail, and the files that hang on it, out of the tree of parts.

Nothing is dropped: a part is either read as text or listed as a file, and whatever is odd is said in a note.
"""

import html as markup
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from odzew.channels.email import calendar, charset, flowed, mime, params, tnef, transfer, uu, words

Load = Callable[[], bytes]

_NAMED = {
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
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w:-]{2,40})", re.IGNORECASE)
_BLANK_TEXT = re.compile(r"[\s\xa0\ufeff\u200b]*\Z")


@dataclass(slots=True)
class File:
    """A file of the mail: what is said of it, and how to get its bytes."""

    filename: str
    content_type: str
    load: Load
    content_id: str = ""
    inline: bool = False
    note: str = ""
    text: bool = False  # It could serve as the body when nothing else does.
    charset: str = ""


@dataclass(slots=True)
class Piece:
    """A stretch of the body as plain text, as HTML, or (of an alternative) as both."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Content:
    """Everything found: stretches in order, files in order, and what is odd."""

    pieces: list[Piece] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    charset: str = ""
    subject: str = ""

    def note(self, text: str) -> None:
        """Keep a remark, each only once."""
        if text and text not in self.notes:
            self.notes.append(text)


def collect(root: mime.Part) -> Content:
    """Return the text and the files of a mail."""
    out = Content()
    out.pieces = _read(root, out, root=True)
    if not any(_readable(piece) for piece in out.pieces):
        _promote(out)
    return out


def _readable(piece: Piece) -> bool:
    """Return whether there is anything to read."""
    return bool((piece.text and not _BLANK_TEXT.match(piece.text)) or (piece.html and piece.html.strip()))


def _read(part: mime.Part, out: Content, *, root: bool = False) -> list[Piece]:
    """Return the stretches of a part; its files go to ``out``. Depth is bounded by the splitter."""
    for note in part.notes:
        out.note(note)
    if part.children:
        _outside(part, out)
        if part.media.type == "multipart/alternative":
            return _alternative([_read(child, out) for child in part.children])
        return [piece for child in part.children for piece in _read(child, out)]
    if part.media.type.startswith("multipart/"):
        return _undivided(part, out)
    return _leaf(part, out, root=root)


def _outside(part: mime.Part, out: Content) -> None:
    """Keep text before the first and after the last part, but not the usual hint for old mail programs."""
    for stretch in (part.preamble, part.epilogue):
        text = stretch.strip()
        if (
            len(text) > 1
            and b"MIME" not in text
            and re.search(rb"[^\W_]", text)
            and not text.startswith(b"--")
        ):
            read = charset.decode(text[:20_000]).text
            out.outside.append(read)
            out.note("Text stood outside the parts of this mail: " + " ".join(read.split())[:200])


def _alternative(choices: list[list[Piece]]) -> list[Piece]:
    """Return one stretch out of several versions of one text (RFC 2046 §5.1.4)."""
    texts = [join_text([p for p in pieces if p.html is None or p.text]) for pieces in choices]
    pages = [[piece for piece in pieces if piece.html] for pieces in choices]
    text = next((text for text in texts if not _BLANK_TEXT.match(text)), None)
    page = next((page for page in reversed(pages) if page), None)
    if text is None and page is None:
        return []
    return [Piece(text, "\n".join(piece.html or "" for piece in page) if page else None)]


def _undivided(part: mime.Part, out: Content) -> list[Piece]:
    """Return a multipart that could not be divided: its text, or a file when it holds none."""
    data = transfer.decode(part.body(), part.encoding).data
    if not data.strip():
        return []
    kept_whole = bool(part.notes) or b"\x00" in data or len(data) > 1_000_000
    if kept_whole:
        out.files.append(
            File(
                "undivided.eml",
                "application/octet-stream",
                part.whole,
                note="Parts that could not be divided.",
            )
        )
        return []
    out.note("The mail says it has several parts but its boundary is nowhere to be found.")
    return [Piece(_plain(data, part, out))]


def _leaf(part: mime.Part, out: Content, *, root: bool) -> list[Piece]:
    """Return the text of a single part, or list it as a file."""
    kind, named = params.disposition(part.header("content-disposition"))
    name = named.get("filename") or part.media.params.get("name") or named.get("name") or ""
    as_text = part.media.type in ("text/plain", "text/html") and not name and (kind != "attachment" or root)
    if as_text:
        return _text(part, out)
    _file(part, out, kind, _safe(name))
    return []


def _text(part: mime.Part, out: Content) -> list[Piece]:
    """Return a text part as it reads; files uuencoded in it are taken out first."""
    if part.encoding == "uuencode":
        files, data = uu.cut(part.body())
    else:
        decoded = transfer.decode(part.body(), part.encoding)
        out.note(decoded.note)
        if decoded.trailer:
            out.note("Text was hung on behind the encoded text.")
        files, data = uu.cut(decoded.data + (b"\n\n" + decoded.trailer if decoded.trailer else b""))
    for file in files:
        _listed(
            out,
            _safe(words.decode(file.name)),
            "application/octet-stream",
            lambda file=file: file.data,
            note=file.note,
        )  # type: ignore[misc]
    if part.media.type == "text/html":
        return [Piece(html=_html(data, part, out))]
    return [Piece(_plain(data, part, out))]


def _plain(data: bytes, part: mime.Part, out: Content) -> str:
    """Return plain text in its charset, with flowed lines joined."""
    text = _decoded(data, part.media.params.get("charset", ""), out)
    if part.media.params.get("format", "").lower() == "flowed":
        text = flowed.unflow(text, delsp=part.media.params.get("delsp", "").lower() == "yes")
    return text


def _html(data: bytes, part: mime.Part, out: Content) -> str:
    """Return HTML in its charset: that of the header, else the one its own head names."""
    declared = part.media.params.get("charset", "")
    if not charset.codec(declared[:100]) and not data.isascii():
        meta = _META_CHARSET.search(data[:4_000])
        declared = meta[1].decode("ascii", "replace") if meta else declared
    return _decoded(data, declared, out)


def _decoded(data: bytes, declared: str, out: Content) -> str:
    """Return bytes as text with one kind of line end and no NUL."""
    read = charset.decode(data, declared, hint=out.charset)
    out.note(read.note)
    if not data.isascii():
        out.charset = out.charset or read.codec
    text = read.text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "") if "\x00" in text else text


def _file(part: mime.Part, out: Content, kind: str, name: str) -> None:
    """List a part as a file, or open it when it is a winmail.dat."""
    content_type = part.media.type
    if (content_type in _TNEF or name.lower() == "winmail.dat") and _opened(part, out):
        return
    content_id = (part.header("content-id") or b"").strip().strip(b"<>").decode("ascii", "replace")[:500]
    is_picture = content_type.startswith("image/")
    inline = kind != "attachment" and bool(content_id or (kind == "inline" and is_picture))
    note = _remark(part, out)
    file = File(name or _made_up(part), content_type, _loader(part, out), content_id, inline, note)
    file.text = content_type.startswith("text/") and content_type not in (
        "text/rfc822-headers",
        "text/calendar",
        "text/vcard",
    )
    file.text = file.text and kind != "attachment"
    file.charset = part.media.params.get("charset", "")
    out.files.append(file)


def _loader(part: mime.Part, out: Content) -> Load:
    """Return how to get the bytes of a part; damage is said at once, in a note of the mail."""
    decoded = transfer.decode(part.body(), part.encoding)
    out.note(decoded.note)
    data = decoded.data + (decoded.trailer if part.media.type.startswith(("text/", "message/")) else b"")
    if part.encoding in ("", "quoted-printable") and b"\r" in data and b"\x00" not in data:
        data = _native(part, data)
    return lambda: data


def _native(part: mime.Part, data: bytes) -> bytes:
    """Return text with \\n line ends: \\r\\n belongs to the way, not to the file (RFC 2045 §6.4, §2.10)."""
    said = (part.header("content-transfer-encoding") or b"").strip().lower()
    text = part.media.type.startswith(("text/", "message/", "application/pgp")) or said in (b"7bit", b"8bit")
    return data.replace(b"\r\n", b"\n") if text and said != b"binary" else data


def _remark(part: mime.Part, out: Content) -> str:
    """Return what to say beside a file that is more than a file."""
    content_type = part.media.type
    if content_type == "text/calendar":
        data = transfer.decode(part.body(), part.encoding).data
        gist = calendar.gist(charset.decode(data, part.media.params.get("charset", "") or "utf-8").text)
        out.note("The mail holds an invitation: " + " · ".join(gist.splitlines()[:3]))
        return gist
    if content_type in MESSAGES:
        return "A forwarded message."
    if content_type in (
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
    ) and "signed" not in part.media.params.get("smime-type", ""):
        out.note("The mail is encrypted (S/MIME) and cannot be read here.")
    if content_type == "application/pgp-encrypted":
        out.note("The mail is encrypted (PGP) and cannot be read here.")
    if content_type == "message/partial":
        out.note("This is only one part of a mail that was sent in several.")
    if content_type == "message/external-body":
        out.note("The mail refers to a file that is kept elsewhere.")
    return ""


def _opened(part: mime.Part, out: Content) -> bool:
    """Return whether a winmail.dat could be opened; its files and its text are then listed in its place."""
    data = transfer.decode(part.body(), part.encoding).data
    found = tnef.read(data)
    for file in found.files:
        kind = file.content_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        _listed(out, _safe(file.name) or "attachment.bin", kind, lambda file=file: file.data, file.content_id)  # type: ignore[misc]
    out.subject = out.subject or found.subject
    if found.text.strip() or found.html.strip():
        text = found.text.replace("\r\n", "\n") if found.text.strip() else ""
        load = (found.html or text).encode
        kind = "text/html" if found.html.strip() else "text/plain"
        out.files.append(
            File(
                _NAMED[kind],
                kind,
                load,
                inline=True,
                note="The text of winmail.dat.",
                text=True,
                charset="utf-8",
            )
        )
    if found.damaged:
        out.note("The winmail.dat could not be read to its end: it is kept as a file.")
    return not found.damaged and bool(found.files or found.text.strip() or found.html.strip())


def _listed(
    out: Content, name: str, content_type: str, load: Load, content_id: str = "", note: str = ""
) -> None:
    """List a file that came out of another part."""
    kind = content_type if "/" in content_type else "application/octet-stream"
    if kind == "application/octet-stream":
        kind = mimetypes.guess_type(name)[0] or kind
    out.note(note)
    out.files.append(File(name, kind.lower(), load, content_id, bool(content_id), note))


def _made_up(part: mime.Part) -> str:
    """Return a name for a part that has none: its subject, its description, or its kind."""
    content_type = part.media.type
    description = words.decode((part.header("content-description") or b"")[:300])
    if content_type in MESSAGES:
        return (_subject(part) or _safe(description)[:200]) + ".eml"
    ending = (
        _NAMED.get(content_type, "").rpartition(".")[2]
        or (mimetypes.guess_extension(content_type) or ".bin")[1:]
    )
    if description and len(description) <= 80:
        named = _safe(description)
        return named if re.search(r"\.\w{2,5}\Z", named) else f"{named}.{ending}"
    main = content_type.partition("/")[0]
    return (
        _NAMED.get(content_type)
        or f"{'document' if main == 'text' else main if main != 'application' else 'attachment'}.{ending}"
    )


def _subject(part: mime.Part) -> str:
    """Return the subject of a mail within a mail, as a name for it."""
    data = transfer.decode(part.body(), part.encoding).data
    inner = mime.Part(data, mime.first_header(data), min(len(data), 100_000))
    mime.read_headers(inner)
    return _safe(words.decode(inner.header("subject") or b""))[:200] or "message"


def _safe(name: str) -> str:
    """Return a file name without directories and control characters."""
    name = words.tidy(name)
    if re.match(r"[A-Za-z]:\\|\\\\|/|\.\.[/\\]", name):
        name = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[/\\\u202a-\u202e\u2066-\u2069]", "_", name).strip()[:255].strip()


def _promote(out: Content) -> None:
    """Give a mail without text the next best: a text file shown inline, stray text, or its invitation."""
    for file in out.files:
        if file.text:
            text = _decoded(file.load(), file.charset, out)
            out.pieces = [Piece(html=text) if file.content_type == "text/html" else Piece(text)]
            if file.note:
                out.files.remove(file)
            return
    gists = [file.note for file in out.files if file.content_type == "text/calendar" and file.note]
    if out.outside or gists:
        out.pieces = [Piece("\n\n".join(out.outside or gists))]


def join_text(pieces: list[Piece], to_text: Callable[[str], str] = lambda page: page) -> str:
    """Return the stretches as one plain text; ``to_text`` is used where there is only HTML."""
    texts = [
        piece.text if piece.text and not _BLANK_TEXT.match(piece.text) else to_text(piece.html or "")
        for piece in pieces
    ]
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())


def join_html(pieces: list[Piece]) -> str | None:
    """Return the stretches as one HTML text, None when the mail has none."""
    if not any(piece.html for piece in pieces):
        return None
    pages = (
        piece.html or f"<pre>{markup.escape(piece.text or '')}</pre>"
        for piece in pieces
        if piece.html or piece.text
    )
    return "\n".join(pages)
