"""HTML mail as plain text: quotes become "> ", links keep their address, layout goes.

Read by tokens, not as a tree: the time grows with the mail and nothing else, depth has no limit, and no
broken mail can make it fail.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

from odzew.language import quotes_markup
from odzew.language.quotes_markup import CUE_END, CUE_SIGNATURE, CUES

# Possessive, so that a tag that never ends is looked at once.
_TOKEN = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:]*+)((?>[^<>\"']++|\"[^\"<]*\"|'[^'<]*'|[\"'])*+)>|<[!?][^<>]*+>|(?:[^<]|<(?![a-zA-Z/!?]))++|<[^<]*+"
)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)

_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table", "hr"))
_BLOCKS = _PARAGRAPHS | frozenset(
    (
        "div",
        "li",
        "tr",
        "dt",
        "dd",
        "center",
        "section",
        "article",
        "header",
        "footer",
        "body",
        "form",
        "blockquote",
        "address",
        "main",
        "nav",
        "aside",
    )
)
_EMPTY = frozenset(("br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base"))
# Deeper than any conversation; a bound on what nested elements can make of a mail.
_DEEPEST_QUOTE = 20
_LONG_LINE = 4000


@dataclass(slots=True)
class _Page:
    """The text written so far, and where in the markup we are."""

    lines: list[str] = field(default_factory=list)
    line: str = ""
    begun: list[str] = field(default_factory=list)
    gap: bool = False
    spaced: bool = False
    preformatted: int = 0
    hidden: tuple[str, int] | None = None
    quotes: list[bool] = field(default_factory=list)
    depth: int = 0
    counters: list[int] = field(default_factory=list)
    link: tuple[str, int, int] | None = None
    opened: dict[str, int] = field(default_factory=dict)
    cued: list[tuple[str, int]] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Write text into the current line."""
        if self.preformatted:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self.line += first
            for other in others:
                self.end_line(blank=True)
                self.line = other
            return
        text = _SPACE.sub(" ", text)
        if len(self.line) > _LONG_LINE:  # Adding to an ever longer string would cost time squared.
            self.begun.append(self.line)
            self.line = self.line[-1]
            self.begun[-1] = self.begun[-1][:-1]
        self.line += text if self.line and self.line[-1] not in " \t" else text.lstrip(" ")

    def end_line(self, *, blank: bool = False) -> None:
        """Finish the current line; an empty one is written only when asked for."""
        text = "".join([*self.begun, self.line]).rstrip(" \t")
        self.line, self.begun = "", []
        if not text and not blank:
            return
        mark = ">" * min(self.depth, _DEEPEST_QUOTE)
        self.leave_gap(mark)
        self.lines.append(f"{mark} {text}" if mark and text.strip() else mark or text.rstrip())

    def leave_gap(self, mark: str = "") -> None:
        """Write the blank line that parts two paragraphs, unless one stands there."""
        if self.gap and self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark if self.lines[-1].startswith(">") else "")
        self.gap = False


def to_text(html: str) -> str:
    """Return HTML as readable plain text, with "> " before what stands in a blockquote."""
    return "\n".join(line for line in lines(html) if line not in CUES).strip("\n")


def lines(html: str, *, all_shown: bool = False) -> list[str]:
    """Return the lines of the HTML as text, with the cues that its markup gives."""
    page = _Page()
    for token in _TOKEN.finditer(quotes_markup.visible(html)):
        if token[2]:
            _tag(page, token[2].lower(), token[3], closing=bool(token[1]), all_shown=all_shown)
        elif not page.hidden and token[0][:2] not in ("<!", "<?"):
            page.write(unescape(token[0]) if "&" in token[0] else token[0])
    page.end_line()
    # A hidden element that nothing closes would hide the mail to its end.
    return lines(html, all_shown=True) if page.hidden else page.lines


def _tag(page: _Page, name: str, attributes: str, *, closing: bool, all_shown: bool) -> None:
    count = page.opened.get(name, 0)
    if name not in _EMPTY:
        page.opened[name] = count = count - 1 if closing else count + 1
    if page.hidden:
        if closing and page.hidden[0] == name and count < page.hidden[1]:
            page.hidden = None
    elif closing:
        _close(page, name, count)
    elif not all_shown and name not in _EMPTY and quotes_markup.hides(attributes):
        page.hidden = name, count
    else:
        _open(page, name, attributes, count)


def _open(page: _Page, name: str, attributes: str, count: int) -> None:
    if name in _BLOCKS:
        page.end_line()
        # Outlook writes each line as a paragraph without margins.
        page.spaced = name in _PARAGRAPHS and "MsoNormal" not in attributes
        page.gap = page.gap or page.spaced
    found = quotes_markup.cue(attributes) if attributes and name in _CUED else ""
    if found:
        page.end_line()
        page.leave_gap()
        page.lines.append(found)
        if found == CUE_SIGNATURE:
            page.cued.append((name, count))
    if name in _OPENING:
        _OPENING[name](page, attributes)


def _close(page: _Page, name: str, count: int) -> None:
    if name in _BLOCKS:
        page.end_line()
        page.gap = page.gap or (name in _PARAGRAPHS and (name != "p" or page.spaced))
    if name in _CLOSING:
        _CLOSING[name](page)
    if page.cued and page.cued[-1][0] == name and count < page.cued[-1][1]:
        page.cued.pop()
        page.end_line()
        page.lines.append(CUE_END)


def _begin_quote(page: _Page, attributes: str) -> None:
    quotes = quotes_markup.quotes(attributes)
    page.quotes.append(quotes)
    page.depth += quotes


def _end_quote(page: _Page) -> None:
    if page.quotes:
        page.depth -= page.quotes.pop()


def _item(page: _Page, attributes: str) -> None:
    if page.counters and page.counters[-1]:
        page.line = f"{page.counters[-1]}. "
        page.counters[-1] += 1
    else:
        page.line = "- "


def _end_list(page: _Page) -> None:
    if page.counters:
        page.counters.pop()


def _cell(page: _Page, attributes: str) -> None:
    if page.line.strip():
        page.line = page.line.rstrip(" ") + "\t"


def _image(page: _Page, attributes: str) -> None:
    found = _ALT.search(attributes)
    alt = unescape(found[1] or found[2] or found[3] or "").strip() if found else ""
    # An emoji is a word of the customer; a longer text only names a picture.
    page.write(f"[{alt[:80]}]" if any(map(str.isalnum, alt)) else alt)


def _begin_link(page: _Page, attributes: str) -> None:
    found = _HREF.search(attributes)
    address = unescape(found[1] or found[2] or found[3] or "").strip() if found else ""
    page.link = (address, len(page.lines) + len(page.begun), len(page.line)) if address else None


def _end_link(page: _Page) -> None:
    if not page.link:
        return
    address, at, begin = page.link
    page.link = None
    shown = page.line[begin:].strip() if at == len(page.lines) + len(page.begun) else ""
    address = _shown_address(address)
    if address and shown and address.lower() not in shown.lower() and _bare(address) != _bare(shown):
        page.line = f"{page.line.rstrip(' ')} <{address}>"


def _shown_address(address: str) -> str:
    if address.lower().startswith("mailto:"):
        return address[7:].partition("?")[0]
    return address if address.lower().startswith(("http:", "https:")) else ""


def _bare(address: str) -> str:
    return _SCHEME.sub("", address).rstrip("/").lower()


def _begin_pre(page: _Page, attributes: str) -> None:
    page.preformatted += 1


def _end_pre(page: _Page) -> None:
    page.preformatted = max(page.preformatted - 1, 0)


_CUED = frozenset(("div", "span", "blockquote", "table", "td", "p", "pre", "section"))
_OPENING: dict[str, Callable[[_Page, str], None]] = {
    "br": lambda page, attributes: page.end_line(blank=True),
    "blockquote": _begin_quote,
    "li": _item,
    "ul": lambda page, attributes: page.counters.append(0),
    "ol": lambda page, attributes: page.counters.append(1),
    "td": _cell,
    "th": _cell,
    "img": _image,
    "a": _begin_link,
    "pre": _begin_pre,
}
_CLOSING: dict[str, Callable[[_Page], None]] = {
    "blockquote": _end_quote,
    "ul": _end_list,
    "ol": _end_list,
    "a": _end_link,
    "pre": _end_pre,
}
