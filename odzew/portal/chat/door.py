"""Who may talk to a chat: pages of the sites it names, each for the one visitor whose secret it has."""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from odzew.channels import chats
from odzew.channels.models import Account
from odzew.staff import brand

SECRET = re.compile(r"Bearer ([A-Za-z0-9_-]{43})")  # 256 bits
SIGNED_IN = "Odzew-Token"  # who is signed in at the shop; in no address, as those stand in logs
ASKED = f"Authorization, Content-Type, Last-Event-ID, {SIGNED_IN}"
View = Callable[..., HttpResponse]


def find(slug: str) -> Account:
    """Return the chat of a slug.

    :raises Http404: when there is none in use
    """
    rows = Account.objects.filter(channel=chats.CHANNEL, address=slug, active=True)
    account = rows.select_related("in_charge__team").first()
    if account is None or not hasattr(account, "in_charge"):
        raise Http404(_("There is no such page."))
    return account


def key(slug: str, told: str) -> str:
    """Return what a visitor's secret hashes to; empty when it is none."""
    found = SECRET.fullmatch(told)
    return sha256(f"{slug}\0{found[1]}".encode()).hexdigest()[:40] if found else ""


def may_ask(origin: str, origins: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Return whether a page of an origin may talk to a chat; a page of ours need not say where it is."""
    return not origin or origin in origins or origin in own


def allowed(origin: str) -> dict[str, str]:
    """Return the headers that let a page of an origin read what we say (Fetch Standard, §3.3)."""
    told = {
        "Vary": "Origin",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
    }
    return told | ({"Access-Control-Allow-Origin": origin} if origin else {})


def asked(*methods: str) -> Callable[[View], View]:
    """Let a view be asked by these methods, from the pages of the sites its chat names.

    It uses no cookie, so that no page can do anything in the name of whoever is signed in here.
    """

    def guarded(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
            account, origin = find(slug), request.headers.get("Origin", "")
            if not may_ask(origin, chats.chat(account.settings).origins, _own(request)):
                return said({"wrong": "origin"}, 403)
            if request.method == "OPTIONS":
                response = _preflight(methods)
            elif request.method not in methods:
                response = said({"wrong": "method"}, 405)
            else:
                with translation.override(language(request, account)):
                    response = view(request, account, **more)
            for name, value in allowed(origin).items():
                response[name] = value
            return response

        return answer

    return guarded


def visitor_only(view: View) -> View:
    """Let only somebody ask who has the secret of a visitor; the view is given what it hashes to."""

    @wraps(view)
    def answer(request: HttpRequest, account: Account, **more: Any) -> HttpResponse:
        who = key(account.address, request.headers.get("Authorization", ""))
        return view(request, account, who, **more) if who else said({"wrong": "secret"}, 401)

    return answer


def said(words: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return an answer to the window; no cache keeps it."""
    return JsonResponse(words, status=status)


def language(request: HttpRequest, account: Account) -> str:
    """Return the language of a window: as it asks, if the chat speaks it, else the first of the chat."""
    spoken = chats.chat(account.settings).languages
    wanted = (request.GET.get("lang", "")[:2], translation.get_language_from_request(request))
    if spoken:
        return next((one for one in wanted if one in spoken), spoken[0])
    return brand.current().spoken(*wanted)


def _preflight(methods: tuple[str, ...]) -> HttpResponse:
    told = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": ASKED,
        "Access-Control-Max-Age": "86400",
    }
    return HttpResponse(status=204, headers=told)


def _own(request: HttpRequest) -> tuple[str, ...]:
    site = settings.SITE_URL.rstrip("/")
    try:
        return site, f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return (site,)
