"""Notices of one's own account: what reaches me, how and when; the browsers that are pushed to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.desk import numbers
from odzew.desk.account import seat, wishes
from odzew.desk.person import asking
from odzew.lib import webpush
from odzew.lib.clock import now
from odzew.notices import pushing, tuning, words
from odzew.notices.pushing import Browser
from odzew.outbox import digest
from odzew.staff.sessions import SignedIn


@login_required
def account_notices(request: HttpRequest) -> HttpResponse:
    """Show or keep what a person wishes; nobody else can ask for it."""
    person = asking(request)
    own, data = tuning.of(person.pk), request.POST if request.method == "POST" else None
    form = wishes.begin(own, data)
    if data is not None and form.is_valid():
        wishes.keep(person, form.cleaned_data, wishes.given(data), now())
        messages.success(request, gettext("Kept."))
        return redirect("account-notices")
    context = {
        "form": form,
        "rows": wishes.ways(own, data),
        "way_names": words.ways().items(),
        "browsers": _browsers(person.pk, str(request.session.session_key)),
        "key": webpush.letters(webpush.public(webpush.private(pushing.own_key()))),
        "can_mail": digest.account_for(person.pk) is not None,
        "now": now(),
    }
    return render(request, "desk/account/notices.html", context)


@login_required
@require_POST
def push_on(request: HttpRequest) -> HttpResponse:
    """Push to the browser that asks, as long as it is signed in."""
    here = SignedIn.objects.filter(person=asking(request), session=str(request.session.session_key)).first()
    if here is None:
        return JsonResponse({"said": gettext("Sign in once more first.")}, status=409)
    endpoint, public, secret = (request.POST.get(name, "") for name in ("endpoint", "public", "secret"))
    try:
        pushing.keep(here, endpoint, public, secret, now())
    except pushing.BadBrowser as error:
        return JsonResponse({"said": str(error)}, status=422)
    return JsonResponse({"said": ""})


@login_required
@require_POST
def push_off(request: HttpRequest) -> HttpResponse:
    """Push no more to the browser that asks, or to one of the list."""
    rows = Browser.objects.filter(person=asking(request))
    number = numbers.number(request.POST.get("browser", ""))
    if number is not None:
        rows.filter(pk=number).delete()
        return redirect("account-notices")
    rows.filter(key=pushing.key_of(request.POST.get("endpoint", ""))).delete()
    return JsonResponse({"said": ""})


def _browsers(person: int, session: str) -> list[dict[str, object]]:
    rows = Browser.objects.filter(person=person).select_related("seat").order_by("-made_at", "-pk")
    return [
        {"row": row, "device": seat.device(row.seat.device), "here": row.seat.session == session}
        for row in rows
    ]
