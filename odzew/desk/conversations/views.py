"""Every conversation a person may see, the newest word first."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from odzew.conversations.models import Conversation
from odzew.desk import arms, cursor
from odzew.desk.person import asking
from odzew.lib.clock import now

PAGE = 50


@login_required
def conversations(request: HttpRequest) -> HttpResponse:
    """List conversations: all, open or closed."""
    show = request.GET.get("show", "")
    seen = arms.talks(asking(request))
    if show in Conversation.Status.values:
        seen = [rows.filter(status=show) for rows in seen]
    behind = cursor.read(request.GET.get("after", ""))
    if behind:
        seen = [rows.filter(cursor.behind("last_at", behind, backwards=True)) for rows in seen]
    numbers = arms.first(seen, "last_at", PAGE + 1, backwards=True)
    found = arms.fetch(Conversation.objects.select_related("customer", "team"), numbers)
    context = {"now": now(), "talks": found[:PAGE], "tabs": _tabs(show), "after": _after(found, show)}
    part = "_list.html" if request.headers.get("HX-Target") == "talks" else "conversations.html"
    return render(request, f"desk/conversations/{part}", context)


def _tabs(show: str) -> list[dict[str, object]]:
    names = {"": gettext("All"), "open": gettext("Open"), "closed": gettext("Closed")}
    link = reverse("conversations")
    here = show if show in names else ""
    return [
        {"name": name, "url": f"{link}?show={key}" if key else link, "here": key == here}
        for key, name in names.items()
    ]


def _after(found: list[Conversation], show: str) -> str:
    if len(found) <= PAGE:
        return ""
    last = found[PAGE - 1]
    query = {"after": cursor.after((last.last_at, last.pk))} | ({"show": show} if show else {})
    return f"?{urlencode(query)}"
