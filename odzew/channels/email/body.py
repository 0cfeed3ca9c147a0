"""What a person reads in a mail, and the files that hang on it, out of the tree of parts.

Nothing is dropped: a part is either read as text or listed as a file, and whatever is odd is said in a note.
"""

import html as markup
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from odzew.channels.email import (
    attached,
    charset,
    flowed,
    mime,
    notes,
    params,
    smime,
    tnef,
    transfer,
    uu,
    words,
)

_NOT_PROSE = ("text/rfc822-headers", "text/calendar", "text/vcard", "text/x-vcard", "text/csv")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w:-]{2,40})", re.IGNORECASE)
_BLANK_TEXT = re.compile(r"[\s\xa0\ufeff\u200b]*\Z")


@dataclass(slots=True)
class Piece:
    """A stretch of the body as plain text, as HTML, or (of an alternative) as both."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Content:
    """Everything found: stretches in order, files in order, and what is odd."""

    pieces: list[Piece] = field(default_factory=list)
    files: list[attached.File] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    charset: str = ""
    subject: str = ""

    def note(self, text: str) -> None:
        """Keep a remark, each only once."""
        if text and text not in self.remarks:
            self.remarks.append(text)


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
    for note in part.remarks:
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
            out.note(notes.of(notes.OUTSIDE, read))


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
    kept_whole = bool(part.remarks) or b"\x00" in data or len(data) > 1_000_000
    if kept_whole:
        out.files.append(attached.File("undivided.eml", "application/octet-stream", part.whole()))
        out.note(notes.UNDIVIDED)
        return []
    out.note(notes.NO_BOUNDARY)
    return [Piece(_plain(data, part, out))]


def _leaf(part: mime.Part, out: Content, *, root: bool) -> list[Piece]:
    """Return the text of a single part, or list it as a file."""
    kind, named = params.disposition(part.header("content-disposition"))
    name = named.get("filename") or part.media.params.get("name") or named.get("name") or ""
    as_text = part.media.type in ("text/plain", "text/html") and not name and (kind != "attachment" or root)
    if as_text:
        return _text(part, out)
    _file(part, out, kind, attached.safe(name))
    return _signed(part, out) if part.media.type in attached.SMIME else []


def _signed(part: mime.Part, out: Content) -> list[Piece]:
    """Return the stretches of a mail inside an S/MIME signature; none when it is encrypted."""
    inner = smime.content(out.files[-1].data) if part.depth < mime.MAX_DEPTH else b""
    if not inner:
        out.note(notes.SMIME)
        return []
    out.files[-1].note = notes.SIGNATURE
    return _read(mime.split(inner, part.depth + 4), out)


def _text(part: mime.Part, out: Content) -> list[Piece]:
    """Return a text part as it reads; files uuencoded in it are taken out first."""
    if part.encoding == "uuencode":
        files, data = uu.cut(part.body())
    else:
        decoded = transfer.decode(part.body(), part.encoding)
        out.note(decoded.note)
        if decoded.trailer:
            out.note(notes.TEXT_BEHIND)
        files, data = uu.cut(decoded.data + (b"\n\n" + decoded.trailer if decoded.trailer else b""))
    for file in files:
        out.note(file.note)
        name = attached.safe(words.decode(file.name))
        out.files.append(attached.File(name, attached.kind(name), file.data, note=file.note))
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


def _file(part: mime.Part, out: Content, disposition: str, name: str) -> None:
    """List a part as a file, or open it when it is a winmail.dat."""
    data, damage = attached.data(part)
    out.note(damage)
    if (part.media.type in _TNEF or name.lower() == "winmail.dat") and _opened(data, out):
        return
    file_note, mail_note = attached.remarks(part, data)
    out.note(mail_note)
    content_id = (part.header("content-id") or b"").strip().strip(b"<>").decode("ascii", "replace")[:500]
    shown = bool(content_id) or (disposition == "inline" and part.media.type.startswith("image/"))
    file = attached.File(name or attached.name(part, data), part.media.type, data, content_id, note=file_note)
    file.inline = shown and disposition != "attachment"
    file.text = (
        disposition != "attachment"
        and part.media.type.startswith("text/")
        and part.media.type not in _NOT_PROSE
    )
    file.charset = part.media.params.get("charset", "")
    out.files.append(file)


def _opened(data: bytes, out: Content) -> bool:
    """Return whether a winmail.dat could be opened; its files and its text are then listed in its place."""
    found = tnef.read(data)
    for inner in found.files:
        name = attached.safe(inner.name) or "attachment.bin"
        kind = inner.content_type.lower() if "/" in inner.content_type else attached.kind(name)
        out.files.append(
            attached.File(name, kind, inner.data, inner.content_id, inline=bool(inner.content_id))
        )
    out.subject = out.subject or found.subject
    kind, prose = (
        ("text/html", found.html) if found.html.strip() else ("text/plain", found.text.replace("\r\n", "\n"))
    )
    if prose.strip():
        file = attached.File(attached.NAMED[kind], kind, prose.encode("utf-8", "replace"), inline=True)
        file.text, file.charset, file.note = True, "utf-8", notes.WINMAIL_TEXT
        out.files.append(file)
    if found.damaged:
        out.note(notes.WINMAIL_DAMAGED)
    return not found.damaged and bool(found.files or prose.strip())


def _promote(out: Content) -> None:
    """Give a mail without text the next best: a text file shown inline, stray text, or its invitation."""
    for file in out.files:
        if file.text:
            text = _decoded(file.data, file.charset, out)
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
