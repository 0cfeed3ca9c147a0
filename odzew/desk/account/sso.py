"""Single sign-on by OpenID Connect: a person links the provider's account once, and signs in by it.

Only the pair of issuer and subject says who somebody is (OpenID Connect Core 1.0, 5.7), and only a link
made by somebody who was signed in. An address of the provider proves nothing: whoever may set it there
could otherwise sign in as anybody.
"""

from hashlib import sha256
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from odzew.desk.logged.seam import address
from odzew.staff import acts

PROVIDER = "sso"


class Provider(OpenIDConnectProvider):
    """The provider of the settings (`ODZEW_SSO_URL`)."""

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return who somebody is there: the issuer and his subject, as one key that fits the column."""
        claims = data["id_token"]
        return sha256(f"{claims['iss']}\0{claims['sub']}".encode()).hexdigest()

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """Return none: an address there proves nothing here."""
        return []


class SingleSignOn(DefaultSocialAccountAdapter):
    """Lets in who has linked the account before, and nobody else."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        """Return the provider, when one is set."""
        return Provider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Turn away whom nobody has linked."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        facts: dict[str, acts.Fact] = {"by": "socialaccount"}
        acts.write(acts.Asked("sign-in", None, address(request), refused=True, facts=facts))
        raise ImmediateHttpResponse(render(request, "desk/account/sso_unlinked.html", status=403))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        """Return where one comes back to after linking."""
        return reverse("account")


def keep_linked(request: HttpRequest, **_more: Any) -> None:
    """Keep in the staff log that somebody has linked his account with the provider's."""
    acts.write(acts.Asked("account-sso-on", request.user.pk, address(request)))
