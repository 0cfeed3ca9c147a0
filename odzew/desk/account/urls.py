"""Signing in and out, and one's own password; the other doors of django-allauth stay closed."""

from http import HTTPStatus

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from django.views.generic import RedirectView

from odzew.desk.account import linking, noticing, views as own
from odzew.desk.account.keys import Remove
from odzew.desk.logged.seam import logged


def closed(_request: HttpRequest) -> HttpResponse:
    """Say that there is no such door.

    :raises Http404: always; an address or a password is changed by an administrator
    """
    raise Http404(gettext("An administrator of your desk sets addresses and passwords."))


urlpatterns = [
    path("", own.account, name="account"),
    path("notices", noticing.account_notices, name="account-notices"),
    path("notices/push", noticing.push_on, name="account-push"),
    path("notices/push/off", noticing.push_off, name="account-push-off"),
    path("sign-out", own.sign_out_elsewhere, name="account-sign-out"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("factors/", mfa.index, name="mfa_index"),
    path("factors/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("factors/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("factors/app/on/", totp.activate_totp, name="mfa_activate_totp"),
    path("factors/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("factors/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("factors/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("factors/codes/file", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("factors/keys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("factors/keys/new/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("factors/keys/again/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("factors/keys/sign-in/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("factors/keys/<int:pk>/remove/", Remove.as_view(), name="mfa_remove_webauthn"),
    path("factors/keys/<int:pk>/rename/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("sso/link", linking.link, name="account-sso-link"),
    path("sso/off", own.sso_off, name="account-sso-off"),
    path("sso/failed/", social.login_error, name="socialaccount_login_error"),
    path("sso/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/<slug:provider_id>/", linking.sign_in, name="openid_connect_login"),
    path("sso/<slug:provider_id>/back/", oidc.callback, name="openid_connect_callback"),
    # The library asks for the addresses of these, so they need names.
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("sso-signup/", closed, name="socialaccount_signup"),
    path("sso-list/", closed, name="socialaccount_connections"),
    path("confirm-email/", closed, name="account_email_verification_sent"),
    path("password/set/", closed, name="account_set_password"),
    path("password/reset/", closed, name="account_reset_password"),
]

# A form of the library that is shown again says what was wrong with it.
urlpatterns = logged(urlpatterns, lambda answer: answer.status_code != HTTPStatus.FOUND)
