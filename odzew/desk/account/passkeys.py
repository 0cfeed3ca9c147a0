"""Where browsers offer passkeys."""

from django.http import HttpRequest


def passkeys_work(request: HttpRequest) -> bool:
    """Return whether browsers offer passkeys here: by https, or to localhost (WebAuthn, 13.4.9)."""
    host = request.get_host()
    name = host.partition(":")[0]
    is_number = host.startswith("[") or name.replace(".", "").isdigit()
    return name == "localhost" or (request.is_secure() and not is_number)
