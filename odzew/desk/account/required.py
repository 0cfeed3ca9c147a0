"""Who must have a second factor and has none yet sees the pages of the own account only."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from odzew.desk.account import factors
from odzew.staff.models import Person

# The own account, how the desk looks and speaks, what is for customers, and what monitors ask.
OPEN = ("/account/", "/language/", "/look", "/s/", "/form/", "/healthz", "/readyz", "/metrics", "/static/")


def second_factor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Send who must have a second factor to where it is set up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person) or request.path.startswith(OPEN):
            return get_response(request)
        if not factors.must_have(person) or factors.has(person):
            return get_response(request)
        messages.warning(request, gettext("This desk asks for a second factor: set one up first."))
        return redirect("mfa_index")

    return middleware
