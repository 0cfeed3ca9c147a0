"""A letter cut into paragraphs of sentences; what it quotes is nobody's sentence of this letter."""

import re
import unicodedata
from collections.abc import Collection, Iterator

_LONGEST = 20_000
"""Characters read of a letter."""
_WRAPPED = 50
"""A line so long that ends in the middle of a sentence was broken by a program."""
_WORD_LENGTH = 12
_QUOTED_LINE = re.compile(r"\s*>")
_ITEM = re.compile(r"^\s*(?:[-–—*•]|\(?(?:\d{1,2}|[a-zа-яієї])[.)])\s+", re.IGNORECASE)
_ENDS = re.compile(r"[.!?…]+[)\]»”\"]*(?=\s|$)")
_QUOTED = re.compile(r"„[^„”\"“]{0,300}[”\"“]|“[^“”]{0,300}”|«[^«»]{0,300}»|\"[^\"\n]{0,300}\"")
_MARKS, _COVERS = ".!?…", "\ue000\ue001\ue002\ue003"
_COVER = str.maketrans(_MARKS, _COVERS)


def paragraphs(text: str, abbreviations: Collection[str], at_end: Collection[str]) -> Iterator[list[str]]:
    """Return the sentences of each paragraph, in order; lines that quote another letter left out.

    A full stop after one of `abbreviations` ends nothing, unless it is one of `at_end` and a
    capital follows. Marks inside quotation marks end nothing either, and stand as characters of
    private use until `uncovered`.
    """
    text = unicodedata.normalize("NFC", text[:_LONGEST])
    for paragraph in _joined(_QUOTED.sub(lambda found: cover(found[0]), text).splitlines()):
        yield list(_cut(paragraph, abbreviations, at_end))


def cover(text: str) -> str:
    """Return a text whose marks end no sentence, until `uncovered`."""
    return text.translate(_COVER)


def uncovered(sentence: str) -> str:
    """Return the sentence as it was written, with the marks that were covered."""
    for cover, mark in zip(_COVERS, _MARKS, strict=True):
        sentence = sentence.replace(cover, mark)
    return sentence


def _joined(lines: list[str]) -> Iterator[str]:
    paragraph = ""
    for line in lines:
        if _QUOTED_LINE.match(line):
            line = ""
        if paragraph and not _goes_on(paragraph, line):
            yield paragraph
            paragraph = ""
        # A wrapped line is judged by its own length, so the last one is kept apart by its break.
        paragraph = f"{paragraph}\n{line.strip()}" if paragraph else _ITEM.sub("", line, count=1).strip()
    if paragraph:
        yield paragraph


def _goes_on(paragraph: str, line: str) -> bool:
    last = paragraph.rpartition("\n")[2]
    if not line.strip() or _ITEM.match(line):
        return False
    if last.endswith((",", ";", " -", " –")):
        return True
    return len(last) >= _WRAPPED


def _cut(paragraph: str, abbreviations: Collection[str], at_end: Collection[str]) -> Iterator[str]:
    text, start = " ".join(paragraph.split()), 0
    for mark in _ENDS.finditer(text):
        if mark[0] == "." and not _is_end(
            text[start : mark.start()], text[mark.end() : mark.end() + 2], abbreviations, at_end
        ):
            continue
        yield text[start : mark.end()].strip()
        start = mark.end()
    if rest := text[start:].strip():
        yield rest


def _is_end(before: str, after: str, abbreviations: Collection[str], at_end: Collection[str]) -> bool:
    word, following = before[-_WORD_LENGTH:].rpartition(" ")[2].lstrip('(„«"'), after.strip()[:1]
    if not following:
        return True
    if word.isdigit():
        return not following.islower()
    if len(word) == 1 and word.isupper():
        return False
    if word.lower() in at_end and following.isupper():
        return True
    return word.lower() not in abbreviations
