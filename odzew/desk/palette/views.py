"""What the palette offers besides the places and acts of the page: customers and conversations."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from odzew.conversations.models import Conversation
from odzew.customers.models import Customer
from odzew.desk import arms
from odzew.desk.person import asking
from odzew.desk.search import hits
from odzew.lib.clock import now
from odzew.search import find, query, shown
from odzew.staff.models import Person

_TALKS, _CUSTOMERS = 6, 4


@login_required
def palette(request: HttpRequest) -> HttpResponse:
    """Offer what begins so, the newest first; an empty question is answered with nothing."""
    text, person = request.GET.get("q", "").strip()[: query.LONGEST], asking(request)
    context: dict[str, object] = {"q": text}
    if text:
        context["search_url"] = f"{reverse('search')}?{urlencode({'q': text})}"
        context["customers"] = _customers(text, person)
        context["hits"] = _talks(text, person)
    return render(request, "desk/palette/_options.html", context)


def _talks(text: str, person: Person) -> list[hits.Hit]:
    asked = query.read(text, timezone.get_current_timezone(), is_finished=False)
    if asked.problems or asked.is_empty:
        return []
    page = find.page(asked, person, now(), size=2 * _TALKS)
    return hits.rows(page.messages, shown.wanted(asked.groups), person)[:_TALKS]


def _customers(text: str, person: Person) -> list[Customer]:
    match = query.of_customers(text)
    if not match.groups:
        return []
    page = find.page(query.Query(groups=list(match.groups)), person, now(), size=4 * _CUSTOMERS)
    talks = Conversation.objects.filter(messages__in=page.messages).order_by("-messages__at")
    numbers = list(dict.fromkeys(talks.values_list("customer", flat=True)))[:_CUSTOMERS]
    return arms.fetch(Customer.objects.all(), numbers)
