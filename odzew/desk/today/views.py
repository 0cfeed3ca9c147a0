"""Today: what I owe and what my team owes, the most pressing first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from odzew.desk import arms, cursor, debt_rows, moments, pieces
from odzew.desk.today import words
from odzew.desk.today.books import Books
from odzew.lib.clock import now
from odzew.search.models import SavedView

PAGE = 50
PART = 20
ALARMING = ("late", "unowned", "escalated")
SELDOM = ("unowned", "escalated")  # most people are never told of what others owe


TAB = '<a class="tab" href="{}"{}>{}{}</a>'
HERE = SafeString(' aria-current="page"')
COUNT = ' <span class="count{}">{}</span>'


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at the books, with how much stands in it."""

    name: str
    url: str
    count: str | None
    here: bool
    late: bool = False

    @property
    def shown(self) -> SafeString:
        """Return the tab as it stands on the page."""
        count = pieces.fill(COUNT, " count-late" if self.late else "", self.count) if self.count else ""
        return pieces.fill(TAB, self.url, HERE if self.here else "", self.name, count)


@dataclass(frozen=True, slots=True)
class Part:
    """One list of debts with its title, its count, and what to say when it is empty."""

    title: str
    count: str
    debts: list[debt_rows.Debt]
    empty_title: str
    empty_text: str
    more: str = ""
    empty_icon: str = "check-check"


@login_required
def today(request: HttpRequest) -> HttpResponse:
    """Show what is owed."""
    at = now()
    books = Books(request, at)
    show = request.GET.get("show", "")
    context = {"now": at, "today": _date(at), "lead": words.lead(books), "tabs": _tabs(books, show)}
    context["wakes"] = books.hidden[0].wake_at.isoformat() if books.hidden else ""
    context |= _one(books, show, request) if show in books.cuts else _overview(books)
    partial = request.headers.get("HX-Target") == "today"
    if not partial:
        context["views"] = SavedView.objects.filter(person=books.person).order_by("name", "pk")
    return render(request, "desk/today/_today.html" if partial else "desk/today/today.html", context)


def _overview(books: Books) -> dict[str, object]:
    names = ("mine", "team")
    keys = [arms.numbers(found) for found in books.pages(names, "", PART)]
    rows = _rows(books, [n for one in keys for n in one[:PART]])
    parts = ([row for row in rows if row.id in one] for one in keys)
    return {"parts": [_part(books, *told, PART) for told in zip(names, parts, keys, strict=True)]}


def _one(books: Books, name: str, request: HttpRequest) -> dict[str, object]:
    given = request.GET.get("after", "")
    size = PAGE * cursor.pages(request.GET)
    [keys] = books.pages([name], given, size)
    rows = _rows(books, arms.numbers(keys[:size]))
    last = arms.row(keys[size - 1]) if len(keys) > size else None
    link = f"{reverse('today')}?show={name}"
    return {
        "parts": [_part(books, name, rows, (), size)],
        "before": link if given else "",
        "after": f"{link}&after={cursor.after(last)}".replace("+", "%2B") if last else "",
    }


def _rows(books: Books, numbers: Sequence[int]) -> list[debt_rows.Debt]:
    return debt_rows.shown(
        numbers, person=books.person, now=books.at, asleep=books.wakes, chooses=books.person.may_write
    )


def _part(books: Books, name: str, rows: list[debt_rows.Debt], keys: Sequence[int], size: int) -> Part:
    empty_title, empty_text = words.empty(name)
    return Part(
        title=words.titles()[name],
        count=moments.figure(books.counts[name]),
        debts=rows,
        empty_title=empty_title,
        empty_text=empty_text,
        more=f"{reverse('today')}?show={name}" if len(keys) > size else "",
    )


def _tabs(books: Books, show: str) -> list[Tab]:
    link, names = reverse("today"), words.tabs()
    tabs = [Tab(gettext("Overview"), link, None, show not in names)]
    for name, title in names.items():
        n = books.counts[name]
        if name in SELDOM and not n and show != name:
            continue
        late = name in ALARMING and n > 0
        tabs.append(Tab(title, f"{link}?show={name}", moments.figure(n), show == name, late))
    return tabs


def _date(at: datetime) -> str:
    return moments.written(timezone.localtime(at), "EEEE, d MMMM")
