"""Where shops call: POST /hooks/shops/NAME, each call signed with the shop's secret (docs/orders.md)."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from odzew.api.problems import Problem, answer
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.lib.sealing import CannotOpen
from odzew.orders import door
from odzew.orders.events import Unreadable
from odzew.orders.models import Shop
from odzew.orders.record import Unknown
from odzew.orders.shapes import Forged

LARGEST = 1_000_000  # bytes of a call
TOO_MUCH = f"A call may have {LARGEST} bytes."


@csrf_exempt  # no cookie opens it; the signature takes the token's place
@require_POST
def call(request: HttpRequest, name: str) -> HttpResponse:
    """Hear a shop: 204 when it is in the books, 4xx when it should not be sent again as it is."""
    shop = Shop.objects.select_related("account").filter(slug=name, active=True).first()
    if shop is None:
        return answer(Problem(404, "No shop is called so here."))
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return answer(Problem(413, TOO_MUCH))
    try:
        return _heard(shop, request)
    except Forged as fault:
        return answer(Problem(401, str(fault)))
    except Unreadable as fault:
        return answer(Problem(422, str(fault)))
    except Unknown as fault:
        # What arrived may be told before its order: the shop sends it again.
        return answer(Problem(409, str(fault), {"Retry-After": "60"}))
    except Refused as fault:
        return answer(Problem(409, str(fault)))
    except CannotOpen as fault:
        return answer(Problem(500, str(fault)))


def _heard(shop: Shop, request: HttpRequest) -> HttpResponse:
    if shop.kind == Shop.Kind.WOOCOMMERCE and _is_ping(request):
        return HttpResponse(status=204)
    headers = {name.lower(): value for name, value in request.headers.items()}
    door.hear(shop, headers, request.body, now())
    return HttpResponse(status=204)


def _is_ping(request: HttpRequest) -> bool:
    """Tell whether WooCommerce only asks, unsigned, whether anybody is there, as when it is set up."""
    return request.content_type == "application/x-www-form-urlencoded" and set(request.POST) == {"webhook_id"}


urlpatterns = [path("hooks/shops/<slug:name>", call, name="shop-call")]
