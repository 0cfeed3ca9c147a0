"""The form by which a person says what she wants to be told of, by which way, and when."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _, gettext_lazy

from odzew.notices import digests, soon, tuning, words
from odzew.notices.models import Notice
from odzew.notices.pushing import Push
from odzew.notices.tuning import Quiet, Tuning, Way
from odzew.staff.models import Person

HOUR = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
MOST_HOURS = 4
QUIET = [
    (
        Quiet.OFF_WORK,
        gettext_lazy("Quiet outside the working hours of my teams; where they never close, from 21 to 7"),
    ),
    (Quiet.SPAN, gettext_lazy("Quiet between two hours of my clock")),
    (Quiet.NEVER, gettext_lazy("Never quiet: at night too")),
]


class Wishes(forms.Form):
    """All of it but the ways, which are ticked kind by kind (`ways`)."""

    warn_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of working time before something becomes late"),
        min_value=5,
        max_value=4800,
    )
    quiet = forms.ChoiceField(label=gettext_lazy("Quiet hours"), choices=QUIET, widget=forms.RadioSelect)
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    digest_hours = forms.CharField(
        label=gettext_lazy("Hours of the mail with what is not read"),
        required=False,
        help_text=gettext_lazy("On working days of your teams, for example 8:00, 13:00. Empty: no mail."),
    )
    shows_words = forms.BooleanField(
        label=gettext_lazy("A push or a mail may show the customer and the subject, on a locked screen too"),
        required=False,
    )

    def clean_digest_hours(self) -> list[str]:
        """Return the hours that were typed."""
        said = [part.strip() for part in self.cleaned_data["digest_hours"].split(",") if part.strip()]
        if len(said) > MOST_HOURS:
            raise forms.ValidationError(_("At most four hours a day."))
        return sorted({_hour(part) for part in said})

    def clean(self) -> dict[str, Any]:
        """Check that quiet hours have both ends."""
        given = super().clean() or {}
        ends = (given.get("quiet_from"), given.get("quiet_until"))
        if given.get("quiet") == Quiet.SPAN and (None in ends or ends[0] == ends[1]):
            self.add_error("quiet_from", _("Give both hours; they are not the same."))
        return given


def begin(wishes: Tuning, data: Any = None) -> Wishes:
    """Return the form as a person finds it, or with what she has sent."""
    shown = {name: getattr(wishes, name) for name in Wishes.base_fields}
    shown["digest_hours"] = ", ".join(wishes.digest_hours)
    return Wishes(data, initial=shown)


def ways(wishes: Tuning, data: Any = None) -> list[dict[str, Any]]:
    """Return the rows of the table: each kind, and which ways of it are ticked."""
    ticked = given(data) if data is not None else {}
    return [
        {
            "kind": kind,
            "name": name,
            "ways": [
                (way, called, way in (ticked[kind] if data is not None else wishes.ways_of(kind)))
                for way, called in words.ways().items()
            ],
        }
        for kind, name in words.names().items()
    ]


def given(data: Any) -> dict[str, list[str]]:
    """Return which ways were ticked, by kind."""
    return {kind: [way for way in Way if way in data.getlist(f"ways-{kind}")] for kind in words.names()}


@transaction.atomic
def keep(person: Person, wished: Mapping[str, Any], ticked: Mapping[str, list[str]], now: datetime) -> None:
    """Keep what a person wishes; it holds at once for what waits, too."""
    before = tuning.of(person.pk)
    following = digests.next_at(person, wished["digest_hours"], now)
    values = {**wished, "ways": dict(ticked), "digest_at": following}
    Tuning.objects.update_or_create(person=person, defaults=values)
    if wished["warn_minutes"] != before.warn_minutes:
        soon.again(person.pk, now)
    if following is None:
        Notice.objects.filter(person=person, to_mail=True).update(to_mail=False)
    Push.objects.filter(browser__person=person).update(next_at=now)


def _hour(said: str) -> str:
    found = HOUR.fullmatch(said)
    try:
        return f"{time(int(found[1]), int(found[2] or 0)):%H:%M}" if found else _bad(said)
    except ValueError:
        return _bad(said)


def _bad(said: str) -> str:
    raise forms.ValidationError(_("“%(text)s” is no hour: write it as 8:00.") % {"text": said})
