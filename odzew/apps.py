"""The one Django app."""

from django.apps import AppConfig


class OdzewConfig(AppConfig):
    """Names the app: one label, one migration history."""

    name = "odzew"
    label = "odzew"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the one thing that the library for single sign-on says by a signal only."""
        from allauth.socialaccount.signals import social_account_added

        from odzew.desk.account.sso import keep_linked

        social_account_added.connect(keep_linked)
