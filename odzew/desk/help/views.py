"""Help: the manual, readable without the network, and the keys."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from odzew.desk.help import manual
from odzew.desk.person import asking


@login_required
def front(request: HttpRequest) -> HttpResponse:
    """Show the keys, what the person's role does, and all pages there are."""
    role = manual.page(f"roles/{asking(request).role}")
    return render(request, "desk/help/front.html", {"page": manual.page(manual.FRONT), "role": role})


@login_required
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page of the manual."""
    try:
        found = manual.page(name)
    except KeyError:
        raise Http404(gettext("The manual has no such page.")) from None
    return render(request, "desk/help/page.html", {"page": found})
