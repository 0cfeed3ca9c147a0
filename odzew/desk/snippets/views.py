"""Snippets: texts used in many replies; seen, made and changed by whoever answers with them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations.snippet import Snippet
from odzew.conversations.snippets import PLACES
from odzew.desk.drawn import drawn
from odzew.desk.person import writing
from odzew.desk.snippets.form import Text
from odzew.staff import acts
from odzew.staff.models import Person


@login_required
def snippets(request: HttpRequest) -> HttpResponse:
    """List the person's own and those of the teams."""
    person = writing(request)
    rows = Snippet.objects.visible_to(person).select_related("team").order_by("name", "language", "pk")
    return drawn(request, "desk/snippets/snippets.html", {"listed": rows})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Write a new one."""
    return _keep(request, Snippet(), writing(request))


@login_required
def snippet(request: HttpRequest, number: int) -> HttpResponse:
    """Change one."""
    person = writing(request)
    return _keep(request, _find(person, number), person)


@login_required
@require_POST
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Throw one away; what was sent with it stays as it was sent."""
    _find(writing(request), number).delete()
    messages.success(request, gettext("The snippet is thrown away."))
    return redirect("snippets")


def _find(person: Person, number: int) -> Snippet:
    found = Snippet.objects.visible_to(person).filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such snippet, or it belongs to another team."))
    return found


def _keep(request: HttpRequest, found: Snippet, person: Person) -> HttpResponse:
    form = Text(found, person, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "snippet": found, "known": [f"{{{place}}}" for place in PLACES]}
        return drawn(request, "desk/snippets/one.html", context, status=422 if form.errors else 200)
    said = form.cleaned_data | form.whose()
    for name in ("name", "language", "text", "owner_id", "team_id"):
        setattr(found, name, said[name])
    found.save()
    acts.tell(number=found.pk)
    messages.success(request, gettext("Kept."))
    return redirect("snippets")
