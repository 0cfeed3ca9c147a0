"""What every page of the desk knows."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values the frame around each screen needs."""
    return {"person": request.user if getattr(request, "user", None) else None}
