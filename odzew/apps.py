"""The one Django app."""

from django.apps import AppConfig


class OdzewConfig(AppConfig):
    """Names the app: one label, one migration history."""

    name = "odzew"
    label = "odzew"
    default_auto_field = "django.db.models.BigAutoField"
