"""The records of JSON files: one in a line (NDJSON), pages of lists, or a record alone."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any

from odzew.imports.shelf import Record, Shelf

LARGEST = 64 * 2**20  # bytes of what is read at once: a line, or a file that is no lines
A_NUMBER = re.compile(r"\d+")
UNREADABLE = (ValueError, RecursionError)
TOO_DEEP = "It is nested too deep to be read."
Fault = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a desk's records are told apart.

    `lists` names the kind of what stands below a name, `marks` the fields by which a kind is known, the
    most telling first. `within` is the field that names the ticket of a record that is a part of one.
    """

    lists: Mapping[str, str]
    marks: tuple[tuple[str, frozenset[str]], ...]
    parts: frozenset[str]
    within: str = "ticket_id"


def sort(name: PurePath, lines: Iterable[bytes], shape: Shape, shelf: Shelf, fault: Fault) -> None:
    """Put the records of a file on the shelf; what cannot be read is a fault, with its line."""
    for line, document in _documents(str(name), iter(lines), fault):
        try:
            for at, (hint, record) in enumerate(_records(document, shape), 1):
                where = f"{name}, line {line}, record {at}"
                _put(name, where, hint or _by_marks(record, shape), record, shape, shelf, fault)
        except RecursionError:
            fault(TOO_DEEP, f"{name}, line {line}")


def _put(
    name: PurePath, where: str, told: str, record: Record, shape: Shape, shelf: Shelf, fault: Fault
) -> None:
    kind = told or _by_name(name, shape)
    if not kind:
        fault("It is no record of a kind that is read.", where)
        return
    group = str(record.get(shape.within) or "") or (_number(name) if kind in shape.parts else "")
    try:
        shelf.put(kind, str(record.get("id") or where), group, record)
    except RecursionError:
        fault(TOO_DEEP, where)


def _documents(name: str, lines: Iterator[bytes], fault: Fault) -> Iterator[tuple[int, Any]]:
    numbered = ((at, line) for at, line in enumerate(lines, 1) if line.strip())
    head = list(islice(numbered, 2))
    if len(head) == 2 and not all(line.lstrip()[:1] == b"{" for _at, line in head):
        yield from _whole(name, [line for _at, line in head], numbered, fault)
        return
    for pairs in (head, numbered):
        for at, line in pairs:
            try:
                yield at, json.loads(line)
            except UNREADABLE as error:
                fault(_why(error), f"{name}, line {at}")


def _whole(
    name: str, head: list[bytes], rest: Iterator[tuple[int, bytes]], fault: Fault
) -> Iterator[tuple[int, Any]]:
    size = sum(map(len, head))
    for _at, line in rest:
        head.append(line)
        size += len(line)
        if size > LARGEST:
            fault(
                f"It is one piece of more than {LARGEST // 2**20} MB; make lines of it (jq -c '.[]').", name
            )
            return
    try:
        yield 1, json.loads(b"".join(head))
    except UNREADABLE as error:
        fault(_why(error), name)


def _why(error: Exception) -> str:
    return TOO_DEEP if isinstance(error, RecursionError) else f"It is no JSON: {error}."


def _records(document: Any, shape: Shape) -> Iterator[tuple[str, Record]]:
    """Yield what a document holds, with its kind where a name says it."""
    if isinstance(document, list):
        for one in document:
            yield from _records(one, shape)
        return
    if not isinstance(document, dict):
        return
    named = [(shape.lists[key], found) for key, found in document.items() if key in shape.lists]
    told = [(kind, one) for kind, found in named for one in _dicts(found)]
    if told and "id" not in document:
        yield from told
    elif "id" in document or not named:
        yield "", document


def _dicts(found: Any) -> Iterator[Record]:
    rows = found if isinstance(found, list) else [found]
    return (one for one in rows if isinstance(one, dict))


def _by_marks(record: Record, shape: Shape) -> str:
    return next((kind for kind, marks in shape.marks if marks <= record.keys()), "")


def _by_name(name: PurePath, shape: Shape) -> str:
    stem = name.stem.lower()
    return next((kind for key, kind in shape.lists.items() if key in stem), "")


def _number(name: PurePath) -> str:
    """Return the number of the ticket a page of its messages is of: from the file's name, or its folder's."""
    found = A_NUMBER.search(name.stem) or A_NUMBER.search(name.parent.name)
    return found[0] if found else ""
