"""The ASGI application."""

import os
import warnings

from django.core.asgi import get_asgi_application

# WhiteNoise hands its files to Django as plain iterators; they are some kilobytes, and read in a thread.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "odzew.settings")
_django = get_asgi_application()

from odzew.desk import body, wire  # noqa: E402  after Django is set up
from odzew.portal.chat import wire as chat  # noqa: E402  likewise

application = body.limited(wire.beside(chat.beside(_django)))
