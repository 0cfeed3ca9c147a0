"""Brand: how customers see the firm, with a preview in light and dark while it is chosen."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from odzew.channels.models import Account
from odzew.desk.brand.form import Look
from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.lib import colour, palette
from odzew.staff import acts
from odzew.staff.brand import ONLY, Brand


@dataclass(frozen=True, slots=True)
class Shown:
    """What the preview shows."""

    name: str
    accent: str
    logo: str  # as a data: address, since it is kept nowhere yet
    moved: tuple[str, str]  # what the colour becomes in light and in dark, where it could not be read


@login_required
def brand(request: HttpRequest) -> HttpResponse:
    """Show how the firm looks, and keep what is changed."""
    administrator(request)
    if request.method != "POST":
        return _page(request, Look(_kept()))
    form = Look(_kept(), request.POST, request.FILES)
    if not form.is_valid() or "preview" in request.POST:
        return _page(request, form)
    form.filled().keep()
    acts.tell(facts={"logo": "new"} if request.FILES else {})
    messages.success(request, gettext("Kept. Customers see it from now on."))
    return redirect("brand")


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show how customers would see what stands in the form, kept or not."""
    administrator(request)
    form = Look(_kept(), request.POST, request.FILES)
    form.is_valid()
    return drawn(request, "desk/brand/_preview.html", {"shown": _shown(form.filled())})


@login_required
@require_safe
def preview_style(request: HttpRequest) -> HttpResponse:
    """Give the preview the colours that are asked for."""
    administrator(request)
    accent = colour.parse(request.GET.get("accent", ""))
    css = palette.stylesheet(accent, ".brand-shown") if accent else ""
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def _kept() -> Brand:
    return Brand.objects.filter(pk=ONLY).first() or Brand()


def _page(request: HttpRequest, form: Look) -> HttpResponse:
    shown = form.filled() if form.is_bound else form.brand
    context: dict[str, Any] = {
        "form": form,
        "shown": _shown(shown),
        "has_logo": bool(shown.logo_stamp),
        "named": Account.objects.filter(channel="email").exclude(name="").order_by("name", "pk"),
    }
    return drawn(request, "desk/brand/brand.html", context, status=422 if form.errors else 200)


def _shown(shown: Brand) -> Shown:
    logo = ""
    if shown.logo:
        logo = f"data:image/{shown.logo_kind};base64,{b64encode(bytes(shown.logo)).decode()}"
    return Shown(shown.name, shown.accent, logo, _moved(shown.accent))


def _moved(accent: str) -> tuple[str, str]:
    chosen = colour.parse(accent)
    if chosen is None:
        return "", ""
    found = palette.light(chosen).accent, palette.dark(chosen).accent
    light, dark = ("" if one == chosen else colour.written(one) for one in found)
    return light, dark
