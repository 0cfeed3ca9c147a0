"""Rules: their order, making and trying one, what each has done; a lead has those of her teams."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations.models import Conversation
from odzew.conversations.rule import Rule, Ruled, met_since
from odzew.conversations.rules import Rules
from odzew.conversations.tag import Tag
from odzew.desk import numbers
from odzew.desk.drawn import drawn
from odzew.desk.person import asking, managing
from odzew.desk.rules import words
from odzew.desk.rules.form import RuleForm
from odzew.desk.rules.rehearsal import A_MONTH, rehearse
from odzew.domain.obligation import Refused
from odzew.lib.clock import monotonic, now
from odzew.staff import acts
from odzew.staff.models import Person

LATELY = 20  # of what a rule has done, on its page


@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules in their order, and how often each did something in the last month."""
    person = managing(request)
    rows = list(Rule.objects.kept_by(person).select_related("of_team").in_order())
    named, met, looked_up = words.Named(), met_since(now() - A_MONTH), Rules(rows)
    does = {one.rule.pk: one.does.named() for one in looked_up.standing}
    listed = [
        {
            "rule": rule,
            "asked": named.asked(rule),
            "does": words.did(does.get(rule.pk, ())),
            "met": met.get(rule.pk, 0),
            "broken": words.broken(rule.broken or looked_up.broken.get(rule.pk, "")),
            "is_first": not place or rows[place - 1].of_team_id != rule.of_team_id,
            "is_last": rule is rows[-1] or rows[place + 1].of_team_id != rule.of_team_id,
        }
        for place, rule in enumerate(rows)
    ]
    return drawn(request, "desk/rules/rules.html", {"listed": listed})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a rule, below all others."""
    return _edit(request, managing(request), Rule())


@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a rule."""
    person = managing(request)
    return _edit(request, person, _find(person, number))


@login_required
@require_POST
def tried(request: HttpRequest) -> HttpResponse:
    """Try a rule as the form says it on what came in the last month; nothing is kept."""
    person = managing(request)
    number = numbers.number(request.POST.get("rule", ""))
    form = RuleForm(_find(person, number) if number else Rule(), person, request.POST)
    if not form.is_valid():
        return _form(request, form)
    found = rehearse(form.filled(form.known_tags()), now(), monotonic, fresh=form.new_tags())
    seen = set(_visible(person, [met.conversation for met in found.shown]))
    rows = [{"met": met, "did": words.did(met.did)} for met in found.shown if met.conversation in seen]
    said = {"tried": found, "met": rows, "why": words.broken(found.broken)}
    return _form(request, form, said)


@login_required
@require_POST
def move(request: HttpRequest, number: int) -> HttpResponse:
    """Put a rule one place up, or down."""
    person = managing(request)
    with transaction.atomic():
        rows = _held(_find(person, number))
        at = next((place for place, rule in enumerate(rows) if rule.pk == number), None)
        if at is None:
            raise Http404(_gone())
        other = at + 1 if "down" in request.POST else at - 1
        if 0 <= other < len(rows):
            rows[at], rows[other] = rows[other], rows[at]
        _number(rows)
    return redirect("rules")


@login_required
@require_POST
def switch(request: HttpRequest, number: int) -> HttpResponse:
    """Switch a rule on, or off; one that cannot do what it says stays off."""
    found = _find(managing(request), number)
    is_on = request.POST.get("on") == "yes"
    why = Rules([found]).broken.get(found.pk, "") if is_on else found.broken
    Rule.objects.filter(pk=number).update(is_on=is_on and not why, broken=why)
    if is_on and why:
        acts.refused()
        messages.error(request, gettext("It stays off: %(why)s") % {"why": words.broken(why)})
    return redirect("rules")


@login_required
@require_POST
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Take a rule away; what it has done stays."""
    found = _find(managing(request), number)
    acts.tell(facts={"name": found.name})
    found.delete()
    messages.success(request, gettext("Taken away. What it has done stays."))
    return redirect("rules")


def _edit(request: HttpRequest, author: Person, rule: Rule) -> HttpResponse:
    form = RuleForm(rule, author, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _form(request, form)
    try:
        with transaction.atomic():
            kept = form.filled(form.made_tags(author, now()))
            kept.changed_by, kept.changed_at = author, now()
            if not kept.pk:
                kept.place = (Rule.objects.aggregate(last=Max("place"))["last"] or 0) + 1
            kept.save()
            acts.tell(number=kept.pk)
    except Refused as refusal:
        form.refuse(refusal)
        return _form(request, form)
    messages.success(request, gettext("Kept. It holds for what comes from now on."))
    return redirect("rules")


def _form(request: HttpRequest, form: RuleForm, more: dict[str, Any] | None = None) -> HttpResponse:
    rule = form.rule
    context: dict[str, Any] = {
        "form": form,
        "rule": rule,
        "tag_names": Tag.objects.in_use(),
        "lately": _lately(rule, asking(request)) if rule.pk else [],
        "now": now(),
        "why": words.broken(rule.broken),
        **(more or {}),
    }
    return drawn(request, "desk/rules/one.html", context, status=422 if form.errors else 200)


def _lately(rule: Rule, person: Person) -> list[dict[str, Any]]:
    rows = list(Ruled.objects.filter(rule=rule.pk).order_by("-at", "-pk")[:LATELY])
    talks = _visible(person, {row.conversation_id for row in rows})
    return [
        {"row": row, "talk": talks[row.conversation_id], "did": words.did(row.did)}
        for row in rows
        if row.conversation_id in talks
    ]


def _visible(person: Person, conversations: Iterable[int]) -> dict[int, Conversation]:
    return Conversation.objects.visible_to(person).in_bulk(list(conversations))


def _held(rule: Rule) -> list[Rule]:
    """Return the rules that stand together with one, in their order, held until the transaction ends."""
    return sorted(
        Rule.objects.select_for_update().filter(of_team=rule.of_team).order_by("pk"),
        key=lambda rule: (rule.place, rule.pk),
    )


def _number(rows: Iterable[Rule]) -> None:
    for place, rule in enumerate(rows, 1):
        if rule.place != place:
            Rule.objects.filter(pk=rule.pk).update(place=place)


def _find(person: Person, number: int) -> Rule:
    found = Rule.objects.kept_by(person).select_related("of_team").filter(pk=number).first()
    if found is None:
        raise Http404(_gone())
    return found


def _gone() -> str:
    return gettext("There is no such rule.")
