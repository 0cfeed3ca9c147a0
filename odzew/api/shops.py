"""Where shops call: POST /hooks/shops/NAME, each call signed with the shop's secret (docs/orders.md)."""

import logging
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from odzew.api.measured import is_longer
from odzew.api.problems import AWAY, Problem, answer
from odzew.hearing.work import UNREADABLE
from odzew.lib.clock import now
from odzew.lib.payloads import Forged, Unreadable
from odzew.lib.plain import plain
from odzew.lib.ready import Ready
from odzew.lib.sealing import CannotOpen
from odzew.orders import door
from odzew.orders.models import Shop

log = logging.getLogger(__name__)
LARGEST = 1_000_000  # bytes of a call
STATUS: dict[type[Exception], int] = {Forged: 401, Unreadable: 422, CannotOpen: 500}
# Kept with what it is about, and translated for whoever reads it on the page of the shop.
SEALED = gettext_noop("The secret of this shop cannot be opened with the key of the desk. Set it again.")
TOO_MUCH = f"A call may have {LARGEST} bytes."


# Asked a thousand times a second in a sale: composed once.
_CALLED = Ready(lambda name: Shop.objects.filter(slug=name, active=True))


@csrf_exempt  # no cookie opens it; the signature takes the token's place
@require_POST
def call(request: HttpRequest, name: str) -> HttpResponse:
    """Hear a shop: 204 when it is on disk, 4xx when it should not be sent again as it is."""
    found = _CALLED(name)
    if not found:
        return answer(Problem(404, "No shop is called so here."))
    [shop] = found
    if is_longer(request, LARGEST):
        return answer(Problem(413, TOO_MUCH))
    try:
        return _heard(shop, request)
    except (Forged, Unreadable, CannotOpen) as fault:
        return _refused(shop, fault)
    except DatabaseError as fault:
        log.error("Shop %s: not kept: %s", shop.slug, fault)
        return answer(Problem(503, AWAY, {"Retry-After": "60"}))


def _refused(shop: Shop, fault: Exception) -> HttpResponse:
    """Say why, in the log and on the page of the shop too: not every shop shows it, or sends again."""
    status = STATUS[type(fault)]
    log.warning("Shop %s: refused (%d): %s", shop.slug, status, fault)
    if status != HTTPStatus.UNAUTHORIZED:  # a stranger may knock as often as he likes
        Shop.objects.filter(pk=shop.pk).update(refused_at=now(), refused=_kept(fault))
    return answer(Problem(status, str(fault)))


def _kept(fault: Exception) -> str:
    return SEALED if isinstance(fault, CannotOpen) else f"{UNREADABLE}\n{plain(str(fault), 400)}"


def _heard(shop: Shop, request: HttpRequest) -> HttpResponse:
    if shop.kind == Shop.Kind.WOOCOMMERCE and _is_ping(request):
        return HttpResponse(status=200)
    headers = {name.lower(): value for name, value in request.headers.items()}
    door.hear(shop, headers, request.body, now())
    return HttpResponse(status=204)


def _is_ping(request: HttpRequest) -> bool:
    """Tell whether WooCommerce only asks, unsigned, whether anybody is there, as when it is set up."""
    return request.content_type == "application/x-www-form-urlencoded" and set(request.POST) == {"webhook_id"}


urlpatterns = [path("hooks/shops/<slug:name>", call, name="shop-call")]
