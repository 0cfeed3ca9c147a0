"""Notices: what I am told of, the newest first; one press leads from each to its place."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from odzew.conversations.noticed import rows
from odzew.desk import cursor, numbers
from odzew.desk.assets import source
from odzew.desk.person import asking
from odzew.lib.clock import now
from odzew.notices import reading
from odzew.notices.models import Notice

PAGE = 50


@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """List my notices; nobody else sees them."""
    person, at = asking(request), now()
    found = Notice.objects.visible_to(person).filter(in_page=True).newest_first()
    behind = cursor.read(request.GET.get("after", ""))
    if behind:
        found = found.filter(cursor.behind("at", behind, backwards=True))
    size = PAGE * cursor.pages(request.GET)
    page = list(found[: size + 1])
    last = page[size - 1] if len(page) > size else None
    after = f"?{urlencode({'after': cursor.after((last.at, last.pk))})}" if last else ""
    context = {"rows": rows(page[:size], person), "now": at, "after": after}
    context["until"] = max((row.pk for row in page), default=0)
    part = request.headers.get("HX-Target") == "notices"
    return render(request, f"desk/notices/{'_list' if part else 'notices'}.html", context)


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Lead to the place of a notice, which is read then."""
    person = asking(request)
    notice = get_object_or_404(Notice.objects.visible_to(person), pk=number)
    reading.read(person, notice, now())
    return redirect(place(notice))


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark as read what was on the page."""
    until = numbers.number(request.POST.get("until", ""))
    reading.read_all(asking(request), until or 0, now())
    return redirect("notices")


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Give the script that shows pushes; from here, so that it stands where what it opens does."""
    return HttpResponse(source("desk/push-worker.js"), content_type="text/javascript; charset=utf-8")


def place(notice: Notice) -> str:
    """Return where a notice leads."""
    if notice.absence is not None:
        return f"{reverse('absences')}#absence-{notice.absence}"
    if notice.conversation is None:
        return reverse("quarantine") if notice.obligation else reverse("today")
    to = reverse("conversation", args=[notice.conversation])
    return f"{to}#message-{notice.message}" if notice.message else to
