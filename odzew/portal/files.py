"""The files of a matter, for whoever has proven to hold its address: to be saved, and never to be shown."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from odzew.conversations.models import Attachment, Conversation
from odzew.intake import looked_at
from odzew.portal import codes, history
from odzew.portal.link import by_link
from odzew.portal.views import shown


@require_safe
@by_link
def file(request: HttpRequest, talk: Conversation, message: int, index: int) -> HttpResponse:
    """Give one file of what the page shows; a link alone does not suffice."""
    if not codes.holds(request, talk):
        return shown(request, talk, wrong=_("First prove with a code that the matter is yours."))
    attachment = _find(talk, message, index)
    try:
        content = looked_at.file(attachment)
    except looked_at.Busy:
        return shown(request, talk, wrong=_("Other files are being read. Try again in a moment."))
    except looked_at.Unreadable:
        return shown(request, talk, wrong=_("This file cannot be opened here. Your own mail still has it."))
    if content is None:
        raise Http404(_("There is no such file."))
    return _to_be_saved(content, attachment.filename or f"{message}-{index}")


def _find(talk: Conversation, message: int, index: int) -> Attachment:
    files = Attachment.objects.filter(message__in=history.readable(talk), message=message, index=index)
    found = files.select_related("blob", "message").first()
    if found is None or not history.is_shown(found, found.message):
        raise Http404(_("There is no such file."))
    return found


def _to_be_saved(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
