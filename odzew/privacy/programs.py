"""What shops and phone lines told of a person, where the desk still keeps it as it came."""

import json
from collections.abc import Iterator
from urllib.parse import unquote_plus

from django.db.models import Q, QuerySet

from odzew.customers.models import Customer, Identity
from odzew.hearing.models import Heard
from odzew.privacy.extent import Extent

DIGITS = 9  # of a number, from behind: with its country or without
SHORTEST = 4  # letters of a name by which it is looked for


def waiting(whole: Extent) -> bool:
    """Return whether something of her was put off or set aside; what has just come is done in a moment."""
    rows = Heard.objects.filter(Q(state=Heard.State.HELD) | Q(state=Heard.State.KEPT, tries__gt=0))
    return any(_naming(whole, rows))


def forget(whole: Extent) -> None:
    """Take away the words of what was let be."""
    rows = Heard.objects.filter(state=Heard.State.DISCARDED)
    named = [row.pk for row in _naming(whole, rows)]
    Heard.objects.filter(pk__in=named).update(content=b"", envelope={}, about="", error="")


def _naming(whole: Extent, rows: "QuerySet[Heard]") -> Iterator[Heard]:
    words, numbers = _known_by(whole)
    for row in rows.iterator(chunk_size=20):
        said = _said(bytes(row.content))
        digits = "".join(filter(str.isdecimal, said))
        if any(word in said for word in words) or any(number in digits for number in numbers):
            yield row


def _known_by(whole: Extent) -> tuple[set[str], set[str]]:
    """Return her names and addresses, and the ends of her telephone numbers."""
    hers = Identity.objects.filter(customer__in=whole.customers).values_list("kind", "value")
    names = Customer.objects.filter(pk__in=whole.customers).values_list("name", flat=True)
    words = {value for kind, value in hers if kind != "phone"} | set(names)
    ends = {"".join(filter(str.isdecimal, value))[-DIGITS:] for kind, value in hers if kind == "phone"}
    return {word.casefold() for word in words if len(word) >= SHORTEST}, {one for one in ends if one}


def _said(content: bytes) -> str:
    """Return the words of JSON, or of a form, as they are read."""
    text = content.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False).casefold()
    except ValueError:
        return unquote_plus(text).casefold()
