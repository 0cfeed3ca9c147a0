"""The one place where acts enter the staff log: each address of the desk is wrapped where it is declared."""

from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

from odzew.desk import numbers
from odzew.desk.logged.declared import ACTS, SILENT, Act
from odzew.staff import acts
from odzew.staff.models import Person

View = Callable[..., HttpResponse]
Refuses = Callable[[HttpResponse], bool]
Pattern = URLPattern | URLResolver


def logged(patterns: Iterable[Pattern], refuses: Refuses | None = None) -> list[Pattern]:
    """Return the addresses, with what they do in the staff log; `refuses` knows a refusal by its answer."""
    return [_logged(one, refuses or _is_error) for one in patterns]


def _logged(one: Pattern, refuses: Refuses) -> Pattern:
    if isinstance(one, URLPattern) and one.name and one.name not in SILENT:
        one.callback = _with_log(one.callback, one.name, ACTS.get(one.name, Act()), refuses)
    return one


def _with_log(do: View, name: str, act: Act, refuses: Refuses) -> View:
    @wraps(do)
    def view(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        asked = _asked(request, name, act, more.get("number")) if request.method == "POST" else None
        if asked is None:
            return do(request, *args, **more)
        with acts.during(asked):
            return _done(partial(do, request, *args, **more), asked, act, refuses)

    return view


def _done(do: Callable[[], HttpResponse], asked: acts.Asked, act: Act, refuses: Refuses) -> HttpResponse:
    """Do it and keep it, both or neither; what was refused is kept too, after all else was taken back."""
    try:
        if act.waits:
            return _judged(do(), asked, act, refuses)
        with transaction.atomic():
            return _judged(do(), asked, act, refuses)
    except (PermissionDenied, Http404):
        asked.refused, asked.kept = True, False
        acts.keep()
        raise


def _judged(answer: HttpResponse, asked: acts.Asked, act: Act, refuses: Refuses) -> HttpResponse:
    asked.refused = asked.refused or refuses(answer)
    if not (act.by_link and asked.refused):  # a guess at a link proves nobody, and would fill the log
        acts.keep()
    return answer


def _asked(request: HttpRequest, name: str, act: Act, number: int | None) -> acts.Asked | None:
    by = request.user.pk if isinstance(request.user, Person) else None
    if act.by_link and number and Person.objects.filter(pk=number).exists():
        by = number
    if by is None:
        return None  # a stranger, who is sent to sign in
    return acts.Asked(name, by, address(request), act.thing, number, _facts(request, act))


def _facts(request: HttpRequest, act: Act) -> dict[str, acts.Fact]:
    told = {field: request.POST.getlist(field) for field in act.fields}
    return {field: _fact(field, said) for field, said in told.items() if said and said != [""]}


def _fact(field: str, said: list[str]) -> acts.Fact:
    if len(said) > 1 or field in ("teams", "pays"):
        return said
    number = numbers.number(said[0])
    return said[0] if number is None else number


def address(request: HttpRequest) -> str:
    """Return the address a request came from; a proxy that is trusted has been asked already."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_error(answer: HttpResponse) -> bool:
    return answer.status_code >= 400
