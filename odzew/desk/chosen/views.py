"""Several debts at once: handed over, their conversations tagged, or put aside."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import wraps
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import actions, giving, holding, snoozing, tagging, uniting
from odzew.conversations.models import Conversation
from odzew.conversations.tag import Tag
from odzew.customers import kin
from odzew.desk import debt_rows, numbers
from odzew.desk.conversation import receivers
from odzew.desk.conversation.acts import moment
from odzew.desk.conversation.looked_up import colleagues
from odzew.desk.person import writing
from odzew.desk.snooze import presets
from odzew.domain.obligation import Refused
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff import acts
from odzew.staff.models import Person

MOST = 100
Each = Callable[[HttpRequest, Conversation, Sequence[Owed], Person], None]


@login_required
def chosen(request: HttpRequest) -> HttpResponse:
    """Show what was chosen, and what can be done with all of it."""
    person, at = writing(request), now()
    rows = _chosen(request.GET.getlist("chosen"), person)
    context = {
        "debts": debt_rows.shown([row.pk for row in rows], person=person, now=at),
        "back": _back(request.GET.get("back", "")),
        "people": colleagues({row.team_id for row in rows}),
        "teams": receivers.receivers({row.team_id for row in rows}),
        "tags": Tag.objects.in_use(),
        "moments": presets.names(at),
        "now": at,
        "one_matter": _one_matter(rows, person),
    }
    return render(request, "desk/chosen/chosen.html", context)


def each(do: Each) -> Callable[..., HttpResponse]:
    """Make a view of what is done with each conversation; when one refuses, the others go on."""

    @login_required
    @require_POST
    @wraps(do)
    def view(request: HttpRequest) -> HttpResponse:
        author = writing(request)
        rows = _chosen(request.POST.getlist("chosen"), author)
        refused = Counter[str]()
        try:  # in one order, so that two who choose the same never wait for each other
            _hold({row.conversation for row in rows}, author)
        except Refused as refusal:
            return _not_held(request, refusal)
        for number, owed in groupby(rows, key=lambda row: row.conversation):
            here = list(owed)
            try:
                with transaction.atomic():
                    do(request, _talk(number or 0, author), here, author)
            except (Refused, holding.NewerMessage) as refusal:
                refused[str(refusal)] += len(here)
        _tell(request, len(rows), refused)
        return redirect(_back(request.POST.get("back", "")))

    return view


@each
def hand_over(request: HttpRequest, talk: Conversation, owed: Sequence[Owed], author: Person) -> None:
    """Make a colleague accountable for each."""
    to = colleagues([talk.team_id]).filter(pk=numbers.number(request.POST.get("to", "")) or 0).first()
    if to is None:
        raise Refused(gettext("Choose to whom: somebody who is there, and may see the conversation."))
    rest = [row.pk for row in owed if row.owner_id != to.pk]
    actions.hand_over(talk, author, rest, to, request.POST.get("reason", ""), now())


@each
def give(request: HttpRequest, talk: Conversation, _owed: Sequence[Owed], author: Person) -> None:
    """Give each conversation to another team, or to a person of it."""
    team, to = receivers.chosen(request)
    giving.give(talk, author, team, request.POST.get("reason", ""), now(), to=to)


@each
def tag(request: HttpRequest, talk: Conversation, _owed: Sequence[Owed], author: Person) -> None:
    """Give each conversation a tag."""
    tagging.add(talk, author, request.POST.get("name", ""), now())


@each
def snooze(request: HttpRequest, talk: Conversation, _owed: Sequence[Owed], author: Person) -> None:
    """Put each conversation aside, by the hours of its team."""
    at = now()
    until = presets.keyed(talk.team, at).get(request.POST.get("until", ""))
    snoozing.snooze(talk, author, until or moment(request), at)


@login_required
@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """Merge the conversations of all that is chosen into one of them."""
    author = writing(request)
    rows = _chosen(request.POST.getlist("chosen"), author)
    into = numbers.number(request.POST.get("into", "")) or 0
    others = {row.conversation or 0 for row in rows} - {into}
    try:
        talk = _talk(into, author)
        uniting.unite(talk, [_talk(number, author) for number in sorted(others)], author, now())
    except Refused as refusal:
        acts.refused()
        messages.error(request, gettext("Not merged: %(reason)s") % {"reason": refusal})
        return redirect(_back(request.POST.get("back", "")))
    messages.success(request, gettext("Merged. It can be taken back in the history."))
    return redirect("conversation", talk.pk)


def _one_matter(rows: Sequence[Owed], person: Person) -> list[Conversation]:
    """Return the conversations of what is chosen, the oldest first, if they may be merged; else nothing."""
    talks = Conversation.objects.visible_to(person).matters().select_related("customer")
    found = list(talks.filter(pk__in={row.conversation for row in rows}).order_by("created_at", "pk"))
    one = {(kin.head(talk.customer), talk.team_id) for talk in found}
    return found if len(found) > 1 and len(one) == 1 else []


def _chosen(asked: Sequence[str], person: Person) -> list[Owed]:
    """Return open debts of conversations, as far as a person may see them."""
    known = [number for one in asked[:MOST] if (number := numbers.number(one))]
    rows = Owed.objects.open().visible_to(person).filter(pk__in=known, conversation__isnull=False)
    return list(rows.order_by("conversation", "pk"))


def _hold(numbers: Collection[int | None], author: Person) -> None:
    """Lock all that is chosen: the first act holds the books, and whoever does may wait for no conversation.

    :raises Refused: when somebody merged one of them at this moment
    """
    rows = Conversation.objects.filter(Q(pk__in=numbers) | Q(beside__in=numbers))
    holding.hold_all(rows, author, now(), whole=True)


def _not_held(request: HttpRequest, refusal: Refused) -> HttpResponse:
    acts.refused()
    messages.error(request, str(refusal))
    return redirect(_back(request.POST.get("back", "")))


def _talk(number: int, person: Person) -> Conversation:
    found = Conversation.objects.visible_to(person).select_related("team").filter(pk=number).first()
    if found is None:
        raise Refused(gettext("There is no such conversation, or it belongs to another team."))
    return found


def _tell(request: HttpRequest, all_told: int, refused: "Counter[str]") -> None:
    done = all_told - refused.total()
    if done:
        messages.success(request, gettext("Done with %(n)d.") % {"n": done})
    else:
        acts.refused()
    for reason, n in refused.items():
        said = gettext("Not done with %(n)d: %(reason)s")
        messages.error(request, said % {"n": n, "reason": reason})
    if not all_told:
        messages.error(request, gettext("Nothing was chosen, or it is not owed any more."))


def _back(asked: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/?")
    return asked if is_ours else reverse("today")
