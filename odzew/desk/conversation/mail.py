"""A mail as it came: its source, its files, and its HTML behind two walls (SAFETY P18)."""

import base64
import re

import nh3
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from odzew.channels import registry
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.desk.person import asking
from odzew.intake.models import Raw

# The frame runs nothing, loads nothing and posts nothing; pictures from the net only when asked for.
WALL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:{net}; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
PICTURES = 4 * 2**20  # bytes of inline pictures that are put into the page
CID = re.compile(r"""(?i)\bcid:([^"'\s>)]+)""")
CONTROL = re.compile(r"[\x00-\x20]+")
LOOKS = {"style", "align", "valign", "width", "height", "bgcolor", "dir", "lang"}
SAFE_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})


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


@login_required
def html(request: HttpRequest, number: int) -> HttpResponse:
    """Show the HTML of a mail, sanitised, for a sandboxed frame."""
    message = find(request, number)
    designed = registry.html(message.conversation.account.channel, _raw(message))
    if designed is None:
        raise Http404(gettext("This message has no HTML."))
    page = '<!doctype html><meta charset="utf-8"><base target="_blank">' + _clean(message, designed)
    response = HttpResponse(page)
    net = " https:" if "pictures" in request.GET else ""
    response["Content-Security-Policy"] = WALL.format(net=net)
    return _guarded(response)


@login_required
def source(request: HttpRequest, number: int) -> HttpResponse:
    """Show a mail byte for byte as it came."""
    response = HttpResponse(_raw(find(request, number)), content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _guarded(response)


@login_required
def file(request: HttpRequest, number: int, index: int) -> HttpResponse:
    """Give one file of a message, to be saved and never to be shown in our pages."""
    message = find(request, number)
    attachment = message.attachments.select_related("blob").filter(index=index).first()
    if attachment is None:
        raise Http404(gettext("There is no such file."))
    response = HttpResponse(_content(message, attachment), content_type="application/octet-stream")
    name = attachment.filename or f"{message.pk}-{index}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _guarded(response)


def _guarded(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _raw(message: Message) -> bytes:
    raw = Raw.objects.filter(pk=message.raw or 0).values_list("content", flat=True).first()
    if raw is None:
        raise Http404(gettext("This message did not come from outside; it has no source."))
    return bytes(raw)


def _content(message: Message, attachment: Attachment) -> bytes:
    if attachment.blob is not None:
        return bytes(attachment.blob.content)
    return registry.content(message.conversation.account.channel, _raw(message), attachment.index)


def _clean(message: Message, designed: str) -> str:
    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes.setdefault("*", set()).update(LOOKS)
    return nh3.clean(
        _with_pictures(message, designed),
        tags=nh3.ALLOWED_TAGS | {"font", "center"},
        attributes=attributes,
        attribute_filter=_no_data_links,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def _no_data_links(tag: str, attribute: str, value: str) -> str | None:
    # A data: address is for the pictures we put in, never for a link. A browser reads an address
    # without its control characters (WHATWG URL §4.4), so that is how it is looked at.
    is_picture = tag == "img" and attribute == "src"
    return None if CONTROL.sub("", value).lower().startswith("data:") and not is_picture else value


def _with_pictures(message: Message, designed: str) -> str:
    """Put the pictures that came with the mail where it names them."""
    wanted = {name.lower() for name in CID.findall(designed)}
    found: dict[str, str] = {}
    room = PICTURES
    for picture in message.attachments.select_related("blob"):
        name = picture.content_id.strip("<>").lower()
        if name in wanted and picture.content_type in SAFE_PICTURES and picture.size <= room:
            room -= picture.size
            encoded = base64.b64encode(_content(message, picture)).decode()
            found[name] = f"data:{picture.content_type};base64,{encoded}"
    return CID.sub(lambda match: found.get(match[1].lower(), "data:,"), designed)
