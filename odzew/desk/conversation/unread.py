"""Mark a conversation as unread, for oneself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import glancing
from odzew.desk.conversation.shown import find
from odzew.desk.person import asking


@login_required
@require_POST
def unread(request: HttpRequest, number: int) -> HttpResponse:
    """Let a conversation stand in bold again on one's own lists, and lead to Today: to stay is to look."""
    talk = find(request, number)
    glancing.forget(asking(request), talk)
    messages.success(request, gettext("Unread again: %(talk)s") % {"talk": talk})
    return redirect("today")
