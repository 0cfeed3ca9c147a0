"""The ASGI application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "odzew.settings")
_django = get_asgi_application()

from odzew.desk import wire  # noqa: E402  after Django is set up

application = wire.beside(_django)
