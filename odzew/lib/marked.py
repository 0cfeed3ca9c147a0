"""Light rich text: what somebody typed, as safe HTML and as plain text.

The source is a part of CommonMark: bold, italic, lists, quotes, links, code, pictures that go along. What
people type without meaning it stays as it is: a number sign makes no heading, a line of dashes no
ruler, four spaces no code, and no tag is a tag. Each line break is one.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

WITHOUT = ("code", "heading", "lheading", "hr", "reference", "html_block", "html_inline", "entity", "table")
MARKS = {"strong", "em", "ul", "ol", "blockquote", "code", "pre", "a", "img"}
TAGS = {"p", "br", "li", *MARKS}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel", "cid"}
LONGEST = 100_000  # characters; what is longer stays plain
URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'*_’”»]")
PICTURE = re.compile(r"!\[([^\[\]\n]*)\]\(([\w.-]+)\)")
HOLLOW = re.compile(r"(?:https?://|mailto:|tel:)?", re.IGNORECASE)
BARE = "bare"  # how a link is marked that is its own address


def to_html(text: str, pictures: Mapping[str, str]) -> str:
    """Return the text as HTML in which nothing runs; `pictures` says where each that goes along stands."""
    return _clean(_reader().renderer.render(_parsed(text, pictures), _reader().options, {}))


def shown(page: str, *, without: str = "") -> str:
    """Return such HTML, with what a mail says besides, for our pages; a link to `without` leads nowhere."""
    return _clean(page, lambda _tag, _name, value: None if without and value == without else value)


def _clean(page: str, only: Callable[[str, str, str], str | None] | None = None) -> str:
    return nh3.clean(
        page,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=only,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def is_marked(text: str) -> bool:
    """Return whether the text says more than its letters: then HTML shows it better."""
    if len(text) > LONGEST:
        return False
    tokens = _parsed(text, {name: name for name in pictures(text)})
    return any(_marks(token) for token in _flat(tokens))


def pictures(text: str) -> list[str]:
    """Return the files that are to be shown as pictures, in their order."""
    return list(dict.fromkeys(name for _, name in PICTURE.findall(text)))


def to_plain(text: str) -> str:
    """Return the text to be read as it is: of a picture, its name."""
    return PICTURE.sub(lambda found: f"[{found[1] or found[2]}]", text)


@lru_cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    reader.disable([rule for rule in WITHOUT if rule in _rules(reader)])
    reader.core.ruler.push("bare_links", _link)
    return reader


def _rules(reader: MarkdownIt) -> set[str]:
    return {rule for rules in reader.get_all_rules().values() for rule in rules}


def _parsed(text: str, pictures: Mapping[str, str]) -> list[Token]:
    tokens = _reader().parse(text)
    for token in tokens:
        if token.children:
            token.children = [_placed(child, pictures) for child in token.children]
    return tokens


def _placed(token: Token, pictures: Mapping[str, str]) -> Token:
    """Return a picture where it stands; one from elsewhere would tell its owner who reads, so: its name."""
    if token.type != "image":
        return token
    name = str(token.attrs.get("src", ""))
    if name not in pictures:
        return Token("text", "", 0, content=f"[{token.content or name}]")
    token.attrs = {"src": pictures[name], "alt": token.content}
    return token


def _link(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = _linked(token.children)


def _linked(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    inside = 0
    for token in _whole(tokens):
        inside += token.nesting if token.type in ("link_open", "link_close") else 0
        found += [token] if inside or token.type != "text" else _pieces(token.content)
    return found


def _whole(tokens: Sequence[Token]) -> Iterator[Token]:
    # A link nobody gave an address leads nowhere: its words stay.
    hollow = False
    for token in tokens:
        if token.type == "link_open":
            hollow = bool(HOLLOW.fullmatch(str(token.attrs.get("href", ""))))
        if not (hollow and token.type in ("link_open", "link_close")):
            yield token


def _pieces(text: str) -> list[Token]:
    pieces, end = [], 0
    for match in URL.finditer(text):
        pieces += [_words(text[end : match.start()]), *_bare(match[0])]
        end = match.end()
    return [*pieces, _words(text[end:])]


def _bare(url: str) -> list[Token]:
    begins = Token("link_open", "a", 1, attrs={"href": url}, markup=BARE)
    return [begins, _words(url), Token("link_close", "a", -1, markup=BARE)]


def _words(text: str) -> Token:
    return Token("text", "", 0, content=text)


def _flat(tokens: Sequence[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *(token.children or ()))]


def _marks(token: Token) -> bool:
    return token.tag in MARKS and token.markup not in (BARE, "autolink")
