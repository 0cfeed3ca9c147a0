"""Calls to the interface of a messenger: what it answered, or a ChannelError that says how it went wrong."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError, Enclosure
from odzew.channels.models import Account
from odzew.lib import outward
from odzew.lib.sealing import CannotOpen

SECONDS = 20.0
JSON = {"Content-Type": "application/json"}
# The line did not come about, so nothing can have been taken.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout)
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider answered; `body` is empty when it was no JSON object."""

    status: int
    body: Mapping[str, Any]


@lru_cache
def authorities() -> ssl.SSLContext:
    """Return whose certificates are believed."""
    return ssl.create_default_context()


def secrets(account: Account) -> dict[str, Any]:
    """Return the tokens and secrets of an account.

    :raises ChannelError: when they were sealed with another key
    """
    try:
        return account.secrets
    except CannotOpen as error:
        raise ChannelError(str(error)) from error


def post(url: str, content: bytes, headers: Headers, *, seconds: float = SECONDS) -> Said:
    """Hand something in, and return what was answered.

    :raises ChannelError: in doubt, when the provider may have taken it all the same
    """
    to = _way(url)
    try:
        answer = outward.post(to, content, headers, authorities(), seconds=seconds)
    except httpx.HTTPError as error:
        raise _silence(to, error) from error
    return Said(answer.status, _read(answer.content))


def ask(url: str, headers: Headers, *, seconds: float = SECONDS) -> Said:
    """Return what a provider answers to a question.

    :raises ChannelError: when it does not
    """
    status, content = _got(url, headers, outward.LONGEST_ANSWER, seconds)
    return Said(status, _read(content))


def download(url: str, headers: Headers, longest: int, *, seconds: float) -> bytes:
    """Return the bytes of a file of at most `longest`.

    :raises ChannelError: when it cannot be had; permanent when it is not there, or too long
    """
    status, content = _got(url, headers, longest, seconds)
    if status != 200:
        gone = 400 <= status < 500 and status not in (401, 408, 429)
        raise ChannelError(_("The file was not given: %(status)d.") % {"status": status}, permanent=gone)
    return content


def as_json(said: Mapping[str, Any]) -> bytes:
    """Return the body of a call."""
    return json.dumps(said).encode()


def with_file(fields: Mapping[str, str], name: str, file: Enclosure) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a form with one file in it (RFC 7578)."""
    files = {name: (file.filename, file.content, file.content_type or "application/octet-stream")}
    made = httpx.Request("POST", "https://provider.invalid/", data=dict(fields), files=files)
    return made.read(), {"Content-Type": made.headers["Content-Type"]}


def _got(url: str, headers: Headers, longest: int, seconds: float) -> tuple[int, bytes]:
    to = _way(url)
    try:
        answer = outward.get(to, headers, authorities(), seconds=seconds, longest=longest)
    except outward.TooLong as error:
        raise ChannelError(
            _("The file is too large: %(error)s") % {"error": error}, permanent=True
        ) from error
    except httpx.HTTPError as error:
        raise ChannelError(_unreached(to, error)) from error
    return answer.status, answer.content


def _way(url: str) -> outward.Way:
    try:
        return outward.way(url, inside=settings.PRIVATE_HOSTS)
    except outward.NotOutside as error:
        raise ChannelError(_("The messenger cannot be reached: %(error)s") % {"error": error}) from error


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _silence(to: outward.Way, error: httpx.HTTPError) -> ChannelError:
    if isinstance(error, NEVER_LEFT):
        return ChannelError(_unreached(to, error))
    said = _("%(name)s was silent after it was handed in, so it may or may not have it: %(error)s")
    return ChannelError(said % {"name": to.name, "error": type(error).__name__}, in_doubt=True)


def _unreached(to: outward.Way, error: httpx.HTTPError) -> str:
    # Never the address itself: it may hold a token.
    said = _("%(name)s does not answer: %(error)s")
    return said % {"name": to.name, "error": type(error).__name__}
