"""What a push says: it stands on a locked screen, so no word of a customer unless its person wants it."""

import json
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _, ngettext

from odzew.conversations.noticed import Row, rows
from odzew.lib.plain import one_line
from odzew.notices.models import Notice
from odzew.staff.models import Person

LONGEST = 120  # characters of a line: four of four bytes each fit (webpush.LONGEST)
LINES = 3


def payload(person: Person, notices: Sequence[Notice], *, shows_words: bool) -> bytes:
    """Return what the worker of the page shows, in the person's language; several notices are one."""
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        found = rows(sorted(notices, key=lambda one: one.at, reverse=True), person)
        title = found[0].said if len(found) == 1 else _many(len(found))
        said = {
            "title": title[:LONGEST],
            "body": _body(found, shows_words=shows_words),
            "tag": tag(notices),
            "url": reverse("notice", args=[notices[0].pk]) if len(found) == 1 else reverse("notices"),
            "lang": language,
        }
    return json.dumps(said, ensure_ascii=False).encode()


def tag(notices: Sequence[Notice]) -> str:
    """Return what is shown in the place of the same before it: letters, digits, - and _ only."""
    return f"notice-{notices[0].pk}" if len(notices) == 1 else "notices"


def _many(n: int) -> str:
    return ngettext("%(n)d notice", "%(n)d notices", n) % {"n": n}


def _body(found: Sequence[Row], *, shows_words: bool) -> str:
    if shows_words:
        lines = [_matter(row) if len(found) == 1 else f"{row.said}: {_matter(row)}" for row in found]
    else:
        lines = list(dict.fromkeys(row.said for row in found)) if len(found) > 1 else []
    return "\n".join(line[:LONGEST] for line in lines[:LINES])


def _matter(row: Row) -> str:
    if row.talk is None:
        return ""
    who = row.talk.customer.name or row.talk.address
    return one_line(f"{who}: {row.talk.subject or _('(no subject)')}")
