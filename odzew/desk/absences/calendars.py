"""A person's calendars on the page of absences: where ours is read, which we read, and what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_POST

from odzew.desk import moments
from odzew.desk.absences.form import colleagues
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.language.calendar_words import WORDS
from odzew.lib import outward
from odzew.lib.clock import now
from odzew.notices.covers import watched
from odzew.staff import acts, proposals
from odzew.staff.calendars import Feed, Proposal, Source
from odzew.staff.models import Person


class Named(forms.Form):
    """The address of a calendar, and the words of an absence. Left empty, the address stays as it is."""

    address = forms.CharField(
        label=_("Address of your calendar (iCal)"),
        max_length=2000,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://…/basic.ics", "autocomplete": "off"}),
        help_text=_("The private one, with https://. It is kept sealed and never shown again."),
    )
    words = forms.CharField(
        label=_("Words in a title that mean an absence"),
        max_length=500,
        help_text=_("Parted by commas; the beginning of a word is enough."),
    )

    def __init__(self, source: Source | None, data: Mapping[str, Any] | None = None) -> None:
        words = source.words if source else WORDS
        super().__init__(data, initial={"words": ", ".join(words)})
        self.source = source
        if source:
            self.fields["address"].widget.attrs["placeholder"] = "••••••••"

    def clean_address(self) -> str:
        """Return the address, if it could be one out in the world; that is asked when it is read."""
        address = str(self.cleaned_data["address"]).strip()
        if address.startswith("webcal://"):  # what calendar programs show for https
            address = "https://" + address.removeprefix("webcal://")
        if not address and self.source is None:
            raise forms.ValidationError(_("Enter the address of the calendar."))
        if address and not outward.is_https(address):
            raise forms.ValidationError(_("Enter an address that begins with https://."))
        return address

    def clean_words(self) -> list[str]:
        """Return the words, each once.

        :raises ValidationError: when there is none
        """
        words = [" ".join(word.split()) for word in str(self.cleaned_data["words"]).split(",")]
        found = list(dict.fromkeys(filter(None, words)))
        if not found:
            raise forms.ValidationError(_("Enter at least one word."))
        return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """One proposal as the page shows it."""

    proposal: Proposal
    when: str
    covers: list[Person]


def shown(person: Person, at: datetime) -> dict[str, object]:
    """Return what the page shows of a person's calendars."""
    source = Source.objects.filter(person=person).first()
    feed = Feed.objects.filter(person=person, is_on=True).select_related("person").first()
    others = [one for one in colleagues(person) if one != person]
    return {
        "source": source,
        "source_form": Named(source),
        "read_ago": moments.ago(source.read_at, at) if source and source.read_at else "",
        "feed": _address(feed) if feed else "",
        "proposed": [_waiting(row, others) for row in Proposal.objects.waiting(person, at)],
        "differing": [_waiting(row, []) for row in Proposal.objects.differing(person, at)],
    }


def _waiting(row: Proposal, others: list[Person]) -> Waiting:
    return Waiting(row, moments.days(row.begins_at, row.ends_at), others)


def _address(feed: Feed) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("calendar", args=[feed.person_id, feed.token])


@login_required
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Give a person an address to read absences at, another one, or none; those before it open no more."""
    person = writing(request)
    wanted = request.POST.get("feed") != "off"
    with transaction.atomic():
        feed, fresh = Feed.objects.get_or_create(person=person)
        if not fresh:
            Feed.objects.filter(pk=feed.pk).update(generation=F("generation") + 1, is_on=wanted)
    told = gettext("The address is new; one before it opens no more."), gettext("Switched off.")
    messages.success(request, told[0] if wanted else told[1])
    return redirect(f"{reverse('absences')}#calendars")


@login_required
@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Keep the address of a person's calendar and its words, or forget it."""
    person = writing(request)
    source = Source.objects.filter(person=person).first()
    if "forget" in request.POST:
        _forget(person)
        messages.success(request, gettext("The calendar is read no more. What you have planned stays."))
        return redirect(f"{reverse('absences')}#calendars")
    form = Named(source, request.POST)
    if not form.is_valid():
        acts.refused()
        messages.error(request, " ".join(str(errors[0]) for errors in form.errors.values()))
        return redirect(f"{reverse('absences')}#calendars")
    _keep(person, source, form.cleaned_data)
    messages.success(request, gettext("Kept. What looks like an absence stands here in a minute."))
    return redirect(f"{reverse('absences')}#calendars")


@transaction.atomic
def _keep(person: Person, source: Source | None, said: Mapping[str, Any]) -> None:
    held = source or Source(person=person)
    if said["address"]:
        held.address = said["address"]
        Proposal.objects.filter(person=person, state=Proposal.State.PROPOSED).delete()
    held.words, held.next_at, held.error = said["words"], now(), ""
    if said["address"]:
        held.read_at = None
    held.save()


@transaction.atomic
def _forget(person: Person) -> None:
    Source.objects.filter(person=person).delete()
    Proposal.objects.filter(person=person, state=Proposal.State.PROPOSED).delete()


@login_required
@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Plan what a calendar proposes and ask who is to stand in, or say that it is none."""
    person = writing(request)
    proposal = Proposal.objects.filter(pk=number, person=person).first()
    if proposal is None:
        raise Http404
    try:
        messages.success(request, _answered(request, person, proposal))
    except Refused as refusal:
        acts.refused()
        messages.error(request, str(refusal))
    return redirect("absences")


def _answered(request: HttpRequest, person: Person, proposal: Proposal) -> str:
    how = request.POST.get("how")
    if how == "no":
        proposals.decline(proposal)
        return gettext("It is not asked again.")
    if how == "seen":
        proposals.seen(proposal)
        return gettext("Noted.")
    chosen = set(request.POST.getlist("covers"))
    covers = [one for one in colleagues(person) if str(one.pk) in chosen and one != person]
    at = now()
    with watched(person, at):
        absence = proposals.plan(proposal, at, covers)
    acts.tell(thing="absence", number=absence.pk)
    return gettext("Written down. Whoever is asked sees it on this page.")
