"""Signing in and out, and one's own password; the other doors of django-allauth stay closed."""

from http import HTTPStatus

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext

from odzew.desk.account import views as own
from odzew.desk.logged.seam import logged


def closed(_request: HttpRequest) -> HttpResponse:
    """Say that there is no such door.

    :raises Http404: always; an address or a password is changed by an administrator
    """
    raise Http404(gettext("An administrator of your desk sets addresses and passwords."))


urlpatterns = [
    path("", own.account, name="account"),
    path("sign-out", own.sign_out_elsewhere, name="account-sign-out"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    # The library asks for the addresses of these, so they need names.
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("confirm-email/", closed, name="account_email_verification_sent"),
    path("password/set/", closed, name="account_set_password"),
    path("password/reset/", closed, name="account_reset_password"),
]

# A form of the library that is shown again says what was wrong with it.
urlpatterns = logged(urlpatterns, lambda answer: answer.status_code != HTTPStatus.FOUND)
