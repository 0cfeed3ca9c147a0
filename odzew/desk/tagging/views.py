"""Tags: the words by which the firm sorts its conversations; rename, merge, archive."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import tagging
from odzew.conversations.tag import Tag
from odzew.desk import numbers
from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.domain.obligation import Refused


@login_required
def tags(request: HttpRequest) -> HttpResponse:
    """Show every tag, with how many conversations have it."""
    administrator(request)
    rows = Tag.objects.filter(stands_for=None).annotate(uses=Count("tagged")).prefetch_related("other_names")
    return drawn(request, "desk/tagging/tags.html", {"tags": rows.order_by("is_archived", "name")})


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show one tag, and call it otherwise."""
    administrator(request)
    found = _find(number)
    if request.method != "POST":
        return _page(request, found)
    try:
        tagging.rename(found, request.POST.get("name", ""))
    except Refused as refusal:
        return _page(request, found, refusal)
    messages.success(request, gettext("Kept."))
    return redirect("tags")


@login_required
@require_POST
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Put another tag in place of this one."""
    administrator(request)
    found = _find(number)
    into = Tag.objects.in_use().filter(pk=numbers.number(request.POST.get("into", "")) or 0).first()
    try:
        if into is None:
            raise Refused(gettext("Choose the tag that is to stay."))
        tagging.merge(found, into)
    except Refused as refusal:
        return _page(request, found, refusal)
    said = gettext("“%(old)s” is now another name of “%(name)s”.") % {"old": found, "name": into}
    messages.success(request, said)
    return redirect("tags")


@login_required
@require_POST
def archive(request: HttpRequest, number: int) -> HttpResponse:
    """Offer the tag no longer, or again."""
    administrator(request)
    tagging.archive(_find(number), is_archived="back" not in request.POST)
    messages.success(request, gettext("Kept."))
    return redirect("tags")


def _find(number: int) -> Tag:
    found = Tag.objects.filter(pk=number, stands_for=None).first()
    if found is None:
        raise Http404(gettext("There is no such tag, or it was merged into another."))
    return found


def _page(request: HttpRequest, tag: Tag, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "tag": tag,
        "name": request.POST.get("name", tag.name) if refusal else tag.name,
        "others": Tag.objects.in_use().exclude(pk=tag.pk),
        "names": tag.other_names.order_by("name"),
        "refusal": refusal,
    }
    return drawn(request, "desk/tagging/one.html", context, status=422 if refusal else 200)
