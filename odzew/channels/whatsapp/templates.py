"""The templates of a number that WhatsApp has approved: the only words it takes after 24 hours.

https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates
"""

import re
from collections.abc import Mapping
from typing import Any

from odzew.channels.models import Account
from odzew.channels.whatsapp import api

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
MOST = 100


def approved(account: Account) -> list[dict[str, Any]]:
    """Return the approved templates that need words only, each with the places to fill.

    :raises ChannelError: when they cannot be had
    """
    path = f"{account.settings.get('business', '')}/message_templates"
    found = api.ask(account, f"{path}?status=APPROVED&limit={MOST}").get("data")
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return [
        _kept(row) for row in rows if row.get("status") == "APPROVED" and _body(row) and _is_of_words(row)
    ]


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    body = _body(row)
    return {
        "name": str(row.get("name", "")),
        "language": str(row.get("language", "")),
        "body": body,
        "places": list(dict.fromkeys(PLACE.findall(body))),
    }


def _body(row: Mapping[str, Any]) -> str:
    return next((str(one.get("text", "")) for one in _components(row) if one.get("type") == "BODY"), "")


def _is_of_words(row: Mapping[str, Any]) -> bool:
    """Return whether nothing but the body has places: no picture, no address, no code to fill."""
    others = [one for one in _components(row) if one.get("type") != "BODY"]
    return not any(PLACE.search(str(one)) or one.get("format", "TEXT") != "TEXT" for one in others)


def _components(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = row.get("components")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
