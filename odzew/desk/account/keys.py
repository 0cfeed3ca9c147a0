"""Taking a passkey away: not the last factor of who must have one, which the library does not ask."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.forms import Form
from django.http import HttpResponse


class Remove(RemoveWebAuthnView):
    """Asks whether to remove a passkey, or says why it has to stay."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Return what the page shows."""
        return super().get_context_data(stays=self._stays(), **more)

    def form_valid(self, form: Form) -> HttpResponse:
        """Remove it, unless it has to stay."""
        if self._stays():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        return super().form_valid(form)

    def _stays(self) -> bool:
        return not get_adapter().can_delete_authenticator(self.object)
