"""How long the body of a call is, whatever its sender says of it."""

from django.http import HttpRequest


def is_longer(request: HttpRequest, largest: int) -> bool:
    """Return whether a call has more than so many bytes; one sent in chunks does not tell how many."""
    told = int(request.headers.get("Content-Length") or 0)
    return told > largest or len(request.body) > largest
