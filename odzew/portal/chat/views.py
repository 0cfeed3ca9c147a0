"""What the window of a visitor asks: who is there, what was said, keep this, I have shown that."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import etag, require_safe

from odzew.channels import chats
from odzew.channels.forms import word
from odzew.channels.models import Account
from odzew.conversations import at_window
from odzew.conversations.models import Attachment
from odzew.conversations.visitor import Visitor
from odzew.lib import colour, palette
from odzew.lib.clock import now
from odzew.portal import guard
from odzew.portal.chat import bound, door, said, shown, submit, token
from odzew.staff import brand

SCRIPT = Path(__file__).parent.parent / "static" / "portal" / "chat.js"
MAY_BE_OLD = "public, max-age=600"  # seconds; a new version is in use ten minutes after an update
USUAL = "#0b6653"  # the accent of the stylesheet
MAILS_PER_HOUR = 10
SHOWN_AT_ONCE = 200


@cache
def _script() -> bytes:
    return SCRIPT.read_bytes()


def _mark(_request: HttpRequest) -> str:
    return f'"{sha256(_script()).hexdigest()[:16]}"'


@require_safe
@etag(_mark)
def widget(_request: HttpRequest) -> HttpResponse:
    """Give the script that a shop puts on its pages."""
    answer = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = MAY_BE_OLD
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the chat on a page of its own: to try it, or to link to it."""
    account, house = door.find(slug), brand.current()
    language = door.language(request, account)
    context = {
        "brand": house,
        "firm": account.name,
        "language": language,
        "languages": house.offered.items(),
        "slug": slug,
        "script": reverse("chat-widget"),
    }
    with translation.override(language):
        return render(request, "portal/chat.html", context)


@door.asked("GET")
def about(request: HttpRequest, account: Account) -> HttpResponse:
    """Say what a window needs to know before anybody has written."""
    told, language = chats.chat(account.settings), get_language() or ""
    greeting = word(told.greeting, language)
    return door.said(
        {
            "name": account.name,
            "greeting": greeting or _("Write to us. A person answers."),
            "language": language,
            "words": said.words(),
            "colours": _colours(),
            "files": told.files,
            "patience": told.patience.total_seconds(),
            **shown.standing(account, None, now()),
        }
    )


@door.asked("GET", "POST")
def messages(request: HttpRequest, account: Account) -> HttpResponse:
    """Say what was said; keep what the visitor writes, and say so only when it is on disk."""
    return (_post if request.method == "POST" else _get)(request, account)


@door.asked("POST")
@bound.himself
def mail(request: HttpRequest, account: Account, visitor: str, _row: Visitor | None) -> HttpResponse:
    """Note where to write to when the window is closed."""
    given = request.POST.get("mail", "").strip()
    if guard.counted("chat-mail", visitor, now()) > MAILS_PER_HOUR or guard.is_too_much(request, now()):
        return door.said({"wrong": _("That was often. Try again in an hour.")}, 429)
    if not _is_mail(given):
        return door.said({"wrong": _("This is no mail address.")}, 422)
    at_window.write_to(account, visitor, given, now())
    return door.said({"mail": given})


@door.asked("POST")
@bound.himself
def acknowledge(request: HttpRequest, _account: Account, _visitor: str, row: Visitor | None) -> HttpResponse:
    """Hear which of our answers the window has shown: that is what pays them."""
    given = request.POST.get("ids", "").split(",")[:SHOWN_AT_ONCE]
    numbers = [int(one) for one in given if one.isdecimal() and len(one) < 19]
    settled = at_window.shown(row, numbers, now()) if row and numbers else 0
    return door.said({"settled": settled})


@door.asked("GET")
@bound.himself
def file(
    _request: HttpRequest, _account: Account, _visitor: str, row: Visitor | None, message: int, index: int
) -> HttpResponse:
    """Give a file that we sent along with an answer."""
    talk = row.conversation if row else None
    answers = at_window.ours(talk).filter(pk=message) if talk else ()
    found = Attachment.objects.filter(message__in=answers, index=index, blob__isnull=False).first()
    if found is None or found.blob is None:
        raise Http404(_("There is no such page."))
    answer = HttpResponse(bytes(found.blob.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@door.asked("GET")
def events(_request: HttpRequest, _account: Account) -> HttpResponse:
    """Answer for the stream where something else than odzew/portal/chat/wire.py is asked."""
    return door.said({"wrong": "stream"}, 406)


@bound.himself
def _get(_request: HttpRequest, account: Account, _visitor: str, row: Visitor | None) -> HttpResponse:
    return door.said({"messages": shown.messages(row), **shown.standing(account, row, now())})


@door.visitor_only
def _post(request: HttpRequest, account: Account, visitor: str) -> HttpResponse:
    typed, at = request.POST.get("mail", "").strip(), now()
    row = at_window.visitor(account, visitor)
    is_his = bound.may_read(request, account, row)
    written = submit.Written(
        once=request.POST.get("once", ""),
        text=request.POST.get("text", ""),
        language=get_language() or "",
        # Who may not read here must not have the answers sent to him either.
        mail=typed if is_his and _is_mail(typed) else "",
        page=request.POST.get("page", ""),
        files=request.FILES.getlist("files"),
    )
    try:
        held = submit.check(request, account, visitor, written, at)
        known = token.read(account, request.headers.get(door.SIGNED_IN, ""), at)
        submit.take(account, visitor, written, known, held, at)
    except submit.NotTaken as refusal:
        return door.said({"wrong": str(refusal)}, refusal.status)
    except token.NoToken:
        return door.said({"wrong": "token"}, 403)
    except Error:
        return door.said({"wrong": _("It could not be kept. It is sent again by itself.")}, 503)
    return door.said({"once": written.once, **shown.standing(account, row if is_his else None, at)})


def _is_mail(given: str) -> bool:
    try:
        validate_email(given)
    except ValidationError:
        return False
    return len(given) <= 320


def _colours() -> list[dict[str, str]]:
    """Return the accent of the firm and what is written on it, on light ground and on dark."""
    accent = colour.parse(brand.current().accent or USUAL)
    pairs = (palette.light(accent), palette.dark(accent)) if accent else ()
    return [{"accent": colour.written(one.accent), "on": colour.written(one.on)} for one in pairs]
