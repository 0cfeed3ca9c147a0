"""A mail as it came: its source, its files, and its HTML behind two walls (SAFETY P18)."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from odzew.conversations import picturing
from odzew.conversations.models import Conversation, Message
from odzew.desk.person import asking
from odzew.intake import looked_at

# The frame runs nothing, loads nothing and posts nothing; pictures from the net only when asked for.
WALL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:{net}; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
log = logging.getLogger(__name__)


def find(request: HttpRequest, number: int) -> Message:
    """Return a message of a conversation the person may see.

    :raises Http404: when there is none
    """
    talks = Conversation.objects.visible_to(asking(request))
    rows = Message.objects.select_related("conversation__account")
    found = rows.filter(pk=number, conversation__in=talks).first()
    if found is None:
        raise Http404(gettext("There is no such message, or it belongs to another team."))
    return found


def place(message: Message) -> int:
    """Return the conversation in which a message is read: a third party's in the customer's."""
    return message.conversation.beside_id or message.conversation_id


@login_required
def html(request: HttpRequest, number: int) -> HttpResponse:
    """Show the HTML of a mail, sanitised, for a sandboxed frame."""
    message = find(request, number)
    try:
        page = looked_at.page(*_raw(message))
    except looked_at.Unreadable as error:
        return _unreadable(error)
    if page is None:
        raise Http404(gettext("This message has no HTML."))
    response = HttpResponse('<!doctype html><meta charset="utf-8"><base target="_blank">' + page)
    net = " https:" if "pictures" in request.GET else ""
    response["Content-Security-Policy"] = WALL.format(net=net)
    return _guarded(response)


@login_required
def source(request: HttpRequest, number: int) -> HttpResponse:
    """Show a mail byte for byte as it came."""
    response = HttpResponse(_raw(find(request, number))[1], content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _guarded(response)


@login_required
def file(request: HttpRequest, number: int, index: int) -> HttpResponse:
    """Give one file of a message, to be saved and never to be shown in our pages."""
    message = find(request, number)
    attachment = message.attachments.select_related("blob", "message").filter(index=index).first()
    try:
        content = looked_at.file(attachment) if attachment else None
    except looked_at.Unreadable as error:
        return _unreadable(error)
    if attachment is None or content is None:
        raise Http404(gettext("There is no such file."))
    response = HttpResponse(content, content_type="application/octet-stream")
    name = attachment.filename or f"{message.pk}-{index}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _guarded(response)


@login_required
def picture(request: HttpRequest, number: int, index: int) -> HttpResponse:
    """Give a picture of a reply of ours to the page that shows it: by its own bytes, and as nothing else."""
    message = find(request, number)
    files = message.attachments.select_related("blob").filter(index=index, inline=True)
    attachment = files.exclude(blob=None).first()
    return shown_picture(bytes(attachment.blob.content) if attachment and attachment.blob else b"")


def shown_picture(content: bytes) -> HttpResponse:
    """Give these bytes as the picture they are.

    :raises Http404: when they are none
    """
    kind = picturing.kind(content)
    if not kind:
        raise Http404(gettext("There is no such file."))
    response = HttpResponse(content, content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _guarded(response)


def _unreadable(error: looked_at.Unreadable) -> HttpResponse:
    """Say that a mail is too much for its reader, and what can be done all the same."""
    if isinstance(error, looked_at.Busy):
        words, status = gettext("Other mails are being read. Try again in a moment."), 503
    else:
        log.warning("A mail could not be shown: %s", error)
        words = gettext(
            "This mail takes more time or memory than one mail may, so it was not opened. Its text is in the"
            " conversation, and its source can be saved."
        )
        status = 422
    response = HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _guarded(response)


def _guarded(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _raw(message: Message) -> tuple[str, bytes]:
    raw = looked_at.source(message)
    if raw is None:
        raise Http404(gettext("This message did not come from outside; it has no source."))
    if not raw[1]:
        raise Http404(gettext("This message was erased with its customer."))
    return raw
