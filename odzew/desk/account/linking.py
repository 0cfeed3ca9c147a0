"""The ways to the provider of single sign-on: to sign in by it, and to link an account with it.

Another site can send a browser to any address, so linking begins with a form of ours and its token
(OWASP ASVS 5.0, 3.5.1); signing in may begin anywhere.
"""

import logging
from http import HTTPStatus

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.utils import get_request_param
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from requests import RequestException

from odzew.desk.account.offered import sso_offered
from odzew.desk.account.sso import PROVIDER

# The library asks the provider for its addresses (OpenID Connect Discovery 1.0, 4), and breaks when nobody
# answers, or the answer names none.
DOWN = (RequestException, KeyError)
log = logging.getLogger(__name__)


def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider to sign in; whoever wants to link is shown the form for it."""
    if get_request_param(request, "process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
        return redirect("account")
    try:
        return oidc.login(request, provider_id)
    except DOWN as error:
        return _failed(request, provider_id, error)


@login_required
@require_POST
def link(request: HttpRequest) -> HttpResponse:
    """Go to the provider to link the own account, by a page: no form of ours may lead elsewhere itself.

    :raises Http404: when this desk has no provider
    """
    try:
        provider = get_adapter(request).get_provider(request, PROVIDER)
    except SocialApp.DoesNotExist as error:
        raise Http404(gettext("This desk has no single sign-on.")) from error
    try:
        answer: HttpResponse = provider.redirect(request, AuthProcess.CONNECT)
    except DOWN as error:
        return _failed(request, PROVIDER, error)
    if answer.status_code != HTTPStatus.FOUND:
        return answer  # it says what was wrong
    return render(request, "desk/account/sso_leaving.html", {"to": answer["Location"], "sso": sso_offered()})


def _failed(request: HttpRequest, provider: str, error: Exception) -> HttpResponse:
    """Say that the provider does not answer, and that the password still opens the desk."""
    log.warning("Single sign-on: the provider does not say where to sign in: %s", error)
    answer: HttpResponse = render_authentication_error(request, provider, exception=error)
    return answer
