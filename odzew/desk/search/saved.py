"""Saved views: a question kept under a name, with an address of its own; each person has his own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.desk.person import asking
from odzew.desk.search.views import page
from odzew.lib.clock import now
from odzew.search import query
from odzew.search.models import SavedView

LONGEST = 60


@login_required
def view(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a kept question again."""
    found = SavedView.objects.filter(person=asking(request), slug=slug).first()
    if found is None:
        raise Http404(gettext("You have no view of this name. Ask your question and keep it again."))
    return page(request, found.question, view=found)


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a question under a name; one of the same name is replaced."""
    name = " ".join(request.POST.get("name", "").split())[:LONGEST]
    text, slug = request.POST.get("q", "").strip(), slugify(name, allow_unicode=True)[:LONGEST]
    asked = query.read(text, timezone.get_current_timezone())
    problems = [*asked.problems] or _problems(slug, asked)
    if problems:
        for problem in problems:
            messages.error(request, problem)
        return redirect(f"{reverse('search')}?{urlencode({'q': text})}")
    kept = {"name": name, "question": text, "created_at": now()}
    SavedView.objects.update_or_create(person=asking(request), slug=slug, defaults=kept)
    messages.success(request, gettext("Kept. Its address can be bookmarked."))
    return redirect("view", slug)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Forget a kept question."""
    SavedView.objects.filter(person=asking(request), slug=slug).delete()
    messages.success(request, gettext("The view is removed. Nothing it showed is."))
    return redirect("search")


def _problems(slug: str, asked: query.Query) -> list[str]:
    if not slug:
        return [gettext("Give the view a name with a letter or a digit in it.")]
    return [gettext("Ask something first; then keep it.")] if asked.is_empty else []
