"""The Cloud API of WhatsApp: one call, its answer or its fault.

https://developers.facebook.com/docs/whatsapp/cloud-api; faults by number: .../support/error-codes.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from odzew.channels import provider
from odzew.channels.base import ChannelError, Enclosure
from odzew.channels.models import Account

# What waiting mends: too many calls, or a service that is down.
LATER = {1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133016}
# What an administrator mends: the token, its rights, the account, its bill.
OURS = {0, 3, 10, 190, 368, 131031, 131042, *range(200, 300)}
WINDOW = 131047  # more than 24 hours since the customer wrote


def call(account: Account, path: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hand something in, and return what was answered.

    :raises ChannelError: permanent when it is refused for good
    """
    headers = {**provider.JSON, **bearer(account)}
    return _result(provider.post(_url(path), provider.as_json(fields), headers))


def ask(account: Account, path: str) -> Mapping[str, Any]:
    """Return what is answered to a question.

    :raises ChannelError: when it is refused, or nobody answers
    """
    return _result(provider.ask(_url(path), bearer(account)))


def upload(account: Account, path: str, fields: Mapping[str, str], file: Enclosure) -> Mapping[str, Any]:
    """Hand a file in, and return what was answered; nothing is sent by that.

    :raises ChannelError: never in doubt: a file that is there twice is sent once
    """
    content, headers = provider.with_file(fields, "file", file)
    try:
        return _result(provider.post(_url(path), content, {**headers, **bearer(account)}, seconds=120.0))
    except ChannelError as error:
        raise ChannelError(str(error), permanent=error.permanent, again_in=error.again_in) from error


def bearer(account: Account) -> dict[str, str]:
    """Return the header that says who we are.

    :raises ChannelError: when the token was sealed with another key
    """
    return {"Authorization": f"Bearer {provider.secrets(account).get('token', '')}"}


def words(error: Mapping[str, Any]) -> str:
    """Return what an error of the API says, for people."""
    data = error.get("error_data")
    details = data.get("details", "") if isinstance(data, dict) else ""
    said = str(details or error.get("message") or error.get("title") or "")
    return f"{error.get('code', '')} {said}".strip()[:500]


def _url(path: str) -> str:
    return f"{str(settings.WHATSAPP_API).rstrip('/')}/{path}"


def _result(said: provider.Said) -> Mapping[str, Any]:
    if 200 <= said.status < 300 and said.body:
        return said.body
    raise _fault(said)


def _fault(said: provider.Said) -> ChannelError:
    error = said.body.get("error")
    error = error if isinstance(error, dict) else {}
    code, told = error.get("code"), {"said": words(error) or said.status}
    if 200 <= said.status < 300:
        return ChannelError(_("WhatsApp's answer cannot be read."), in_doubt=True)
    if code in OURS or said.status == 401:
        return ChannelError(
            _("WhatsApp does not let us: look at the token and the account. (%(said)s)") % told
        )
    if code == WINDOW:
        said_window = _(
            "More than 24 hours have passed since the customer wrote: choose a template. (%(said)s)"
        )
        return ChannelError(said_window % told, permanent=True)
    permanent = 400 <= said.status < 500 and said.status not in (408, 429) and code not in LATER
    return ChannelError(_("WhatsApp answered: %(said)s") % told, permanent=permanent)
