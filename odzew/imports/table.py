"""Customers as a table (CSV): one line for each."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field, ValidationError

from odzew.conversations.own_field import OwnField
from odzew.domain.obligation import Refused
from odzew.imports.neutral import Left, Told, Who
from odzew.lib.payloads import Address, Part, Text


class NoTable(Exception):
    """The file is no table with the columns we need."""


class _Row(Part):
    email: Address | Annotated[Text, Field(max_length=0)] = ""
    name: Annotated[Text, Field(max_length=300)] = ""
    phone: Annotated[Text, Field(max_length=64)] = ""
    firm: Text = ""
    number: Annotated[Text, Field(max_length=100)] = ""
    language: Annotated[Text, Field(pattern=r"^(pl|uk|ru|en)?$")] = ""


COLUMNS = tuple(_Row.model_fields)


def told(lines: Iterable[str], fields: Sequence[OwnField] = ()) -> Iterator[Told]:
    """Yield each customer of a table; a line that cannot be read is left, with what is wrong in it.

    A column that is called as one of the firm's own `fields` is read as that.

    :raises NoTable: when it has neither a column of addresses nor one of phones
    """
    table = csv.DictReader(lines)
    if not {"email", "phone"} & set(table.fieldnames or ()):
        raise NoTable(
            f"The first line has to name the columns: {', '.join(COLUMNS)}; email or phone at least."
        )
    named_so = {field.name.casefold(): field for field in fields}
    own = {name: named_so[name.casefold()] for name in table.fieldnames or () if name.casefold() in named_so}
    for said in table:
        named = f"line {table.line_num}"
        given = {name: said[name].strip() for name in COLUMNS if said.get(name) is not None}
        try:
            row = _Row.model_validate(given)
            known = {
                field.name: field.value(value) for name, field in own.items() if (value := _said(said, name))
            }
        except ValidationError as error:
            found = {f"{one['loc'][0]}: {one['input']!r}" for one in error.errors()}
            yield Left("It cannot be read.", f"{named}: {', '.join(sorted(found))}")
            continue
        except Refused as fault:
            yield Left("It cannot be read.", f"{named}: {fault}")
            continue
        if row.email or row.phone:
            yield Who(key=named, own=known, **row.model_dump())
        else:
            yield Left("It has neither an address nor a phone.", named)


def _said(row: Mapping[str, str | None], name: str) -> str:
    return (row.get(name) or "").strip()
