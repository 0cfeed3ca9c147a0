"""Sending by a WhatsApp number: words in pieces, each file, or a template.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages. `biz_opaque_callback_data` comes
back with each status, so that what became of a part is known even if we died before noting its name.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from odzew.channels import handing
from odzew.channels.base import ChannelError, Enclosure, Outgoing, Receipt
from odzew.channels.models import Account
from odzew.channels.whatsapp import api
from odzew.channels.whatsapp.hook import own_number

LONGEST = 4096  # characters of a message


def send(account: Account, outgoing: Outgoing) -> Receipt:
    """Send a message and return what WhatsApp calls its parts; it has them then, and the customer has not.

    :raises ChannelError: when it did not go, or nobody knows whether it went; parts that went are noted
    """
    parts: list[handing.Part] = [*handing.parts(outgoing.text, outgoing.enclosures, LONGEST)]
    if outgoing.template:
        parts = [outgoing.text]

    def give(part: handing.Part, number: int) -> str:
        said = {
            "messaging_product": "whatsapp",
            **_to(outgoing.to[0][1]),
            **_body(account, part, outgoing.template),
            "biz_opaque_callback_data": f"{number}/{len(parts)}/{outgoing.message_id}",
        }
        return _given(api.call(account, f"{own_number(account)}/messages", said))

    taken = handing.hand_over(account, outgoing.message_id, parts, give)
    return Receipt(f"WhatsApp: {', '.join(taken)}", arrived=False)


def _to(address: str) -> dict[str, str]:
    # Who has a username may be known by an identifier of WhatsApp's only ("Business-scoped user IDs").
    if address.startswith("+"):
        return {"recipient_type": "individual", "to": address[1:]}
    return {"recipient_type": "individual", "recipient": address}


def _body(account: Account, part: handing.Part, template: Mapping[str, Any] | None) -> dict[str, Any]:
    if template:
        return {"type": "template", "template": _template(template)}
    if isinstance(part, str):
        return {"type": "text", "text": {"body": part, "preview_url": False}}
    return {"type": "document", "document": {"id": _uploaded(account, part), "filename": part.filename}}


def _template(chosen: Mapping[str, Any]) -> dict[str, Any]:
    values = [{"type": "text", "text": value, **_named(place)} for place, value in chosen["values"]]
    components = [{"type": "body", "parameters": values}] if values else []
    return {"name": chosen["name"], "language": {"code": chosen["language"]}, "components": components}


def _named(place: str) -> dict[str, str]:
    return {} if place.isdecimal() else {"parameter_name": place}


def _uploaded(account: Account, file: Enclosure) -> str:
    fields = {"messaging_product": "whatsapp", "type": file.content_type or "application/octet-stream"}
    return str(api.upload(account, f"{own_number(account)}/media", fields, file).get("id", ""))


def _given(answer: Mapping[str, Any]) -> str:
    messages = answer.get("messages")
    first = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
    if not first.get("id"):
        raise ChannelError(_("WhatsApp's answer cannot be read."), in_doubt=True)
    return str(first["id"])
