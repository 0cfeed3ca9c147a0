"""The secret of a webhook: sealed, and renewed with a day in which the one before signs too."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from odzew.lib import sealing, standard_webhooks
from odzew.webhooks.models import Webhook

OVERLAP = timedelta(days=1)


def sealed() -> str:
    """Return a new secret as it is kept."""
    return _sealed({"secret": standard_webhooks.new_secret()})


def renewed(hook: Webhook, now: datetime) -> str:
    """Return a new secret as it is kept, with the one before it, which signs for a day more."""
    until = (now + OVERLAP).isoformat()
    return _sealed({"secret": standard_webhooks.new_secret(), "before": of(hook), "until": until})


def of(hook: Webhook) -> str:
    """Return the secret a webhook's calls are signed with.

    :raises CannotOpen: when the secret key of the desk is another one now
    """
    return str(_opened(hook)["secret"])


def headers(hook: Webhook, name: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that prove a call, by each secret that is good at the moment.

    :raises CannotOpen: when the secret key of the desk is another one now
    """
    said, moment = _opened(hook), str(int(now.timestamp()))
    secrets = [said["secret"]]
    if "before" in said and now < datetime.fromisoformat(said["until"]):
        secrets.append(said["before"])
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(
            standard_webhooks.signature(one, name, moment, body) for one in secrets
        ),
    }


def _opened(hook: Webhook) -> dict[str, Any]:
    return sealing.open_json(hook.secret, settings.SECRET_KEY)


def _sealed(said: dict[str, Any]) -> str:
    return sealing.seal_json(said, settings.SECRET_KEY)
