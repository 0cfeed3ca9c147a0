"""Text in header fields: encoded words (RFC 2047) as they are and as people write them."""

import binascii
import re

from odzew.channels.email import charset, transfer

_WORD = re.compile(
    rb"=\?[ ]?([\w.:+-]{1,60}?)(?:\*[\w-]*)?[ ]?\?[ ]?([bBqQ])[ ]?\?([^\r\n]*?)"
    rb"(?:\?=|\?[ \t]*\Z|(?==\?[\w.-]+\?[bBqQ]\?)|\Z)"
)
_FOLD = re.compile(rb"[ \t]*\r?\n[ \t]*")
_BROKEN_FOLD = re.compile(rb"(=\?[\w.:-]+\?[bBqQ]\?[^?\s]*)\s*\r?\n[ \t]+([^?\s]*\?=)")
_UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]+")


def unfold(raw: bytes) -> bytes:
    """Return a header value on one line (RFC 5322 §2.2.3)."""
    return _FOLD.sub(b" ", raw).strip() if b"\n" in raw else raw.strip()


def decode(raw: bytes, hint: str = "") -> str:
    """Return the text of a header value; never raises."""
    if b"\n" in raw:
        raw = _BROKEN_FOLD.sub(rb"\1\2", raw)
    flat = unfold(raw)
    if b"=?" not in flat:
        return _plain(flat, hint)
    return tidy("".join(_pieces(flat, hint)))


def tidy(text: str) -> str:
    """Return the text on one line, without control characters; an encoded word may hold them."""
    return _UNSEEN.sub(" ", text).strip() if _UNSEEN.search(text) else text.strip()


def _plain(flat: bytes, hint: str) -> str:
    """Return bytes that stand in a header as they are."""
    if flat.isascii() and b"\x1b" not in flat:
        return tidy(flat.decode("ascii"))
    return tidy(charset.decode(flat, hint=hint).text)


def _pieces(flat: bytes, hint: str) -> list[str]:
    """Return the plain stretches and the decoded words, in order; blanks between two words fall away."""
    out: list[str] = []
    run: list[tuple[str, str, bytes]] = []
    at = 0
    for found in _WORD.finditer(flat):
        between = flat[at : found.start()]
        if between.strip():
            out.append(_run(run) + _between(between, hint))
            run = []
        elif between and not run:
            out.append(" ")
        run.append((found[1].decode("ascii").lower(), found[2].decode("ascii").upper(), found[3]))
        at = found.end()
    out.append(_run(run) + _between(flat[at:], hint))
    return out


def _between(raw: bytes, hint: str) -> str:
    """Return a plain stretch, with its outer blanks."""
    return charset.decode(raw, hint=hint).text if not raw.isascii() else raw.decode("ascii")


def _run(run: list[tuple[str, str, bytes]]) -> str:
    """Return neighbouring words as text: words of one charset are joined as bytes first.

    Mailers cut a word inside a multibyte character, against RFC 2047 §5.
    """
    out = ""
    index = 0
    while index < len(run):
        name = run[index][0]
        end = index
        while end < len(run) and run[end][0] == name:
            end += 1
        data = b"".join(_bytes(run[index:end]))
        out += charset.decode(data, name).text
        index = end
    return out


def _bytes(words: list[tuple[str, str, bytes]]) -> list[bytes]:
    """Return the bytes of words of one charset; base64 cut anywhere is joined before it is decoded."""
    out: list[bytes] = []
    open_text = b""
    for _, kind, payload in words:
        if kind == "Q":
            out += [_base64(open_text), _quoted(payload)]
            open_text = b""
            continue
        open_text += payload.strip()
        if len(open_text) % 4 == 0 or payload.endswith(b"="):
            out.append(_base64(open_text))
            open_text = b""
    return [*out, _base64(open_text)]


def _base64(text: bytes) -> bytes:
    """Return decoded base64, whatever its padding."""
    return transfer.unpad(text) if text else b""


def _quoted(payload: bytes) -> bytes:
    """Return a decoded Q word: '_' is a blank (RFC 2047 §4.2)."""
    return binascii.a2b_qp(payload, header=True)
