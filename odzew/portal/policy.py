"""What a browser may do with a form: nothing but show and send it, in a frame of the sites that are named."""

from collections.abc import Sequence

from django.http import HttpResponse

PAGE = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ]
)


def framed(response: HttpResponse, hosts: Sequence[str]) -> HttpResponse:
    """Let the named sites show a page in a frame, and nobody else (CSP Level 3, §6.4.2)."""
    sites = " ".join(hosts) or "'none'"
    response["Content-Security-Policy"] = f"{PAGE}; frame-ancestors {sites}"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    return response
