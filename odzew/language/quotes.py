"""The customer's own words in a mail, apart from what he quotes and from his signature."""

from odzew.language import quotes_html, quotes_plain
from odzew.language.quotes_html import to_text
from odzew.language.quotes_lines import kinds
from odzew.language.quotes_markup import CUE_END, CUE_SIGNATURE, CUES
from odzew.language.quotes_plain import Reply

__all__ = ["Reply", "read", "read_html", "to_text"]

_NO_CUES = dict.fromkeys(map(ord, CUES))


def read(text: str, html: str | None = None) -> Reply:
    """Return the customer's own words, what he quotes, and his signature, from the two forms of one mail.

    The plain text is read first. The HTML is read when there is no text, and when only the HTML marks line
    by line what is quoted: answers inside the quote would be lost otherwise.
    """
    if not html:
        return quotes_plain.read(text)
    if not text or text.isspace():
        return read_html(html)
    reply = quotes_plain.read(text)
    if reply.quoted and "\n>" not in f"\n{reply.quoted}" and "<blockquote" in html.lower():
        return _fuller(reply, read_html(html))
    return reply


def _fuller(reply: Reply, other: Reply) -> Reply:
    return other if len(other.reply) > len(reply.reply) else reply


def read_html(html: str) -> Reply:
    """Return the customer's own words, what he quotes, and his signature, from HTML."""
    lines = quotes_html.lines(html)
    body, signed = _without_signatures(lines)
    found = quotes_plain.apart(body, kinds(body))
    if signed and not found.reply:
        # Some people write inside their signature.
        return _plain(quotes_plain.apart(lines, kinds(lines)), [])
    return _plain(found, signed)


def _without_signatures(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines that no mail program marked as a signature, and those that one did."""
    if CUE_SIGNATURE not in lines:
        return lines, []
    body: list[str] = []
    signed: list[str] = []
    depth = 0
    for line in lines:
        depth += (line == CUE_SIGNATURE) - (line == CUE_END)
        if line not in (CUE_SIGNATURE, CUE_END):
            (signed if depth > 0 else body).append(line)
    return body, signed


def _plain(found: Reply, signed: list[str]) -> Reply:
    signature = "\n".join([found.signature, *signed])
    return Reply(*(part.translate(_NO_CUES).strip("\n") for part in (found.reply, found.quoted, signature)))
