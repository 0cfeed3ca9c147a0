"""What the sign-in offers besides the password."""

from django.conf import settings
from django.utils.translation import gettext


def sso_offered() -> str:
    """Return the name of the single sign-on, or nothing when there is none."""
    return (settings.SSO_NAME or gettext("single sign-on")) if settings.SSO_URL else ""
