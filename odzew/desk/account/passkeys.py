"""Where browsers offer passkeys."""

from django.http import HttpRequest


def passkeys_work(request: HttpRequest) -> bool:
    """Return whether browsers offer passkeys here: by https, or to localhost (WebAuthn, 13.4.9)."""
    name = request.get_host().partition(":")[0]
    return name == "localhost" or (request.is_secure() and not name.replace(".", "").isdigit())
