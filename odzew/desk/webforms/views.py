"""Web forms: list, make, change, and say whether one is a trap."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext

from odzew.channels import registry
from odzew.channels.forms import word
from odzew.channels.models import Account
from odzew.desk.doors.shown import tried
from odzew.desk.drawn import drawn
from odzew.desk.person import administrator, asking
from odzew.desk.webforms.form import Questions, Webform, lines
from odzew.lib.clock import now
from odzew.staff import acts
from odzew.staff.models import AccountTeam

OF_THE_FORM = ("name", "address", "active", "settings")


@login_required
def webforms(request: HttpRequest) -> HttpResponse:
    """List the forms, with how many faults each has."""
    person = administrator(request)
    rows = Account.objects.filter(channel="webform").select_related("in_charge__team").order_by("address")
    found = tried(rows, person, now())
    listed = [(row, _title(row), _faults(row), found[row.pk]) for row in rows]
    return drawn(request, "desk/webforms/webforms.html", {"listed": listed})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a form."""
    administrator(request)
    return _edit(request, Account(channel="webform", created_at=now()))


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a form."""
    administrator(request)
    found = Account.objects.filter(channel="webform", pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such form."))
    return _edit(request, found)


def _edit(request: HttpRequest, account: Account) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form, questions = Webform(account, posted), Questions(posted, initial=lines(account), prefix="q")
    if posted is None or not (form.is_valid() and questions.is_valid()):
        return _page(request, form, questions, 200 if posted is None else 422)
    account = form.filled([asked for line in questions if (asked := line.asked())])
    with transaction.atomic():
        account.save(update_fields=OF_THE_FORM if account.pk else None)
        AccountTeam.objects.update_or_create(account=account, defaults={"team": form.cleaned_data["team"]})
        acts.tell(number=account.pk)
    messages.success(request, gettext("The form is kept. Two more questions can be added below."))
    return redirect("webform", account.pk)


def _page(request: HttpRequest, form: Webform, questions: object, status: int) -> HttpResponse:
    account = form.account
    context: dict[str, object] = {"form": form, "questions": questions}
    if account.pk:
        context["title"] = _title(account)
    if account.pk and status == HTTPStatus.OK:
        address = settings.SITE_URL.rstrip("/") + reverse("form", args=[account.address])
        found = tried([account], asking(request), now())[account.pk]
        context |= {"checks": registry.check(account), "address": address, "tried": found}
    return drawn(request, "desk/webforms/one.html", context, status=status)


def _title(account: Account) -> str:
    return word(account.settings.get("title", {}), get_language() or "")


def _faults(account: Account) -> int:
    return sum(not check.ok for check in registry.check(account))
