"""Forwarded mail: who wrote the mail inside, and what the person who forwards it says above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from odzew.language import forwards_addresses, quotes_boundary, quotes_html, subject as subjects
from odzew.language.quotes_boundary import ABOVE, ATTRIBUTION, FORWARDED, PREVIOUS, Boundary
from odzew.language.quotes_headers import Headers
from odzew.language.quotes_lines import BLANK, OWN, QUOTED, joined, kinds, unquoted
from odzew.language.quotes_words import WORDS, fold

_SENDER = re.compile(
    r"[\"“„'«]?\s?([^<>\"“”„«»,:;()]{0,80}?)\s?[\"”“»']?,?\s*[(<]+([^\s<>()@]+@[^\s<>()@]+?)[)>]+"
)
_MOMENT = re.compile(r"\d.*\d")
_LOWEST_LINES = 30
_INDENT = re.compile(r"^ {4}|^\t", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail inside a mail: people as (name, address), the date as written, empty what it does not say.

    `before` and `after` are the words of the person who forwards it, above and below.
    """

    from_email: str
    from_name: str
    subject: str
    date: str
    to: tuple[tuple[str, str], ...]
    cc: tuple[tuple[str, str], ...]
    body: str
    before: str
    after: str


def read(text: str, html: str | None, subject: str) -> Forwarded | None:
    """Return the mail that a mail forwards, None when it is a reply or forwards nothing.

    A header block without a word of forwarding stands in replies too: then the subject decides, and
    without any subject the block counts as forwarded. The HTML is asked when the text says nothing, or
    less than that there is a mail inside who wrote it.
    """
    found = _read_text(text, subject) if text and not text.isspace() else None
    if html and _says_too_little(text, found, subject):
        shown = _read_text(quotes_html.to_text(html), subject)
        return shown if shown and (found is None or shown.from_email) else found
    return found


def _says_too_little(text: str, found: Forwarded | None, subject: str) -> bool:
    if found is None:
        return not text or text.isspace() or not subject.strip() or subjects.is_forward(subject)
    return not found.from_email


def _read_text(text: str, subject: str) -> Forwarded | None:
    raw, marks, found = quotes_boundary.of_text(text)
    lines = raw
    if ">" in text:
        lines = [unquoted(line) for line in raw]
        marks = kinds(lines)
        is_plain = subject.strip() and not subjects.is_forward(subject)
        if is_plain and not quotes_boundary.may_forward(lines, marks):
            return None
        found = quotes_boundary.first(lines, marks)
    found = _introducing(lines, marks, found)
    if found is None or not _is_forward(found, subject, any(map(str.strip, lines[: found.start]))):
        return None
    if found.kind == ATTRIBUTION:
        return _attributed(raw, lines, found, subject)
    headers = found.headers or _on_one_line(lines, found)
    if headers:
        return _headed(raw, found, headers)
    if found.kind != FORWARDED:
        return None
    said = quotes_boundary.first(lines, kinds(lines), found.end)
    if said and said.kind == ATTRIBUTION and not any(map(str.strip, lines[found.end : said.start])):
        return _attributed(raw, lines, replace(said, start=found.start), "")
    return _headed(raw, found, Headers(found.start, found.end, ()))


def _introducing(lines: list[str], marks: bytearray, found: Boundary | None) -> Boundary | None:
    """Return the first boundary from `found` on that introduces a message, whether quoted or not."""
    while found and found.kind in (PREVIOUS, ABOVE):
        found = quotes_boundary.first(lines, marks, found.end)
    return found


def _is_forward(found: Boundary, subject: str, said_above: bool) -> bool:
    if found.kind == FORWARDED:
        return True
    if not subject.strip():
        return found.kind != ATTRIBUTION
    # Who forwards may say nothing; who replies says something.
    return subjects.is_forward(subject) and not (said_above and subjects.is_reply(subject))


def _headed(raw: list[str], found: Boundary, said: Headers) -> Forwarded:
    """Return a mail that is introduced by a marker, a header block, or both."""
    body, after = _body(raw, found.end)
    name, address = forwards_addresses.first(said.value("from"))
    return Forwarded(
        from_email=address,
        from_name=name,
        subject=said.value("subject"),
        date=said.value("sent") or said.value("date"),
        to=forwards_addresses.people(said.value("to")),
        cc=forwards_addresses.people(said.value("cc")),
        body=body,
        before=joined(raw[: found.start]),
        after=after,
    )


def _body(raw: list[str], begin: int) -> tuple[str, str]:
    """Return the forwarded words without the quote marks they stand behind, and what is said below them."""
    raw, below = _up_to_end(raw, begin)
    marks = kinds(raw)
    if begin >= len(raw) or marks.find(QUOTED, begin) < 0 or not _is_quoted(marks, begin):
        return joined(raw[begin:]), joined(below)
    end = marks.rfind(QUOTED) + 1
    while end < len(raw) and marks[end] == OWN:
        end += 1
    return joined([unquoted(line) for line in raw[begin:end]]), joined(raw[end:] + below)


def _up_to_end(raw: list[str], begin: int) -> tuple[list[str], list[str]]:
    """Return the lines up to the marker that ends the mail inside, as Yandex writes one, and those below."""
    for at in range(len(raw) - 1, max(begin, len(raw) - _LOWEST_LINES) - 1, -1):
        if len(raw[at]) < 80 and fold(raw[at]).strip("-—:> ") in WORDS.forwarded_end:
            return raw[:at], raw[at + 1 :]
    return raw, []


def _is_quoted(marks: bytearray, begin: int) -> bool:
    """Return whether the mail inside is behind quote marks, from its first line on."""
    return next((mark for mark in marks[begin : begin + 20] if mark != BLANK), BLANK) == QUOTED


def _attributed(raw: list[str], lines: list[str], found: Boundary, subject: str) -> Forwarded:
    """Return a mail that is introduced by an attribution only, as Outlook for Mac forwards."""
    said = " ".join(line.strip() for line in lines[found.start : found.end])
    sender = _SENDER.search(said)
    name, address = (_without_lead(sender[1]), sender[2]) if sender else ("", "")
    moment = _MOMENT.search(said.replace(address, "").replace(name, ""))
    body, after = _body(raw, found.end)
    if all(not line or line[:1] in " \t" for line in body.split("\n")):
        body = _INDENT.sub("", body)
    return Forwarded(
        from_email=address,
        from_name=name,
        subject=subjects.strip(subject),
        date=moment[0].strip(" ,:") if moment else "",
        to=(),
        cc=(),
        body=body.strip(),
        before=joined(raw[: found.start]),
        after=after,
    )


def _without_lead(name: str) -> str:
    """Return a sender's name without the words of the attribution before it ("12:46 użytkownik Anna")."""
    words = re.split(r"\d", name)[-1].split()
    while words and _is_lead(words[0].lower().strip(",")):
        words.pop(0)
    return " ".join(words).strip("\"'„”“")


def _is_lead(word: str) -> bool:
    return word in WORDS.users or word in WORDS.wrote_last or f"{word} " in WORDS.leads


def _on_one_line(lines: list[str], found: Boundary) -> Headers | None:
    """Return the headers that Yahoo runs together on the line of its marker ("From: A <a@b.pl>To: ...")."""
    line = lines[found.start]
    names = _up_to_subject(_names().finditer(line))
    if len(names) < 2:
        return None
    ends = [name.start() for name in names[1:]] + [len(line)]
    fields = [(_kind(name), line[name.end() : end].strip()) for name, end in zip(names, ends, strict=True)]
    return Headers(found.start, found.end, tuple(fields))


def _kind(name: re.Match[str]) -> str:
    return WORDS.names[name[1] or name[2]]


def _up_to_subject(names: Iterator[re.Match[str]]) -> list[re.Match[str]]:
    """Return the header names of a line; what looks like one inside the subject is none."""
    found: list[re.Match[str]] = []
    for name in names:
        found.append(name)
        if _kind(name) == "subject":
            break
    return found


@cache
def _names() -> re.Pattern[str]:
    """Return the pattern of header names in a line; behind an address or a time the colon may be missing."""
    names = sorted(WORDS.names, key=len, reverse=True)
    bare = [name for name in names if WORDS.names[name] in ("cc", "subject") and len(name) > 1]
    with_colon = "|".join(map(re.escape, names))
    return re.compile(rf"({with_colon})\s?:\s?|(?<=[>A-Z\d])({'|'.join(map(re.escape, bare))}) ")
