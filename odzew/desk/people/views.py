"""People: who works at the desk; invite, change, take off the desk, take back."""

from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.contrib.auth import password_validation
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from odzew.desk import numbers
from odzew.desk.account import factors, views as account
from odzew.desk.account.offered import sso_offered
from odzew.desk.drawn import drawn
from odzew.desk.people.form import FIELDS, Member
from odzew.desk.person import administrator
from odzew.ledger import books, leaving
from odzew.lib.clock import now
from odzew.notices import covers
from odzew.staff import acts, linking, sessions, welcome as links
from odzew.staff.models import Person, Role

TOLD = ("email", "role")  # what somebody could do or sign in with before, for the staff log


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Show everybody, with what each owes."""
    administrator(request)
    loads = books.loads()
    rows = list(Person.objects.prefetch_related("teams").order_by("-is_active", "name", "pk"))
    listed = [{"person": row, "owes": loads.get(row.pk, 0)} for row in rows]
    return drawn(request, "desk/people/people.html", {"listed": listed})


@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Bring somebody to the desk, and show the link by which she chooses a password."""
    administrator(request)
    form = Member(Person(), request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _form(request, form)
    with transaction.atomic():
        person = Person.objects.create_user(form.cleaned_data["email"], None, date_joined=now())
        _write(person, form)
        acts.tell(number=person.pk)
    return _form(request, Member(person), {"link": links.link(person)})


@login_required
def person(request: HttpRequest, number: int) -> HttpResponse:
    """Change somebody."""
    by = administrator(request)
    found = find(number)
    form = Member(found, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _form(request, form)
    try:
        _change(found, by, form)
    except leaving.CannotLeave as refusal:
        return _form(request, form, {"refusals": refusal.reasons})
    messages.success(request, gettext("Kept."))
    return redirect("people")


@login_required
@require_POST
def link(request: HttpRequest, number: int) -> HttpResponse:
    """Show a new link by which somebody chooses a password."""
    administrator(request)
    found = find(number)
    return _form(request, Member(found), {"link": links.link(found)})


@login_required
@require_POST
def sign_out(request: HttpRequest, number: int) -> HttpResponse:
    """End every session of somebody."""
    administrator(request)
    found = find(number)
    ended = sessions.end(found, keep=str(request.session.session_key))
    acts.tell(facts={"sessions": ended})
    messages.success(request, account.said(ended))
    return redirect("person", found.pk)


@login_required
@require_POST
def reset_factor(request: HttpRequest, number: int) -> HttpResponse:
    """Take away the second factor of somebody who has lost it."""
    administrator(request)
    found = find(number)
    acts.tell(facts={"factors": factors.reset(found)})
    messages.success(request, gettext("Reset. %(name)s signs in with the password alone.") % {"name": found})
    return redirect("person", found.pk)


@login_required
@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Take somebody off the desk; what she owes is handed over first."""
    by = administrator(request)
    found = find(number)
    to = Person.objects.filter(pk=numbers.number(request.POST.get("to", "")) or 0).first()
    at = now()
    try:
        with covers.watched(by, at):
            moved = leaving.deactivate(found, by, at, to)
    except leaving.CannotLeave as refusal:
        return _form(request, Member(found), {"refusals": refusal.reasons})
    said = gettext("%(name)s is off the desk. Handed over: %(count)d.") % {"name": found, "count": moved}
    messages.success(request, said)
    return redirect("people")


@login_required
@require_POST
def come_back(request: HttpRequest, number: int) -> HttpResponse:
    """Let somebody sign in again."""
    by = administrator(request)
    found = find(number)
    with covers.watched(by, now()):
        Person.objects.filter(pk=found.pk).update(is_active=True)
    messages.success(request, gettext("%(name)s is at the desk again.") % {"name": found})
    return redirect("people")


@never_cache
def welcome(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """Let somebody who holds a link choose a password."""
    found = Person.objects.filter(pk=number).first()
    if found is None or not links.opens(found, token):
        return drawn(request, "desk/people/welcome.html", {"ended": True}, status=410)
    errors: list[str] = []
    if request.method == "POST":
        errors = _password_errors(request, found)
        if not errors:
            links.choose(found, request.POST["password"])
            messages.success(request, gettext("The password is set. Sign in with it."))
            return redirect("account_login")
    context = {"invited": found, "errors": errors}
    return drawn(request, "desk/people/welcome.html", context, status=422 if errors else 200)


def find(number: int) -> Person:
    """Return somebody who works, or worked, at the desk.

    :raises Http404: when there is nobody of this number
    """
    found = Person.objects.filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is nobody of this number."))
    return found


@transaction.atomic
def _change(person: Person, by: Person, form: Member) -> None:
    said = form.cleaned_data
    acts.tell(facts=_before(person, said))
    stays_administrator = said["role"] == Role.ADMINISTRATOR or person.role != Role.ADMINISTRATOR
    if said["role"] == Role.READER and person.role != Role.READER:
        at = now()
        with covers.watched(by, at):
            leaving.become_reader(person, by, at)
    elif not stays_administrator and (reasons := leaving.reasons_against(person, by)):
        raise leaving.CannotLeave(reasons)
    _write(person, form)


def _before(person: Person, said: dict[str, Any]) -> dict[str, acts.Fact]:
    changed = [name for name in TOLD if getattr(person, name) != said[name]]
    return {f"{name}_before": str(getattr(person, name)) for name in changed}


def _write(person: Person, form: Member) -> None:
    said = form.cleaned_data
    for name in FIELDS:
        setattr(person, name, said[name])
    person.save(update_fields=FIELDS)
    person.teams.set(said["teams"])


def _form(request: HttpRequest, form: Member, more: dict[str, Any] | None = None) -> HttpResponse:
    member = form.person
    others = Person.objects.filter(is_active=True).exclude(Q(pk=member.pk) | Q(role=Role.READER))
    context: dict[str, Any] = {
        "form": form,
        "member": member,
        "owes": books.loads().get(member.pk, 0) if member.pk else 0,
        "others": others.order_by("name", "pk"),
        "zones": sorted(available_timezones()),
        "seats": account.signed_in(member, str(request.session.session_key)) if member.pk else [],
        "now": now(),
        "has_factor": member.pk and factors.has(member),
        "sso": sso_offered() if member.pk and linking.linked(member) else "",
    } | (more or {})
    wrong = bool(form.errors or context.get("refusals"))
    return drawn(request, "desk/people/one.html", context, status=422 if wrong else 200)


def _password_errors(request: HttpRequest, person: Person) -> list[str]:
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        return [gettext("The two are not the same: type the password again.")]
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        return list(error.messages)
    return []
