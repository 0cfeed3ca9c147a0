"""Today: what I owe and what my team owes, the most pressing first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from odzew.desk import arms, cursor, debts, moments
from odzew.desk.person import asking, teams
from odzew.desk.standing import standing
from odzew.domain.escalation import Step
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.models import Person

PAGE = 50
PART = 20


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at the books, with how much stands in it."""

    name: str
    url: str
    count: str | None
    here: bool
    late: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One list of debts with its title, its count, and what to say when it is empty."""

    title: str
    count: str
    debts: list[debts.Debt]
    empty_title: str
    empty_text: str
    more: str = ""
    empty_icon: str = "check-check"


class Books:
    """What one person sees of the books at one moment, cut the ways the tabs cut it."""

    def __init__(self, request: HttpRequest, at: datetime) -> None:
        self.person, self.at = asking(request), at
        mine, seen = arms.mine(self.person), arms.owed(self.person, teams(request))
        moment = arms.given(at)
        self.cuts = {
            "mine": mine,
            "team": [arm.only("owner_id <> %s", self.person.pk) for arm in seen],
            # A debt ranks at its due moment or before it, so the first bound lets the index end.
            "late": [arm.only("press_at < %s AND due_at < %s", moment, moment) for arm in seen],
            "promised": [arm.only("kind = 'promise'") for arm in seen],
            "escalated": arms.escalated(self.person),
        }
        self.standing = standing(request, at)
        self.counts: dict[str, int] = {
            name: _escalated(self.person) if name == "escalated" else getattr(self.standing, name)
            for name in self.cuts
        }

    def pages(self, names: Sequence[str], after: str, size: int) -> list[list[arms.Key]]:
        """Return the keys of some cuts behind a cursor, and one more when there is a next page."""
        behind = cursor.read(after)
        return arms.first([[arm.behind(behind) for arm in self.cuts[name]] for name in names], size + 1)


def _escalated(person: Person) -> int:
    return Owed.objects.open().filter(escalated_to=person, escalated__gte=Step.LEAD).count()


@login_required
def today(request: HttpRequest) -> HttpResponse:
    """Show what is owed."""
    at = now()
    books = Books(request, at)
    show = request.GET.get("show", "")
    context = {"now": at, "today": _date(at), "lead": _lead(books), "tabs": _tabs(books, show)}
    context |= _one(books, show, request) if show in books.cuts else _overview(books)
    partial = request.headers.get("HX-Target") == "today"
    return render(request, "desk/today/_today.html" if partial else "desk/today/today.html", context)


def _overview(books: Books) -> dict[str, object]:
    names = ("mine", "team")
    keys = [arms.numbers(found) for found in books.pages(names, "", PART)]
    rows = debts.shown([n for one in keys for n in one[:PART]], person=books.person, now=books.at)
    parts = ([row for row in rows if row.id in one] for one in keys)
    return {"parts": [_part(books, *told, PART) for told in zip(names, parts, keys, strict=True)]}


def _one(books: Books, name: str, request: HttpRequest) -> dict[str, object]:
    given = request.GET.get("after", "")
    [keys] = books.pages([name], given, PAGE)
    rows = debts.shown(arms.numbers(keys[:PAGE]), person=books.person, now=books.at)
    last = arms.row(keys[PAGE - 1]) if len(keys) > PAGE else None
    link = f"{reverse('today')}?show={name}"
    return {
        "parts": [_part(books, name, rows, (), PAGE)],
        "before": link if given else "",
        "after": f"{link}&after={cursor.after(last)}".replace("+", "%2B") if last else "",
    }


def _part(books: Books, name: str, rows: list[debts.Debt], keys: Sequence[int], size: int) -> Part:
    titles = {
        "mine": gettext("I owe"),
        "team": gettext("My team owes"),
        "late": gettext("Late"),
        "promised": gettext("Promised"),
        "escalated": gettext("Escalated to you"),
    }
    empty_title, empty_text = _empty(name)
    return Part(
        title=titles[name],
        count=moments.figure(books.counts[name]),
        debts=rows,
        empty_title=empty_title,
        empty_text=empty_text,
        more=f"{reverse('today')}?show={name}" if len(keys) > size else "",
    )


def _empty(name: str) -> tuple[str, str]:
    texts = {
        "mine": (
            gettext("You owe nothing"),
            gettext(
                "When a customer writes to you, what you owe appears here by itself, with the hour it is due."
                " Only a real answer takes it off again."
            ),
        ),
        "team": (
            gettext("Your team owes nothing"),
            gettext("What your colleagues owe stands here, so that nobody is forgotten when one is away."),
        ),
        "late": (
            gettext("Nothing is late"),
            gettext("A debt past its hour appears here, and stays until it is answered. No snooze hides it."),
        ),
        "promised": (
            gettext("No promise is open"),
            gettext(
                "Write down what you promise a customer (key p in a conversation): it gets its own hour."
            ),
        ),
        "escalated": (
            gettext("Nothing was escalated to you"),
            gettext(
                "What fell due and stays unpaid appears here after the hours your team has set:"
                " first for the lead, then for the manager."
            ),
        ),
    }
    return texts[name]


def _tabs(books: Books, show: str) -> list[Tab]:
    link = reverse("today")
    names = {
        "mine": gettext("Mine"),
        "team": gettext("Team"),
        "late": gettext("Late"),
        "promised": gettext("Promised"),
        "escalated": gettext("Escalated to you"),
    }
    tabs = [Tab(gettext("Overview"), link, None, show not in names)]
    for name, title in names.items():
        n = books.counts[name]
        late = name in ("late", "escalated") and n > 0
        if name == "escalated" and not n and show != name:
            continue  # most people are never told of what others owe
        tabs.append(Tab(title, f"{link}?show={name}", moments.figure(n), show == name, late))
    return tabs


def _lead(books: Books) -> str:
    mine = books.counts["mine"]
    if not mine:
        return gettext("You owe nothing at this moment.")
    late = books.standing.my_late
    owed = ngettext("You owe one thing", "You owe %(n)s things", mine) % {"n": moments.figure(mine)}
    if not late:
        return gettext("%(owed)s; nothing of it is late.") % {"owed": owed}
    of_them = ngettext("one of them is late", "%(n)s of them are late", late) % {"n": moments.figure(late)}
    return f"{owed}; {of_them}."


def _date(at: datetime) -> str:
    return moments.written(timezone.localtime(at), "EEEE, d MMMM")
