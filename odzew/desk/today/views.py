"""Today: what I owe and what my team owes, the most pressing first."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from odzew.desk import arms, counts, cursor, debts, moments
from odzew.desk.person import asking
from odzew.domain.obligation import Kind
from odzew.ledger.models import Owed, OwedQuerySet
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

    def __init__(self, person: Person, at: datetime) -> None:
        self.person = person
        self.at = at
        seen = arms.owed(person)
        mine = Owed.objects.open().most_pressing_first().filter(owner=person)
        self.cuts: dict[str, list[OwedQuerySet]] = {
            "mine": [mine],
            "team": [rows.exclude(owner=person) for rows in seen],
            # A debt ranks at its due moment or before it, so the first bound lets the index end.
            "late": [rows.filter(press_at__lt=at, due_at__lt=at) for rows in seen],
            "promised": [rows.filter(kind=Kind.PROMISE) for rows in seen],
        }
        my_late = mine.filter(press_at__lt=at, due_at__lt=at)
        *found, self.my_late = counts.many([*self.cuts.values(), [my_late]])
        self.counts = dict(zip(self.cuts, found, strict=True))

    def page(self, name: str, after: str, size: int) -> list[Owed]:
        """Return the rows of one cut behind a cursor, and one more when there is a next page."""
        cut = self.cuts[name]
        behind = cursor.read(after)
        if behind:
            cut = [rows.filter(cursor.behind("press_at", behind)) for rows in cut]
        numbers = arms.first(cut, "press_at", size + 1)
        return arms.fetch(Owed.objects.select_related(*debts.NAMED), numbers)


@login_required
def today(request: HttpRequest) -> HttpResponse:
    """Show what is owed."""
    person, at = asking(request), now()
    books = Books(person, at)
    show = request.GET.get("show", "")
    context = {"now": at, "today": _date(at), "lead": _lead(books), "tabs": _tabs(books, show)}
    context |= _one(books, show, request) if show in books.cuts else _overview(books)
    partial = request.headers.get("HX-Target") == "today"
    return render(request, "desk/today/_today.html" if partial else "desk/today/today.html", context)


def _overview(books: Books) -> dict[str, object]:
    return {"parts": [_part(books, name, books.page(name, "", PART), PART) for name in ("mine", "team")]}


def _one(books: Books, name: str, request: HttpRequest) -> dict[str, object]:
    given = request.GET.get("after", "")
    rows = books.page(name, given, PAGE)
    more = len(rows) > PAGE
    last = rows[PAGE - 1] if more else None
    link = f"{reverse('today')}?show={name}"
    return {
        "parts": [_part(books, name, rows, PAGE, one=True)],
        "before": link if given else "",
        "after": f"{link}&after={cursor.after((last.press_at, last.pk))}".replace("+", "%2B") if last else "",
    }


def _part(books: Books, name: str, rows: list[Owed], size: int, *, one: bool = False) -> Part:
    titles = {
        "mine": gettext("I owe"),
        "team": gettext("My team owes"),
        "late": gettext("Late"),
        "promised": gettext("Promised"),
    }
    empty_title, empty_text = _empty(name)
    return Part(
        title=titles[name],
        count=counts.words(books.counts[name]),
        debts=debts.shown(rows[:size], person=books.person, now=books.at),
        empty_title=empty_title,
        empty_text=empty_text,
        more=f"{reverse('today')}?show={name}" if len(rows) > size and not one else "",
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
    }
    return texts[name]


def _tabs(books: Books, show: str) -> list[Tab]:
    link = reverse("today")
    names = {
        "mine": gettext("Mine"),
        "team": gettext("Team"),
        "late": gettext("Late"),
        "promised": gettext("Promised"),
    }
    tabs = [Tab(gettext("Overview"), link, None, show not in names)]
    for name, title in names.items():
        n = books.counts[name]
        late = name == "late" and n > 0
        tabs.append(Tab(title, f"{link}?show={name}", counts.words(n), show == name, late))
    return tabs


def _lead(books: Books) -> str:
    mine = books.counts["mine"]
    if not mine:
        return gettext("You owe nothing at this moment.")
    late = books.my_late
    owed = ngettext("You owe one thing", "You owe %(n)s things", mine) % {"n": counts.words(mine)}
    if not late:
        return gettext("%(owed)s; nothing of it is late.") % {"owed": owed}
    of_them = ngettext("one of them is late", "%(n)s of them are late", late) % {"n": counts.words(late)}
    return f"{owed}; {of_them}."


def _date(at: datetime) -> str:
    return moments.written(timezone.localtime(at), "EEEE, d MMMM")
