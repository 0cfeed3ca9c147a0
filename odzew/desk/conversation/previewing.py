"""A reply as the customer will get it: beside the box while it is written, and the pictures it shows."""

from dataclasses import dataclass, replace

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import enclosing
from odzew.conversations.models import Conversation
from odzew.desk.conversation.begun import enclosed, paid, posted
from odzew.desk.conversation.chosen_files import uploads
from odzew.desk.conversation.mail import shown_picture
from odzew.desk.conversation.shown import find, shown
from odzew.desk.conversation.views import refused
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.lib import marked
from odzew.lib.clock import now
from odzew.outbox import preview as letters
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Shown:
    """The mail as it stands in the box, none when nothing does, and the files that go beside it."""

    letter: letters.Preview | None
    files: list[str]


@login_required
@require_POST
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """Show the mail the form would send; the script gets that part, others the page."""
    author, talk = writing(request), find(request, number)
    if request.headers.get("X-Requested-With") == "fetch":
        context = {"preview": _preview(request, talk, author, enclosed(request)), "talk": talk}
        return render(request, "desk/conversation/_preview.html", context)
    try:
        enclosing.keep(talk, author, uploads(request))
    except Refused as refusal:
        reasons, written = [str(refusal)], posted(request)
        return refused(request, lambda: shown(request, talk, **written), gettext("Not kept"), reasons)
    files = list(enclosing.of(talk, author).values_list("pk", flat=True))
    context = shown(request, talk, **posted(request)) | {"preview": _preview(request, talk, author, files)}
    return render(request, "desk/conversation/conversation.html", context)


@login_required
def picture(request: HttpRequest, number: int, file: int) -> HttpResponse:
    """Give a picture that is to go with a reply to who writes it."""
    author, talk = writing(request), find(request, number)
    kept = enclosing.of(talk, author).filter(pk=file).first()
    if kept is None:
        raise Http404(gettext("There is no such file."))
    return shown_picture(bytes(kept.content))


def _preview(request: HttpRequest, talk: Conversation, author: Person, files: list[int]) -> Shown:
    text = request.POST.get("text", "")
    if not text.strip():
        return Shown(None, [])
    kept = list(enclosing.of(talk, author).filter(pk__in=files))
    # Of two files of one name the first is shown in the text, as in the mail.
    numbers = {file.filename: file.pk for file in reversed(kept)}
    pictures = {name: numbers[name] for name in marked.pictures(text) if name in numbers}
    pays = paid(request) if request.POST.get("purpose") == "answer" else []
    letter = letters.of(talk, author, text, now(), pays=pays, pictures=_places(talk, pictures))
    if not letter.is_page:
        return Shown(letter, [file.filename for file in kept])
    letter = replace(letter, words=SafeString(letter.words), quoted=SafeString(letter.quoted))
    return Shown(letter, [file.filename for file in kept if file.pk not in pictures.values()])


def _places(talk: Conversation, pictures: dict[str, int]) -> dict[str, str]:
    name_of = "conversation-draft-picture"
    return {name: reverse(name_of, args=[talk.pk, number]) for name, number in pictures.items()}
