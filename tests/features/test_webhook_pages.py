"""The pages of webhooks: the secret once, the log, trying, sending again."""

import re
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from odzew.lib.clock import now
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role
from odzew.webhooks import follow, secret, send
from odzew.webhooks.models import Delivery, Webhook
from tests.features.letters import MONDAY, letter, open_desk, sign_in
from tests.servers.mailboxes import Mailboxes
from tests.servers.receiver import Receiver, receiver as running_receiver

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def receiver(mailboxes: Mailboxes, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    settings.PRIVATE_HOSTS = ["localhost"]
    believed = ssl.create_default_context(cafile=str(mailboxes.certificate))
    monkeypatch.setattr(send, "authorities", lambda: believed)
    with running_receiver(mailboxes.certificate, mailboxes.key) as running:
        yield running


def test_a_webhook_is_made_tried_told_and_told_again(receiver: Receiver) -> None:
    desk = open_desk()
    boss = sign_in(Person.objects.get(role=Role.ADMINISTRATOR))

    page = boss.post("/webhooks/new", {"name": "Till", "url": receiver.url, "active": "on"}).content.decode()
    hook = Webhook.objects.get()
    shown = re.search(r'value="(whsec_[^"]+)"', page)
    assert shown and shown[1] == secret.of(hook)
    assert secret.of(hook) not in boss.get(f"/webhooks/{hook.pk}/").content.decode()

    assert "It answered 204" in boss.post(f"/webhooks/{hook.pk}/test").content.decode()
    desk.deliver(letter())
    follow.step(now())
    send.step(now())
    row = Delivery.objects.get(type="obligation.opened")
    log = boss.get(f"/webhooks/{hook.pk}/").content.decode()
    assert "something is owed" in log and f"/webhooks/told/{row.pk}/" in log
    assert "&quot;kind&quot;:&quot;answer&quot;" in boss.get(f"/webhooks/told/{row.pk}/").content.decode()
    boss.post(f"/webhooks/told/{row.pk}/again")
    send.step(now())
    assert [said["type"] for said in receiver.taken].count("obligation.opened") == 2

    page = boss.post(f"/webhooks/{hook.pk}/renew").content.decode()
    hook.refresh_from_db()
    assert secret.of(hook) in page and secret.of(hook) != shown[1]
    log = " ".join(str(act.facts) for act in StaffAct.objects.all())
    assert "whsec_" not in log


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://x", "https://user@example.org/", "nonsense"])
def test_an_address_that_is_none_we_call_is_not_kept(url: str) -> None:
    open_desk()
    boss: Client = sign_in(Person.objects.get(role=Role.ADMINISTRATOR))

    answer = boss.post("/webhooks/new", {"name": "Till", "url": url, "active": "on"})

    assert answer.status_code == 422 and not Webhook.objects.exists()
