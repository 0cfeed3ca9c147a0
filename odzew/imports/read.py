"""Reading a record: checked by its shape, and what has no place here counted by its name."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ValidationError

from odzew.imports.neutral import Left
from odzew.imports.report import Report
from odzew.imports.shelf import Record, Shelf
from odzew.lib.payloads import Moment, Part


class Incomplete(Exception):
    """Something is missing without which the rest would be misread."""


Shape = TypeVar("Shape", bound=Part)


def _text(said: Any) -> Any:
    return "" if said is None else str(said) if isinstance(said, int | float) else said


def _nothing(said: Any) -> Any:
    return None if said == "" else said


Words = Annotated[str, BeforeValidator(_text)]
"""Any text; null is none, and a number is its digits."""
Key = Words
At = Annotated[Moment | None, BeforeValidator(_nothing)]


def each(
    shape: type[Shape], records: Iterable[Record], report: Report, named: Callable[[Record], str]
) -> Iterator[Shape]:
    """Yield records of one shape; one that has another is noted as left, with what is wrong in it."""
    for record in records:
        try:
            yield shape.model_validate(record)
        except ValidationError as error:
            what = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
            report.leave(Left("It cannot be read; mend it and import again.", f"{named(record)}: {what}"))


def one_of(shape: type[Shape], shelf: Shelf, kind: str, number: str, report: Report) -> Shape | None:
    """Return one record by its number; None when it is not there, or was left as unreadable."""
    record = shelf.get(kind, number) if number else None
    return next(each(shape, [record] if record else [], report, numbered), None)


def numbered(record: Record) -> str:
    """Return how a report names a record."""
    return str(record.get("id", "?"))


def title(shelf: Shelf, kind: str, number: str) -> str:
    """Return the name of a group or a firm; nothing when it is not there."""
    return str((shelf.get(kind, number) or {}).get("name", "")) if number else ""


def miss(shelf: Shelf, report: Report, number: str, why: str) -> None:
    """Note once that somebody who is named is not there."""
    if number and shelf.is_first(f"missing {number}"):
        report.leave(Left(why, number))


def count_fields(report: Report, of: str, record: Record, known: frozenset[str]) -> None:
    """Note the fields of a record that hold something and are not known."""
    filled = (name for name, value in record.items() if value not in (None, "", False, [], {}))
    report.pass_over(f"{of}.{name}" for name in filled if name not in known)


def must_have_people(shelf: Shelf) -> None:
    """Check that people are in an export with tickets.

    :raises Incomplete: when nobody is
    """
    if shelf.count("ticket") and not shelf.count("person"):
        raise Incomplete("There are tickets and no people; put the users (contacts, agents) beside them.")
