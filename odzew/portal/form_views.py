"""The page of a form: filled in by anybody, kept before it says that it was received."""

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from odzew.channels import forms
from odzew.channels.models import Account
from odzew.conversations import status_link
from odzew.conversations.models import Message
from odzew.lib.clock import now
from odzew.portal import guard, stamp, submit
from odzew.portal.asked import Asked
from odzew.portal.likely import likely
from odzew.portal.policy import framed
from odzew.staff import brand

WAITS = 300  # seconds for which the page gives the link, or says that it is about to come


# There is no cookie to protect: the stamp takes its place (odzew/portal/stamp.py).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a form; take what was filled in."""
    account = _find(slug)
    asks, language = forms.form(account.settings), _language(request)
    with translation.override(language):
        if request.method != "POST":
            return _page(request, account, Asked(asks, language))
        if guard.is_too_much(request, now()):  # before anything of what was sent is read
            return _page(request, account, Asked(asks, language), wrong=_later(), status=429)
        return _posted(request, account, Asked(asks, language, request.POST, request.FILES))


@require_safe
def sent(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Say that it was received, and give the private link as soon as there is one, for some minutes."""
    account = _find(slug)
    kept = submit.find(account, name)
    if kept is None:
        raise Http404(_("There is no such page."))
    message = Message.objects.filter(raw=kept.pk).select_related("conversation").first()
    shown = message if message and not kept.envelope.get("held") else None
    fresh = (now() - kept.received_at).total_seconds() < WAITS
    context = {
        # Revoked links stay revoked: this page does not give the new ones to whoever has its address.
        "link": status_link.first(shown.conversation) if shown and fresh else "",
        "again": shown is None and fresh,
        "address": kept.envelope["from"],
    }
    with translation.override(_language(request)):
        return _shown(request, account, "form_sent.html", context)


def _posted(request: HttpRequest, account: Account, asked: Asked) -> HttpResponse:
    at, given = now(), stamp.read(request.POST.get("stamp", ""))
    if not asked.is_valid():
        return _page(request, account, asked, given, status=422)
    if given is None or given.is_old(at):
        again = _("This page stood open for very long. Nothing was sent yet: press the button once more.")
        # Who sent an old page has read and filled it in: the button is pressed again within seconds.
        fresh = stamp.new(at - stamp.AT_LEAST) if given else None
        return _page(request, account, asked, fresh, wrong=again, status=409)
    if meant := _meant(request, asked):
        return _page(request, account, asked, given, meant=meant, status=422)
    held = guard.why_held(request, given, asked.cleaned_data["mail"], at)
    try:
        name = submit.take(account, asked, given, held, at)
    except Error:
        broken = _("We could not keep your message. Nothing was sent: try again in a few minutes.")
        return _page(request, account, asked, given, wrong=broken, status=503)
    return HttpResponseRedirect(f"{reverse('form-sent', args=[account.address, name])}?lang={asked.language}")


def _later() -> str:
    return _("Very much has come from your network. Nothing was sent: try again in an hour, or write a mail.")


def _meant(request: HttpRequest, asked: Asked) -> str:
    """Return the address that was perhaps meant, unless the customer has said which one is right."""
    sure = request.POST.get("sure")
    meant = likely(asked.cleaned_data["mail"])
    if sure == meant and meant:
        asked.cleaned_data["mail"] = meant
    return "" if sure in (meant, asked.cleaned_data["mail"]) else meant


def _page(
    request: HttpRequest,
    account: Account,
    asked: Asked,
    given: stamp.Stamp | None = None,
    *,
    wrong: str = "",
    meant: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": asked,
        "stamp": given or stamp.new(now()),
        "trap": guard.TRAP,
        "wrong": wrong,
        "meant": meant,
        "intro": forms.word(asked.asks.intro, asked.language),
        "chosen": bool(asked.sent),
    }
    return _shown(request, account, "form.html", context, status)


def _shown(
    request: HttpRequest, account: Account, name: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    asks, language, house = forms.form(account.settings), _language(request), brand.current()
    frame = {
        "brand": house,
        "firm": house.name or brand.firm(account, house),
        "title": forms.word(asks.title, language),
        "language": language,
        "languages": house.offered.items(),
    }
    return framed(render(request, f"portal/{name}", frame | context, status=status), asks.hosts)


def _language(request: HttpRequest) -> str:
    chosen = request.GET.get("lang", "")
    return brand.current().spoken(chosen, translation.get_language_from_request(request))


def _find(slug: str) -> Account:
    account = Account.objects.filter(channel="webform", address=slug, active=True).first()
    if account is None:
        raise Http404(_("There is no such page."))
    return account
