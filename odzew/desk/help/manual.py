"""The pages of the manual: read from the files that ship with the product, made HTML once and kept."""

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nh3
from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

# A link to docs/ in the sources, a folder of its own where it is installed (pyproject.toml).
ROOT = Path(__file__).parent / "docs"
FRONT = "index"
ATTRIBUTES = {name: {"id"} for name in ("h1", "h2", "h3", "h4")} | {"a": {"href", "id"}, "ol": {"start"}}
TAGS = nh3.ALLOWED_TAGS - {"img"}  # pictures of the screens are for who has not got them


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the manual: its heading, and what stands below it."""

    name: str
    title: str
    html: SafeString


@lru_cache
def names() -> frozenset[str]:
    """Return the pages there are; decisions (docs/adr) are for who changes the product."""
    files = (*ROOT.glob("*.md"), *ROOT.glob("roles/*.md"))
    return frozenset(file.relative_to(ROOT).with_suffix("").as_posix() for file in files)


@lru_cache
def page(name: str) -> Page:
    """Return a page.

    :raises KeyError: when there is none of this name
    """
    if name not in names():
        raise KeyError(name)
    reader = MarkdownIt("commonmark").enable("table")
    tokens = reader.parse((ROOT / f"{name}.md").read_text(encoding="utf-8"))
    title, tokens = tokens[1].content, tokens[3:]  # each begins with its heading
    for token, inside in _pairs(tokens):
        if token.type == "heading_open":
            token.attrs["id"] = slug(inside.content)
        for child in token.children or ():
            _lead(child, name)
    html = reader.renderer.render(tokens, reader.options, {})
    return Page(name, title, SafeString(nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES)))


def slug(title: str) -> str:
    """Return the anchor of a heading, as our files name it and the pages of a repository do."""
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")


def address(link: str, name: str = FRONT) -> str:
    """Return where a link of a page leads in the product; empty when it leads to what is not shown here."""
    path, _, anchor = link.partition("#")
    if "://" in link or not path:
        return link
    found = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)).removesuffix(".md")
    if found not in names():
        return ""
    url = reverse("help") if found == FRONT else reverse("help-page", args=[found])
    return f"{url}#{anchor}" if anchor else url


def _lead(token: Token, name: str) -> None:
    if token.type == "link_open":
        where = address(str(token.attrs.get("href", "")), name)
        token.attrs = {"href": where} if where else {}


def _pairs(tokens: list[Token]) -> list[tuple[Token, Token]]:
    return list(zip(tokens, [*tokens[1:], tokens[-1]], strict=True))
