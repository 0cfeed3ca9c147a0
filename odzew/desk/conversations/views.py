"""Every conversation a person may see, the newest word first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import acquainted, glancing
from odzew.conversations.models import Conversation
from odzew.desk import arms, chips, cursor, links, moments, pieces, tags
from odzew.desk.person import asking, elsewhere, teams
from odzew.lib.clock import now
from odzew.lib.kept import kept_moment, read_moment
from odzew.staff.models import Person

PAGE = 50
FOLLOWED = "followed"


# All that a row shows, in one statement.
TOLD = """
SELECT t.id, t.subject, t.address, t.status, t.last_at, t.customer_id,
       c.name AS customer_name, w.name AS team_name, {tags},
       EXISTS(SELECT 1 FROM odzew_draft f WHERE f.author_id = %s AND f.conversation_id = t.id)
       OR EXISTS(SELECT 1 FROM odzew_draftfile f WHERE f.author_id = %s AND f.conversation_id = t.id)
       AS begun, {is_new} AS is_new, o.due_at, COALESCE(NULLIF(p.name, ''), p.email) AS owner
FROM odzew_conversation t JOIN odzew_customer c ON c.id = t.customer_id JOIN odzew_team w ON w.id = t.team_id
     LEFT JOIN odzew_owed o ON o.id = (SELECT d.id FROM odzew_owed d WHERE d.conversation = t.id
                                       AND d.state = 'open' ORDER BY d.press_at, d.id LIMIT 1)
     LEFT JOIN odzew_person p ON p.id = o.owner_id
     {glances}
WHERE t.id IN ({marks})
"""
ADDRESS = '<span class="tiny faint clip">{}</span>'
DRAFT = '<span class="badge badge-note">{}{}</span>'
CLOSED = '<span class="badge badge-paid">{}<span class="unseen">{}</span></span>'


@login_required
def conversations(request: HttpRequest) -> HttpResponse:
    """List conversations: all, open, closed, or those that are followed."""
    show = request.GET.get("show", "")
    person, hers = asking(request), teams(request)
    followed = arms.followed(person, hers)
    seen = followed if show == FOLLOWED else arms.talks(person, hers, elsewhere(request))
    if show in Conversation.Status.values:
        # Written out and no parameter, so that the index of the open ones serves it.
        seen = [arm.only(f"status = '{show}'") for arm in seen]
    behind = cursor.read(request.GET.get("after", ""))
    size = PAGE * cursor.pages(request.GET)
    [keys] = arms.first([[arm.behind(behind) for arm in seen]], size + 1)
    context = {
        "talks": _shown(arms.numbers(keys[:size]), person, now()),
        "show": show,
        "tabs": _tabs(show, arms.count(followed)),
        "after": _after(keys, show, size),
    }
    part = "_list.html" if request.headers.get("HX-Target") == "talks" else "conversations.html"
    return render(request, f"desk/conversations/{part}", context)


@login_required
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark all conversations as seen."""
    glancing.catch_up(asking(request), now())
    return redirect("conversations")


def _shown(numbers: Sequence[int], person: Person, at: datetime) -> list[SafeString]:
    new, glances = glancing.IS_NEW, glancing.JOINED
    told = TOLD.format(tags=chips.column(), is_new=new, glances=glances, marks=arms.marks(numbers))
    hers = [person.pk, person.pk, kept_moment(glancing.caught_up(person)), person.pk]
    rows = Conversation.objects.raw(told, [*hers, *numbers])
    found: dict[int, Any] = {row.pk: row for row in rows}
    for number in acquainted.strangers(person, found):
        found[number].customer_name = ""
    watch, words = moments.watch(at), gettext("owed by %(name)s")
    return [_row(found[number], watch, words) for number in numbers if number in found]


def _row(talk: Any, watch: moments.Watch, owed_by: str) -> SafeString:
    due = read_moment(talk.due_at) if talk.due_at else None
    who = talk.customer_name or talk.address or f"#{talk.customer_id}"
    return pieces.fill(
        pieces.piece("conversations/_talk.html"),
        id=talk.pk,
        url=links.conversation(talk.pk),
        who=who,
        face=tags.initials(who),
        address=pieces.fill(ADDRESS, talk.address) if talk.customer_name else "",
        news=tags.news(bool(talk.is_new)),
        subject=talk.subject or gettext("(no subject)"),
        tags=chips.chips(talk.tags),
        draft=pieces.fill(DRAFT, tags.icon("sticky-note"), gettext("draft")) if talk.begun else "",
        team=talk.team_name,
        last=tags.day_shown(talk.last_at, watch.reader),
        state=moments.urgency(due, watch.now) if due else "",
        due=tags.due_shown(due, watch) if due else "",
        owner=tags.owner_shown(talk.owner, owed_by) if due else "",
        closed=pieces.fill(CLOSED, tags.icon("check"), gettext("closed")) if talk.status == "closed" else "",
    )


def _tabs(show: str, followed: int) -> list[dict[str, object]]:
    names = {"": gettext("All"), "open": gettext("Open"), "closed": gettext("Closed")}
    names[FOLLOWED] = gettext("I follow")
    link = reverse("conversations")
    here = show if show in names else ""
    counts = {FOLLOWED: moments.figure(followed)}
    return [
        {
            "name": name,
            "url": f"{link}?show={key}" if key else link,
            "here": key == here,
            "count": counts.get(key),
        }
        for key, name in names.items()
    ]


def _after(keys: Sequence[arms.Key], show: str, size: int) -> str:
    if len(keys) <= size:
        return ""
    query = {"after": cursor.after(arms.row(keys[size - 1]))} | ({"show": show} if show else {})
    return f"?{urlencode(query)}"
