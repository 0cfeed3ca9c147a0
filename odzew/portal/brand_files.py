"""What the customer's pages need of the brand besides words: its colours as a stylesheet, its logo."""

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import etag, require_safe

from odzew.lib import colour, palette
from odzew.staff import brand

FOR_EVER = "public, max-age=31536000, immutable"
NOTHING = "default-src 'none'; sandbox"
LONGEST = 60  # seconds for which a browser may believe a colour whose address says nothing of it


def _css() -> str:
    accent = colour.parse(brand.current().accent)
    return palette.stylesheet(accent) if accent else ""


def _mark(_request: HttpRequest) -> str:
    return f'"{sha256(_css().encode()).hexdigest()[:16]}"'


@require_safe
@etag(_mark)
def style(request: HttpRequest) -> HttpResponse:
    """Give the colours of the firm; a browser that has them is told so."""
    answer = HttpResponse(_css(), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={LONGEST}"
    return answer


@require_safe
def logo(request: HttpRequest, stamp: str) -> HttpResponse:
    """Give the logo, by an address that changes with it."""
    found = brand.Brand.objects.filter(logo_stamp=stamp).exclude(logo=None).first()
    if found is None or not found.logo:
        raise Http404(_("There is no such page."))
    answer = HttpResponse(bytes(found.logo), content_type=f"image/{found.logo_kind}")
    answer["Cache-Control"] = FOR_EVER
    answer["Content-Security-Policy"] = NOTHING
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = f'inline; filename="logo.{found.logo_kind}"'
    return answer
