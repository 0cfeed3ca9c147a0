"""A page that answers an act: drawn when the act has ended, so that no writer waits while it is."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse

Shown = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


class _Page(TemplateResponse):
    def __init__(self, request: HttpRequest, template: str, shown: Shown, status: int) -> None:
        super().__init__(request, template, status=status)
        self.shown = shown

    def resolve_context(self, _context: Any) -> dict[str, Any]:
        return _read(self.shown)


def drawn(request: HttpRequest, template: str, shown: Shown, status: int = 200) -> HttpResponse:
    """Return a page of what is `shown`, which may be read only when the page is drawn.

    An act holds the database until its line stands in the staff log (odzew/desk/logged), and SQLite lets
    one at a time write. Django draws the page of a POST after its view has returned, so after the act
    (django.template.response, "The rendering process"). This function will draw any other page at once.
    """
    if request.method == "POST":
        return _Page(request, template, shown, status)
    return render(request, template, _read(shown), status=status)


def _read(shown: Shown) -> dict[str, Any]:
    return dict(shown() if callable(shown) else shown)
