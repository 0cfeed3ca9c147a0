"""The pages of shops."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from odzew.desk import kept
from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.desk.shops.form import ShopForm
from odzew.lib.clock import now
from odzew.orders.models import Shop
from odzew.staff import acts


@login_required
def shops(request: HttpRequest) -> HttpResponse:
    """List the shops."""
    administrator(request)
    rows = Shop.objects.select_related("account").annotate(told=Count("orders")).order_by("name", "pk")
    shown = [(shop, kept.told(shop.refused)) for shop in rows]
    return drawn(request, "desk/shops/shops.html", {"shops": shown, "now": now()})


@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Connect a shop."""
    administrator(request)
    return _keep(request, Shop(created_at=now()))


@login_required
@never_cache
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Change a shop."""
    administrator(request)
    return _keep(request, get_object_or_404(Shop, pk=number))


def _keep(request: HttpRequest, shop: Shop) -> HttpResponse:
    form = ShopForm(shop, request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    made = form.keep()
    shop.save()
    is_new = bool(made or form.cleaned_data["secret"])  # as good as a sign-in, for deliveries (docs/adr/0033)
    acts.tell(thing="shop", number=shop.pk, facts={"secret": "new"} if is_new else {})
    if made:  # a page and no redirect: it is shown this once
        return _page(request, ShopForm(shop), secret=made)
    messages.success(request, gettext("Kept."))
    return redirect("shops")


def _page(request: HttpRequest, form: ShopForm, status: int = 200, secret: str = "") -> HttpResponse:
    address = reverse("shop-call", args=[form.shop.slug]) if form.shop.pk else ""
    context = {
        "form": form,
        "shop": form.shop,
        "secret": secret,
        "address": address and settings.SITE_URL.rstrip("/") + address,
    }
    return drawn(request, "desk/shops/one.html", context, status=status)
