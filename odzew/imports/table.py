"""Customers as a table (CSV): one line for each."""

import csv
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field, ValidationError

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


def told(lines: Iterable[str]) -> Iterator[Told]:
    """Yield each customer of a table; a line that cannot be read is left, with what is wrong in it.

    :raises NoTable: when it has neither a column of addresses nor one of phones
    """
    table = csv.DictReader(lines)
    if not {"email", "phone"} & set(table.fieldnames or ()):
        raise NoTable(
            f"The first line has to name the columns: {', '.join(COLUMNS)}; email or phone at least."
        )
    for said in table:
        named = f"line {table.line_num}"
        given = {name: said[name].strip() for name in COLUMNS if said.get(name) is not None}
        try:
            row = _Row.model_validate(given)
        except ValidationError as error:
            found = {f"{one['loc'][0]}: {one['input']!r}" for one in error.errors()}
            yield Left("It cannot be read.", f"{named}: {', '.join(sorted(found))}")
            continue
        if row.email or row.phone:
            yield Who(key=named, **row.model_dump())
        else:
            yield Left("It has neither an address nor a phone.", named)
