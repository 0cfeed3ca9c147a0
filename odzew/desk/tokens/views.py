"""The page of tokens."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.desk.tokens.form import SCOPES, NewToken
from odzew.lib.clock import now
from odzew.staff import acts, token as tokens
from odzew.staff.token import Scope, Token


@login_required
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """List tokens, and make one; its secret is shown this once."""
    person = administrator(request)
    form = NewToken(request.POST if request.method == "POST" else None, initial={"person": person.pk})
    if not form.is_bound or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    said, at = form.cleaned_data, now()
    made, secret = tokens.issue(said["person"], said["name"], said["scopes"], at, form.ends_at(at))
    acts.tell(thing="token", number=made.pk)
    return _page(request, NewToken(initial={"person": person.pk}), made=made, secret=secret)


@login_required
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a token at once."""
    administrator(request)
    found = Token.objects.filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such token."))
    tokens.revoke(found, now())
    messages.success(request, gettext("“%(name)s” opens nothing any more.") % {"name": found})
    return redirect("tokens")


def _page(request: HttpRequest, form: NewToken, status: int = 200, **more: Any) -> HttpResponse:
    at = now()
    living = set(Token.objects.living(at).values_list("pk", flat=True))
    rows = Token.objects.select_related("person").order_by("-created_at", "-pk")
    shown = [(row, row.pk in living, [SCOPES[Scope(one)] for one in row.scopes]) for row in rows]
    return drawn(request, "desk/tokens/tokens.html", {"form": form, "rows": shown, **more}, status=status)
