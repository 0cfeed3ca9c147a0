"""Signatures: what stands under replies; one's own, and for leads those of teams and mailboxes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import signing
from odzew.conversations.signature import Signature
from odzew.desk.drawn import drawn
from odzew.desk.person import writing
from odzew.desk.signatures.form import Text
from odzew.desk.signatures.sample import sample
from odzew.staff import acts
from odzew.staff.models import Person


@login_required
def signatures(request: HttpRequest) -> HttpResponse:
    """List the person's own and those of the teams and their mailboxes."""
    person = writing(request)
    rows = Signature.objects.visible_to(person).select_related("team", "account")
    ranked = sorted(rows, key=lambda row: (row.is_legal, not row.owner_id, not row.team_id, row.language))
    listed = [{"one": row, "may": row.may_be_changed_by(person)} for row in ranked]
    return drawn(request, "desk/signatures/signatures.html", {"listed": listed})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Write a new one."""
    return _keep(request, Signature(), writing(request))


@login_required
def signature(request: HttpRequest, number: int) -> HttpResponse:
    """Change one. What was sent with it stays as it was sent."""
    person = writing(request)
    return _keep(request, _find(person, number), person)


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show how a reply would look with what stands in the form, kept or not."""
    form = Text(Signature(), writing(request), request.POST)
    form.is_valid()
    return drawn(request, "desk/signatures/_preview.html", {"sample": sample(form)})


@login_required
@require_POST
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Throw one away; what was sent with it stays as it was sent."""
    _find(writing(request), number).delete()
    messages.success(request, gettext("The signature is thrown away."))
    return redirect("signatures")


def _find(person: Person, number: int) -> Signature:
    found = Signature.objects.visible_to(person).filter(pk=number).first()
    if found is None:
        raise Http404(gettext("There is no such signature, or it belongs to another team."))
    if not found.may_be_changed_by(person):
        raise PermissionDenied(gettext("Only a lead or an administrator may do this."))
    return found


def _keep(request: HttpRequest, found: Signature, person: Person) -> HttpResponse:
    form = Text(found, person, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid() or "preview" in request.POST:
        return _form(request, form)
    said = form.whose() | {name: form.cleaned_data[name] for name in ("language", "text")}
    for name, value in said.items():
        setattr(found, name, value)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:  # somebody was faster by a moment, or pressed twice
        form.refuse_second()
        return _form(request, form)
    acts.tell(number=found.pk)
    messages.success(request, gettext("Kept."))
    return redirect("signatures")


def _form(request: HttpRequest, form: Text) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "signature": form.signature,
        "known": [f"{{{place}}}" for place in signing.PLACES],
        "sample": sample(form),
    }
    return drawn(request, "desk/signatures/one.html", context, status=422 if form.errors else 200)
