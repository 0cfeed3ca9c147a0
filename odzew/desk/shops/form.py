"""The form of a shop."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext as _, gettext_lazy

from odzew.channels.models import Account
from odzew.lib import standard_webhooks
from odzew.orders import door
from odzew.orders.models import Shop


class ShopForm(forms.Form):
    """What is said of one shop."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    slug = forms.CharField(
        label=gettext_lazy("Its word in the address"), max_length=60, validators=[validate_slug]
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Shop.Kind.choices)
    account = forms.ModelChoiceField(
        Account.objects.none(),
        label=gettext_lazy("Mailbox of its customers"),
        help_text=gettext_lazy("Its team owes what is bought."),
    )
    hours = forms.DecimalField(
        label=gettext_lazy("Working hours until it has to have arrived"),
        min_value=1, max_value=5_000, max_digits=6, decimal_places=2, initial=16,
    )  # fmt: skip
    secret = forms.CharField(
        label=gettext_lazy("Secret it signs with"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Empty: the one that is kept; of a new shop one is made and shown once."),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, shop: Shop, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(shop))
        self.shop = shop
        boxes = Account.objects.filter(channel="email").order_by("name", "pk")
        # Django types every field of a form as the base of all; this one is a choice of rows.
        account: Any = self.fields["account"]
        account.queryset = boxes

    def clean_slug(self) -> str:
        """Return the word, unless another shop has it."""
        slug = str(self.cleaned_data["slug"]).lower()
        if Shop.objects.filter(slug=slug).exclude(pk=self.shop.pk).exists():
            raise forms.ValidationError(_("Another shop has this word. Choose another."))
        return slug

    def clean(self) -> dict[str, Any]:
        """Return what was said, unless the secret cannot be the shop's."""
        said = super().clean() or {}
        if fault := self._fault(said.get("kind", ""), said.get("secret", "")):
            self.add_error("secret", fault)
        return said

    def _fault(self, kind: str, secret: str) -> str:
        if kind == Shop.Kind.SHOPIFY and not secret and self.shop.kind != kind:
            return _("Shopify shows its secret under Settings, Notifications, Webhooks. Copy it here.")
        if kind == Shop.Kind.GENERIC and secret and not standard_webhooks.is_standard(secret):
            return _("Such a secret is whsec_ and Base64 of at least 24 bytes. Leave it empty: one is made.")
        return ""

    def keep(self) -> str:
        """Set what was said, and return a secret that was made for it, or nothing."""
        shop, said = self.shop, self.cleaned_data
        made = "" if said["secret"] or shop.kind == said["kind"] else standard_webhooks.new_secret()
        for name in ("name", "slug", "kind", "account", "active"):
            setattr(shop, name, said[name])
        shop.deliver_minutes = int(said["hours"] * 60)
        if secret := said["secret"] or made:
            shop.secret = door.sealed(secret)
        return made


def _initial(shop: Shop) -> dict[str, Any]:
    if shop._state.adding:
        return {}
    told = {name: getattr(shop, name) for name in ("name", "slug", "kind", "active")}
    return told | {"account": shop.account_id, "hours": shop.deliver_minutes / 60}
