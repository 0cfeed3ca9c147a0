"""Search: a question is an address, so that it can be kept and sent to a colleague."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from odzew.desk import cursor
from odzew.desk.person import asking
from odzew.desk.search import hits
from odzew.lib.clock import now
from odzew.search import find, index, query, shown
from odzew.search.models import SavedView

PAGE = 25
_MANY = 1_000
"""So many marks are counted; a message or two in the making are not worth a word."""
_SOME = 20


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, or how to ask."""
    return page(request, request.GET.get("q", "").strip())


def page(request: HttpRequest, text: str, **more: Any) -> HttpResponse:
    """Return the page of a question, with the views the person has saved."""
    views = SavedView.objects.filter(person=asking(request)).order_by("name", "pk")
    context: dict[str, Any] = {"q": text, "now": now(), "views": views, **more}
    if text:
        context |= _found(request, text)
    behind = index.waiting(_MANY)
    if behind > _SOME:
        context["behind"] = f"{_MANY}+" if behind == _MANY else behind
    return render(request, "desk/search/search.html", context)


def _found(request: HttpRequest, text: str) -> dict[str, Any]:
    person, at = asking(request), now()
    asked = query.read(text, timezone.get_current_timezone())
    if asked.problems or asked.is_empty:
        return {"problems": asked.problems}
    below = _below(request.GET.get("below", ""))
    page = find.page(asked, person, at, below=below, size=PAGE * cursor.pages(request.GET))
    rows = hits.rows(page.messages, shown.wanted(asked.groups), person)
    after = f"?{urlencode({'q': text, 'below': page.below})}" if page.below is not None else ""
    # What was looked at in vain goes on by a press only, or one rare word would search through all the years.
    return {"hits": rows, "after": after, "by_hand": not rows}


def _below(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 18 else None
