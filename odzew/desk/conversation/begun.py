"""What was begun in the reply box, as the screen of a conversation shows it."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.http import HttpRequest

from odzew.conversations import drafts
from odzew.conversations.draft import Draft
from odzew.conversations.models import Conversation
from odzew.desk import numbers
from odzew.desk.person import asking

SAID = ("purpose", "refuses", "rests_on")
PAGE = 40  # characters of the name of a page
LATER = ("later", "later_day", "later_hour")
_TOLD = 500  # characters of a draft in a link


def begun(request: HttpRequest, talk: Conversation, draft: Mapping[str, object] | None) -> dict[str, Any]:
    """Return what stands in the reply box: what came back in `draft`, else what the person has begun."""
    person = asking(request)
    kept = drafts.of(talk, person) if person.may_write else None
    return {"draft": _begun(request, kept) if draft is None else draft, **told(request, kept)}


def _begun(request: HttpRequest, kept: Draft | None) -> dict[str, Any]:
    text, form = (kept.text, kept.form) if kept else ("", {})
    if "tell" in request.GET:
        text = _with(text, request.GET["tell"][:_TOLD])
    if notice := numbers.number(request.GET.get("pays", "")):
        form = _paying(notice, form)
    return {**form, "text": text}


def _paying(notice: int, form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the box holds as an answer that pays a notice, beside what it was an answer to."""
    pays = form["pays"] if form.get("purpose") == "answer" else []
    return {"answered": [], **form, "purpose": "answer", "pays": [*pays, notice]}


def told(request: HttpRequest, kept: Draft | None) -> dict[str, Any]:
    """Return the draft and the texts beside it, and from which revision the open page goes on."""
    page = request.POST.get("once", "")
    others = dict(kept.beside) if kept else {}
    is_beside = others.pop(page, None) is not None
    goes_on = kept is not None and not is_beside and (not page or page == kept.page)
    return {
        "kept": kept,
        "once": page or uuid4().hex,
        "stroke": figure(request, "stroke"),
        "revision": kept.revision if kept and goes_on else figure(request, "revision"),
        "beside": list(others.items()),
        "mine_page": page if is_beside else "",
    }


def written(request: HttpRequest) -> drafts.Written:
    """Return what the reply form holds, as it is kept."""
    said = {name: request.POST.get(name, "")[:500] for name in SAID}
    return drafts.Written(
        page=request.POST.get("once", "")[:PAGE],
        revision=figure(request, "revision"),
        turn=figure(request, "stroke"),
        text=request.POST.get("text", ""),
        form={**said, "pays": paid(request), "answered": request.POST.getlist("answered")},
    )


def posted(request: HttpRequest) -> dict[str, Any]:
    """Return what the reply form holds, so that the screen shows it again."""
    draft: dict[str, object] = {name: request.POST.get(name, "") for name in ("text", *SAID, *LATER)}
    return {"ticked": paid(request), "answered": request.POST.getlist("answered"), "draft": draft}


def paid(request: HttpRequest) -> list[int]:
    """Return the debts that are ticked."""
    return [debt for one in request.POST.getlist("pays") if (debt := numbers.number(one))]


def enclosed(request: HttpRequest) -> list[int]:
    """Return the files of the draft that the page lists, to go along."""
    return [file for one in request.POST.getlist("kept_file") if (file := numbers.number(one))]


def figure(request: HttpRequest, name: str) -> int:
    """Return a count the page sent along."""
    return numbers.number(request.POST.get(name, "")[:9]) or 0


def _with(text: str, told: str) -> str:
    return told if not text.strip() else text if told in text else f"{text}\n\n{told}"
