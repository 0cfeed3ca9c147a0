"""Who may do what: every role, every address, both methods, one's own team and another (SAFETY P19, T22).

The addresses come from the URL resolver; what each must answer stands in `TABLE`. An address
that is not in the table fails, so nobody can add a door without saying who may go through it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, NamedTuple

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import FileResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from odzew.channels.models import Account
from odzew.conversations import actions, merging, replying, settling, status_link, tagging, uniting
from odzew.conversations.alike import Alike
from odzew.conversations.call import Recorded
from odzew.conversations.matters import Parting, Union
from odzew.conversations.merge import Merge
from odzew.conversations.models import Conversation, Message
from odzew.conversations.own_field import OwnField
from odzew.conversations.rule import Rule
from odzew.conversations.signature import Signature
from odzew.conversations.snippet import Snippet
from odzew.conversations.tag import Tag
from odzew.customers.models import Customer
from odzew.desk.account.urls import urlpatterns as of_the_account
from odzew.desk.logged import declared
from odzew.desk.stafflog import facts, words
from odzew.desk.urls import urlpatterns as of_the_desk
from odzew.hearing.models import Heard
from odzew.intake import quarantine
from odzew.intake.accept import accept
from odzew.intake.keep import Payload, keep
from odzew.intake.models import Raw
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.notices.models import Notice
from odzew.orders import door
from odzew.orders.models import Shop
from odzew.probes.models import Outage
from odzew.queue.waiting import TRIES
from odzew.search import index
from odzew.search.models import SavedView
from odzew.staff import absences, token as tokens
from odzew.staff.absence import Absence
from odzew.staff.answer_time import AnswerTime
from odzew.staff.calendars import Feed, Proposal
from odzew.staff.models import AccountTeam, Person, Role, Team
from odzew.staff.token import Token
from odzew.webhooks import events, follow, keeping
from odzew.webhooks.models import Delivery
from tests.features import heard, lines
from tests.features.letters import MONDAY, Desk, open_desk

pytestmark = pytest.mark.django_db
SOON = MONDAY + timedelta(hours=3)
PASSWORD = "a long password"
ROLES = ("anonymous", "disabled", "reader", "agent", "lead", "stranger", "administrator")
# Who may do what is decided by the same code on both; PostgreSQL is asked for those whom a query keeps apart.
HERE = ROLES if connection.vendor == "sqlite" else ("agent", "stranger")
TARGETS = (
    "today",
    "talks",
    "boxes",
    "held",
    "timeline",
    "owed",
    "asked",
    "tags",
    "here",
    "newer",
    "followers",
)
NOT_FOR_READERS = {"asked", "newer"}  # drawn for who may ask, or write


class May(NamedTuple):
    """The status each audience gets; `…_elsewhere` is for an object of another team."""

    outside: int  # not signed in, or disabled since
    reader: int
    member: int
    administrator: int
    reader_elsewhere: int
    member_elsewhere: int
    lead: int = 0  # where a lead may more than an agent
    lead_elsewhere: int = 0


PAGE = May(302, 200, 200, 200, 200, 200)
THING = May(302, 200, 200, 200, 404, 404)
WRITE_PAGE = May(302, 403, 200, 200, 403, 200)
WRITE_THING = May(302, 403, 200, 200, 403, 404)
OPEN = May(200, 200, 200, 200, 200, 200)
CLOSED = May(404, 404, 404, 404, 404, 404)
BOSS = May(302, 403, 403, 200, 403, 403)
LEAD = May(302, 403, 403, 200, 403, 403, 200, 404)
LEADS_THING = May(302, 403, 403, 200, 403, 404, 200, 404)  # others of the team see it in a list
LEAD_ACT = May(302, 403, 403, 302, 403, 403, 302, 404)
MANAGER = May(302, 403, 403, 200, 403, 403, 200, 200)
MANAGER_ACT = May(302, 403, 403, 302, 403, 403, 302, 422)  # another team is no choice
FIRM_ACT = May(302, 403, 403, 302, 403, 403, 302, 302)  # what it is about is of no team
BOSS_ACT = May(302, 403, 403, 302, 403, 403)
ALL_ACT = May(302, 302, 302, 302, 302, 302)
MINE_ACT = May(302, 302, 302, 302, 302, 302)
REPORT = May(302, 403, 200, 200, 403, 200)
NO_GET = May(302, 405, 405, 405, 405, 405)
UNSIGNED = May(401, 401, 401, 401, 401, 401)
NEVER = May(405, 405, 405, 405, 405, 405)
ACT = May(302, 403, 302, 302, 403, 404)
REFUSED_ACT = May(302, 403, 409, 409, 403, 404)  # something is owed, so it does not close
CHOSEN = May(302, 403, 200, 200, 403, 200)  # of another team it finds nothing
CHOSEN_ACT = May(302, 403, 302, 302, 403, 302)
BY_LINK_ONLY = May(410, 410, 410, 410, 410, 410)
BY_LINK = May(302, 302, 302, 302, 302, 302)
REFUSED_BY_LINK = May(409, 409, 409, 409, 409, 409)
NONE_YET = May(302, 404, 404, 404, 404, 404)
FAILED = May(401, 401, 401, 401, 401, 401)
HERS_ALONE = May(302, 404, 302, 404, 404, 404, 404, 404)
NOT_HERS = May(302, 403, 404, 404, 403, 404)  # the file of somebody else's draft
REFUSED_OWN = May(302, 409, 409, 409, 409, 409)
FOR_STRANGERS = May(200, 302, 302, 302, 302, 302)

BY_TOKEN = (
    "status",
    "verdict",
    "rate",
    "status-write",
    "status-code",
    "status-prove",
    "status-withdraw",
    "status-file",
)

# name of the address: (what GET gives, what POST gives)
TABLE: dict[str, tuple[May, May]] = {
    "today": (PAGE, PAGE),
    "chosen": (CHOSEN, CHOSEN),
    "chosen-hand-over": (NO_GET, CHOSEN_ACT),
    "chosen-give": (NO_GET, CHOSEN_ACT),
    "chosen-tag": (NO_GET, CHOSEN_ACT),
    "chosen-snooze": (NO_GET, CHOSEN_ACT),
    "chosen-merge": (NO_GET, CHOSEN_ACT),
    "conversations": (PAGE, PAGE),
    "conversations-seen": (NO_GET, MINE_ACT),
    "conversation-unread": (NO_GET, May(302, 302, 302, 302, 404, 404)),
    "new-conversation": (WRITE_PAGE, May(302, 403, 409, 409, 403, 409)),  # no mailbox is chosen
    "help": (PAGE, PAGE),
    "help-page": (PAGE, PAGE),
    "conversation": (THING, THING),
    "conversation-reply": (NO_GET, ACT),
    "conversation-draft": (NO_GET, ACT),
    "conversation-follow": (NO_GET, ACT),
    "conversation-unfollow": (NO_GET, ACT),
    "conversation-writes": (NO_GET, May(302, 403, 204, 204, 403, 404)),
    "conversation-draft-files": (NO_GET, WRITE_THING),
    "conversation-preview": (NO_GET, WRITE_THING),
    "conversation-draft-picture": (NOT_HERS, NOT_HERS),
    "conversation-waits": (NO_GET, REFUSED_ACT),  # nothing waits
    "conversation-snippets": (WRITE_THING, WRITE_THING),
    "conversation-snippet": (NO_GET, WRITE_THING),
    "snippets": (WRITE_PAGE, WRITE_PAGE),
    "snippet-new": (WRITE_PAGE, May(302, 403, 302, 302, 403, 302)),
    "snippet": (WRITE_THING, ACT),
    "snippet-delete": (NO_GET, ACT),
    "signatures": (WRITE_PAGE, WRITE_PAGE),
    "signature-new": (WRITE_PAGE, May(302, 403, 302, 302, 403, 302)),
    "signature-preview": (NO_GET, WRITE_PAGE),
    "signature": (LEADS_THING, May(302, 403, 403, 302, 403, 404, 302, 404)),
    "signature-delete": (NO_GET, May(302, 403, 403, 302, 403, 404, 302, 404)),
    "drafts": (PAGE, PAGE),
    "notices": (PAGE, PAGE),
    "push-worker": (OPEN, NEVER),
    "account-notices": (PAGE, PAGE),
    "account-push": (NO_GET, REFUSED_OWN),  # it names no browser
    "account-push-off": (NO_GET, May(302, 200, 200, 200, 200, 200)),
    "notices-read": (NO_GET, MINE_ACT),
    "notice": (HERS_ALONE, HERS_ALONE),
    "conversation-promises": (NO_GET, May(302, 403, 200, 200, 403, 404)),
    "conversation-close": (NO_GET, REFUSED_ACT),
    "conversation-note": (NO_GET, ACT),
    "conversation-promise": (NO_GET, ACT),
    "conversation-postpone": (NO_GET, ACT),
    "conversation-kept": (NO_GET, ACT),
    "conversation-dial": (NO_GET, ACT),
    "conversation-talked": (NO_GET, ACT),
    "conversation-missed": (NO_GET, ACT),
    "call": (THING, THING),
    "call-missed": (WRITE_PAGE, May(302, 403, 409, 409, 403, 409)),  # no mailbox is chosen
    "call-not-reached": (NO_GET, ACT),
    "conversation-hand-over": (NO_GET, ACT),
    "conversation-waive": (NO_GET, ACT),
    "conversation-again": (NO_GET, REFUSED_ACT),  # no thing is chosen
    "conversation-give": (NO_GET, REFUSED_ACT),  # no team is chosen
    "conversation-revoke": (NO_GET, ACT),
    "conversation-ask": (NO_GET, ACT),
    "conversation-snooze": (
        NO_GET,
        May(302, 403, 302, 409, 403, 404),
    ),  # the administrator owes nothing there
    "conversation-wake": (NO_GET, ACT),
    "conversation-merge": (WRITE_THING, REFUSED_ACT),  # no other one is chosen
    "conversation-unmerge": (NO_GET, ACT),
    "conversation-split": (WRITE_THING, REFUSED_ACT),  # no message is chosen
    "conversation-unsplit": (NO_GET, ACT),
    "conversation-print": (THING, THING),
    "conversation-tag": (NO_GET, ACT),
    "conversation-untag": (NO_GET, ACT),
    "message-html": (THING, THING),
    "message-source": (THING, THING),
    "message-file": (THING, THING),
    "call-recording": (THING, THING),
    "message-picture": (NONE_YET, NONE_YET),  # a letter's files are no pictures of ours
    "message-settle": (NO_GET, ACT),
    "message-owe": (NO_GET, ACT),
    "customers": (PAGE, PAGE),
    "customer": (THING, THING),
    "customers-likely": (
        May(302, 403, 403, 200, 403, 403, 200, 200),
        May(302, 403, 403, 200, 403, 403, 200, 200),
    ),
    "customers-different": (NO_GET, LEAD_ACT),
    "customer-fact": (NO_GET, ACT),
    "customer-join": (LEAD, LEAD_ACT),
    "customer-split": (NO_GET, LEAD_ACT),
    "customer-give": (NO_GET, BOSS),
    "customer-erase": (BOSS, May(302, 403, 403, 422, 403, 403)),  # it is not ticked
    "search": (PAGE, PAGE),
    "palette": (PAGE, PAGE),
    "view": (PAGE, PAGE),  # each has one of this name
    "view-keep": (NO_GET, MINE_ACT),
    "view-remove": (NO_GET, MINE_ACT),
    "absences": (PAGE, PAGE),
    "absence-plan": (NO_GET, May(302, 403, 302, 302, 403, 409)),  # for a stranger it is no choice
    "absence-out": (NO_GET, May(302, 403, 302, 302, 403, 403)),
    "calendar": (OPEN, NEVER),  # whoever holds its address
    "calendar-share": (NO_GET, CHOSEN_ACT),
    "calendar-name": (NO_GET, CHOSEN_ACT),
    "proposal": (NO_GET, May(302, 403, 302, 404, 403, 404, 404, 404)),  # the agent's own
    "absence-team": (NO_GET, ACT),
    "absence-call-off": (NO_GET, ACT),
    "absence-back": (NO_GET, ACT),
    "absence-end": (NO_GET, ACT),
    "cover-ask": (NO_GET, ACT),
    "cover-answer": (NO_GET, ACT),
    "cover-withdraw": (NO_GET, ACT),
    "quarantine": (PAGE, PAGE),
    "quarantine-one": (THING, THING),
    "quarantine-retry": (NO_GET, ACT),
    "quarantine-discard": (NO_GET, ACT),
    "heard-one": (BOSS, BOSS),
    "heard-retry": (NO_GET, BOSS_ACT),
    "heard-discard": (NO_GET, BOSS_ACT),
    "mailboxes": (PAGE, PAGE),
    "mailbox-new": (BOSS, BOSS_ACT),
    "mailbox": (BOSS, BOSS_ACT),
    "mailbox-test": (NO_GET, BOSS),
    "door-try": (NO_GET, BOSS_ACT),
    "door-mend": (NO_GET, ACT),
    "webforms": (BOSS, BOSS),
    "lines": (BOSS, BOSS),
    "line-new": (BOSS, BOSS),  # a secret is shown on a page
    "line": (BOSS, BOSS_ACT),
    "line-settle": (NO_GET, BOSS_ACT),
    "line-told": (NEVER, UNSIGNED),
    "twilio-told": (NEVER, CLOSED),  # the line of this world is none of Twilio's
    "shops": (BOSS, BOSS),
    "shop-new": (BOSS, BOSS),  # a secret is shown on a page
    "shop": (BOSS, BOSS_ACT),
    "shop-call": (NEVER, UNSIGNED),
    "messengers": (PAGE, PAGE),
    "telegram-new": (BOSS, May(302, 403, 403, 422, 403, 403)),  # its token is asked about
    "whatsapp-new": (BOSS, May(302, 403, 403, 422, 403, 403)),
    "messenger": (BOSS, BOSS_ACT),
    "messenger-call": (UNSIGNED, UNSIGNED),
    "chats": (BOSS, BOSS),
    "chat-new": (BOSS, BOSS_ACT),
    "chat": (BOSS, BOSS_ACT),
    "chat-secret": (NO_GET, BOSS),  # it is shown on a page
    "webform-new": (BOSS, BOSS_ACT),
    "webform": (BOSS, BOSS_ACT),
    "webhooks": (BOSS, BOSS),
    "webhook-new": (BOSS, BOSS),  # a secret is shown on a page
    "webhook": (BOSS, BOSS_ACT),
    "webhook-renew": (NO_GET, BOSS),
    "webhook-test": (NO_GET, BOSS),
    "webhook-all-again": (NO_GET, BOSS_ACT),
    "webhook-let-be": (NO_GET, BOSS_ACT),
    "webhook-delivery": (BOSS, BOSS),
    "webhook-again": (NO_GET, BOSS_ACT),
    "people": (BOSS, BOSS),
    "tokens": (BOSS, BOSS),
    "token-revoke": (NO_GET, BOSS_ACT),
    "person-invite": (BOSS, BOSS),  # it shows the link
    "person": (BOSS, BOSS_ACT),
    "person-link": (NO_GET, BOSS),
    "person-reset-factor": (NO_GET, BOSS_ACT),
    "person-sign-out": (NO_GET, BOSS_ACT),
    "person-leave": (NO_GET, BOSS_ACT),
    "person-come-back": (NO_GET, BOSS_ACT),
    "welcome": (BY_LINK_ONLY, BY_LINK_ONLY),
    "staff-log": (BOSS, BOSS),
    "staff-log-csv": (BOSS, BOSS),
    "teams": (BOSS, BOSS),
    "team-new": (BOSS, BOSS_ACT),
    "team-preview": (NO_GET, BOSS),
    "team": (BOSS, BOSS_ACT),
    "customer-fields": (MANAGER, MANAGER),
    "customer-field-new": (MANAGER, FIRM_ACT),
    "customer-field": (MANAGER, FIRM_ACT),
    "answer-times": (MANAGER, MANAGER),
    "answer-time-new": (MANAGER, MANAGER_ACT),
    "answer-time-preview": (NO_GET, MANAGER),
    "answer-time": (LEAD, LEAD_ACT),
    "answer-time-delete": (NO_GET, LEAD_ACT),
    "brand": (BOSS, BOSS_ACT),
    "brand-preview": (NO_GET, BOSS),
    "brand-preview-style": (BOSS, NO_GET),
    "brand-style": (OPEN, NEVER),  # what every customer sees
    "brand-logo": (CLOSED, NEVER),  # there is none
    "rules": (MANAGER, MANAGER),
    "rule-new": (MANAGER, MANAGER_ACT),
    "rule-try": (NO_GET, MANAGER._replace(lead_elsewhere=422)),
    "rule": (LEAD, LEAD_ACT),
    "rule-move": (NO_GET, LEAD_ACT),
    "rule-switch": (NO_GET, LEAD_ACT),
    "rule-delete": (NO_GET, LEAD_ACT),
    "reports": (REPORT, NO_GET),
    "report-rows": (REPORT, NO_GET),
    "report-file": (REPORT, NO_GET),
    "tags": (BOSS, BOSS),
    "tag": (BOSS, BOSS_ACT),
    "tag-merge": (NO_GET, BOSS_ACT),
    "tag-archive": (NO_GET, BOSS_ACT),
    "rail": (PAGE, PAGE),
    "look": (NO_GET, MINE_ACT),
    "set_language": (ALL_ACT, ALL_ACT),
    "events": (May(401, 200, 200, 200, 200, 200), May(401, 200, 200, 200, 200, 200)),
    "status": (OPEN, NEVER),  # the link alone opens it
    "verdict": (OPEN, BY_LINK),
    "rate": (NEVER, BY_LINK),
    "status-write": (NEVER, BY_LINK),
    "status-code": (NEVER, REFUSED_BY_LINK),  # this desk cannot send
    "status-prove": (NEVER, REFUSED_BY_LINK),
    "status-withdraw": (NEVER, REFUSED_BY_LINK),  # a link alone withdraws nothing
    "status-file": (REFUSED_BY_LINK, NEVER),  # and gives no file
    "chat-widget": (OPEN, NEVER),
    "chat-page": (OPEN, NEVER),
    "chat-about": (OPEN, NEVER),
    "chat-messages": (UNSIGNED, UNSIGNED),  # whoever has the secret of a visitor
    "chat-mail": (NEVER, UNSIGNED),
    "chat-shown": (NEVER, UNSIGNED),
    "chat-file": (UNSIGNED, NEVER),
    "chat-events": (May(406, 406, 406, 406, 406, 406), NEVER),  # streamed beside Django
    "form": (OPEN, May(422, 422, 422, 422, 422, 422)),  # anybody, and an empty one is given back
    "form-sent": (OPEN, NEVER),  # whoever sent it holds its name
    "healthz": (OPEN, OPEN),
    "readyz": (OPEN, OPEN),
    "metrics": (OPEN, OPEN),  # to this machine only
    "account": (PAGE, PAGE),
    "account-sign-out": (NO_GET, MINE_ACT),
    "mfa_index": (PAGE, NO_GET),
    "mfa_authenticate": (ALL_ACT, ALL_ACT),  # only between the password and the code
    "mfa_reauthenticate": (ALL_ACT, ALL_ACT),  # nobody here has a factor: to the password
    "mfa_activate_totp": (ALL_ACT, ALL_ACT),  # to prove first who it is
    "mfa_deactivate_totp": (NONE_YET, NONE_YET),
    "mfa_view_recovery_codes": (NONE_YET, NO_GET),
    "mfa_generate_recovery_codes": (ALL_ACT, ALL_ACT),
    "mfa_download_recovery_codes": (NONE_YET, NONE_YET),
    "mfa_list_webauthn": (ALL_ACT, ALL_ACT),
    "mfa_add_webauthn": (ALL_ACT, ALL_ACT),
    "mfa_reauthenticate_webauthn": (ALL_ACT, ALL_ACT),
    "mfa_login_webauthn": (ALL_ACT, ALL_ACT),
    "mfa_remove_webauthn": (ALL_ACT, ALL_ACT),
    "mfa_edit_webauthn": (ALL_ACT, ALL_ACT),
    "account-sso-link": (NO_GET, NONE_YET),  # this desk has no provider
    "account-sso-off": (NO_GET, MINE_ACT),
    "openid_connect_login": (CLOSED, CLOSED),  # this desk has no provider
    "openid_connect_callback": (CLOSED, CLOSED),
    "socialaccount_login_error": (FAILED, NEVER),
    "socialaccount_login_cancelled": (OPEN, NEVER),
    "socialaccount_signup": (CLOSED, CLOSED),
    "socialaccount_connections": (CLOSED, CLOSED),
    "account_login": (FOR_STRANGERS, FOR_STRANGERS),
    "account_logout": (PAGE, MINE_ACT),
    "account_inactive": (OPEN, NEVER),
    "account_reauthenticate": (PAGE, PAGE),
    "account_change_password": (PAGE, PAGE),
    "account_signup": (CLOSED, CLOSED),
    "account_email": (CLOSED, CLOSED),
    "account_email_verification_sent": (CLOSED, CLOSED),
    "account_set_password": (CLOSED, CLOSED),
    "account_reset_password": (CLOSED, CLOSED),
}


@dataclass
class Side:
    """One team with its mailbox, a customer, what was said, and a word that is in all of it."""

    desk: Desk
    word: str
    talk: Conversation
    letter: Message
    machine: Message
    doubt: Message
    raw: Raw
    debt: Owed
    promise: Owed
    said: Message
    tag: Tag
    other_tag: Tag
    token: Token
    shop: Shop
    heard: Heard
    recorded: Recorded
    bot: Account
    absence: Absence
    snippet: Snippet
    signature: Signature
    merge: Merge
    pair: Alike
    notice: Notice
    other_customer: Customer
    answer_time: AnswerTime
    rule: Rule
    union: Union
    parting: Parting
    call: Delivery


@dataclass
class World:
    """Two teams that know nothing of each other, and one person of each role."""

    ours: Side
    theirs: Side
    people: dict[str, Person]
    cookies: dict[str, str] = field(default_factory=dict)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    cache.clear()  # what others have tried counts against the limits of signing in
    with time_machine.travel(SOON, tick=False):
        yield


@pytest.fixture
def world() -> World:
    ours = open_desk()
    Team.objects.update(is_last_resort=False)
    Team.objects.create(name="Last", is_last_resort=True)  # answers for what nobody can read
    team = Team.objects.create(name="Beta", timezone="Europe/Warsaw")
    account = Account.objects.create(name="Beta", address="beta@example.com", created_at=MONDAY)
    AccountTeam.objects.create(account=account, team=team)
    stranger = Person.objects.create_user(
        "beta.agent@example.com", PASSWORD, name="Iga Beta", role=Role.AGENT
    )
    stranger.teams.add(team)
    theirs = Desk(team, stranger, stranger, account)
    people = {"agent": ours.agent, "lead": ours.lead, "stranger": stranger}
    people["administrator"] = Person.objects.get(role=Role.ADMINISTRATOR)
    for name in ("reader", "disabled"):
        role = Role.READER if name == "reader" else Role.AGENT
        people[name] = Person.objects.create_user(f"{name}@example.com", PASSWORD, name=name, role=role)
        people[name].teams.add(ours.team)
    made = World(side(ours, "alfaword"), side(theirs, "betaword"), people)
    for person in people.values():
        SavedView.objects.create(
            person=person, name="Parcels", slug="parcels", question="where", created_at=MONDAY
        )
    while index.step():
        pass
    made.cookies = {name: signed_in(person) for name, person in people.items()}
    Person.objects.filter(email="disabled@example.com").update(is_active=False)
    return made


def side(desk: Desk, word: str) -> Side:
    """Fill one team: a letter with a file, a promise, an answer in doubt, a letter nobody can read."""
    web_form(desk, word)
    chat(desk, word)
    said = desk.deliver(mail(word), sender=f"{word}@example.org")
    other = desk.deliver(mail(word, "second"), sender=f"{word}@example.org")
    machine = desk.deliver(
        b"Auto-Submitted: auto-replied\r\n" + mail(word, "away"), sender=f"{word}@example.org"
    )
    third, fourth = (desk.deliver(mail(word, more), sender=f"{word}@example.org") for more in ("3rd", "4th"))
    assert said and other and machine and third and fourth
    at = MONDAY + timedelta(hours=1)
    author = desk.agent
    doubt = replying.reply(
        other.conversation, author, word, at, pays=[Owed.objects.get(conversation=other.conversation_id).pk]
    )
    Message.objects.filter(pk=doubt.pk).update(state="sending")
    settling.in_doubt(Message.objects.get(pk=doubt.pk), "The desk stopped.", at)
    tagged, other_tag = (
        tagging.add(said.conversation, author, f"{name} {word[:4]}", at) for name in ("One", "Two")
    )
    debt = Owed.objects.get(conversation=said.conversation_id, kind="answer")
    Outage.objects.create(account=desk.account, since=at, debt=debt.pk, said=word)
    uniting.unite(other.conversation, [third.conversation], author, at)
    Feed.objects.create(person=author)
    days = {"begins_at": at + timedelta(days=5), "ends_at": at + timedelta(days=6)}
    Proposal.objects.create(person=author, key=word, title=word, **days)
    promise = actions.promise(said.conversation, author, word, at + timedelta(days=2), at)
    second, another = (Customer.objects.create(name=word, created_at=at) for _ in range(2))
    Conversation.objects.filter(pk=machine.conversation_id).update(customer=another)
    return Side(
        desk=desk,
        word=word,
        talk=said.conversation,
        letter=said,
        machine=machine,
        doubt=doubt,
        raw=unreadable(desk, word),
        debt=debt,
        promise=Owed.objects.get(pk=promise.id),
        said=answered(said.conversation, author, promise.id, at),
        tag=tagged,
        other_tag=other_tag,
        token=tokens.issue(desk.agent, word, [], MONDAY)[0],
        shop=(shop := a_shop(desk, word, at)),
        heard=heard.held(shop, word),
        recorded=lines.left(said.conversation, lines.connect(desk, name=word, slug=word), word),
        call=told(word, at),
        bot=a_bot(desk, word, at),
        absence=absences.plan(
            author, author, at + timedelta(days=3), at + timedelta(days=4), at, reason=word
        ),
        snippet=Snippet.objects.create(team=desk.team, name=word, text=word),
        signature=Signature.objects.create(team=desk.team, text=word),
        merge=merging.merge(said.conversation.customer, second, author, "He says so.", at),
        answer_time=AnswerTime.objects.create(team=desk.team, channel="email", minutes=60),
        notice=Notice.objects.create(
            person=author, kind="owed", about=word, at=at, conversation=said.conversation_id
        ),
        rule=Rule.objects.create(
            name=word,
            place=9,
            is_on=False,
            changed_at=at,
            changed_by=author,
            asked={"words": [word]},
            of_team=desk.team,
        ),
        other_customer=another,
        pair=Alike.objects.create(one=said.conversation.customer, other=another, score=40),
        union=Union.objects.latest("pk"),
        parting=Parting.objects.create(source=said.conversation, part=fourth.conversation, at=at, by=author),
    )


def a_shop(desk: Desk, word: str, at: datetime) -> Shop:
    facts = {"kind": "generic", "account": desk.account, "secret": door.sealed("x"), "created_at": at}
    return Shop.objects.create(name=word, slug=word, **facts)


def web_form(desk: Desk, word: str) -> Account:
    said = {"title": {"en": "A form"}, "answers_by": desk.account.pk}
    form = Account.objects.create(
        channel="webform", name="Shop", address=f"{word}-form", settings=said, created_at=MONDAY
    )
    AccountTeam.objects.create(account=form, team=desk.team)
    payload = Payload(
        account=form.pk,
        door="form",
        content=b'{"files": []}',
        received_at=MONDAY,
        envelope={"from": "ala@example.org"},
        transport_key=f"form:{word}",
    )
    keep([payload])
    Raw.objects.filter(transport_key=f"form:{word}").update(state=Raw.State.DISCARDED)  # nobody's to read
    return form


def chat(desk: Desk, word: str) -> Account:
    account = Account.objects.create(
        channel="chat", name="Shop", address=f"{word[::-1]}-chat", settings={}, created_at=MONDAY
    )
    AccountTeam.objects.create(account=account, team=desk.team)
    return account


def answered(talk: Conversation, author: Person, promise: int, at: datetime) -> Message:
    return replying.reply(talk, author, "As promised.", at, pays=[promise])


def mail(word: str, more: str = "") -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"] = f"{word} <{word}@example.org>", "x@example.com"
    letter["Subject"], letter["Message-ID"] = f"{word} {more}", f"<{word}{more}@example.org>"
    letter.set_content(f"{word}: where is it?")
    letter.add_alternative(f"<p>{word}</p>", subtype="html")
    letter.add_attachment(word.encode(), maintype="image", subtype="svg+xml", filename=f"{word}.svg")
    return letter.as_bytes()


def unreadable(desk: Desk, word: str) -> Raw:
    desk.hand_in(mail(word, "unreadable"), sender=f"{word}@example.net")
    raw = Raw.objects.select_related("account").order_by("-pk")[0]
    raw.tries, raw.error = TRIES, "Reading it was stopped"
    raw.save()
    accept([(raw, quarantine.as_it_came(raw))], now())
    return raw


def signed_in(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def client_of(world: World, role: str, **more: Any) -> Client:
    client = Client(raise_request_exception=False, **more)
    if role in world.cookies:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[role]
    return client


def routes(patterns: Any = None) -> Iterator[URLPattern]:
    """Yield every address of the desk."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver) and one.namespace == "api":
            continue  # opened by tokens, each operation asked with each scope in test_api.py
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns)
        else:
            yield one


def address_by_token(name: str, side: Side) -> str:
    """Return an address that opens to whoever has it."""
    if name == "calendar":
        return reverse(name, args=[side.desk.agent.pk, Feed.objects.get(person=side.desk.agent).token])
    more = {"verdict": [side.said.pk], "rate": [side.said.pk], "status-file": [side.said.pk, 0]}.get(name, [])
    return reverse(name, args=[side.talk.pk, status_link.token(side.talk), *more])


def address(name: str, side: Side) -> str:
    """Return the address of an object of one team."""
    numbers: dict[str, int] = {
        **dict.fromkeys(
            (
                "customer",
                "customer-fact",
                "customer-join",
                "customer-split",
                "customer-give",
                "customer-erase",
            ),
            side.talk.customer_id,
        ),
        "webform": Account.objects.get(address=f"{side.word}-form").pk,
        **dict.fromkeys(("chat", "chat-secret"), Account.objects.get(address=f"{side.word[::-1]}-chat").pk),
        **dict.fromkeys(("snippet", "snippet-delete"), side.snippet.pk),
        **dict.fromkeys(("signature", "signature-delete"), side.signature.pk),
        "quarantine-one": side.raw.pk,
        "quarantine-retry": side.raw.pk,
        "quarantine-discard": side.raw.pk,
        **dict.fromkeys(("heard-one", "heard-retry", "heard-discard"), side.heard.pk),
        "mailbox": side.desk.account.pk,
        **dict.fromkeys(("mailbox-test", "door-try", "door-mend"), side.desk.account.pk),
        "message-settle": side.doubt.pk,
        "message-owe": side.machine.pk,
        "message-html": side.letter.pk,
        **dict.fromkeys(
            (
                "person",
                "person-link",
                "person-sign-out",
                "person-leave",
                "person-come-back",
                "person-reset-factor",
            ),
            side.desk.agent.pk,
        ),
        "customers-different": side.pair.pk,
        "notice": side.notice.pk,
        "conversation-unmerge": side.union.kept_id,
        "team": side.desk.team.pk,
        "customer-field": OwnField.objects.get_or_create(name="Deck")[0].pk,  # of the firm, not of a side
        **dict.fromkeys(("answer-time", "answer-time-delete"), side.answer_time.pk),
        **dict.fromkeys(("rule", "rule-move", "rule-switch", "rule-delete"), side.rule.pk),
        **dict.fromkeys(("tag", "tag-merge", "tag-archive"), side.tag.pk),
        **dict.fromkeys(("mfa_remove_webauthn", "mfa_edit_webauthn"), 1),
        "message-source": side.letter.pk,
        "token-revoke": side.token.pk,
        "shop": side.shop.pk,
        **dict.fromkeys(("line", "line-settle"), side.recorded.call.line_id),
        "call-recording": side.recorded.pk,
        **dict.fromkeys(
            ("webhook", "webhook-renew", "webhook-test", "webhook-all-again", "webhook-let-be"),
            side.call.webhook_id,
        ),
        **dict.fromkeys(("webhook-delivery", "webhook-again"), side.call.pk),
        "messenger": side.bot.pk,
        **dict.fromkeys(("call", "call-not-reached"), side.recorded.call_id),
        "absence-team": side.desk.team.pk,
        "proposal": Proposal.objects.get(key=side.word).pk,
        **dict.fromkeys(("absence-call-off", "absence-back", "absence-end"), side.absence.pk),
        **dict.fromkeys(("cover-ask", "cover-answer", "cover-withdraw"), side.absence.pk),
    }
    if name in (*BY_TOKEN, "calendar"):
        return address_by_token(name, side)
    asked = {"search": "q=where", "palette": "q=where", "chosen": f"chosen={side.debt.pk}"}
    if name in asked:
        return f"{reverse(name)}?{asked[name]}"  # a word of both sides
    named = {"welcome": [side.desk.agent.pk, "a-guess"], "view": ["parcels"], "view-remove": ["parcels"]}
    named |= {"conversation-draft-picture": [side.talk.pk, 1], "help-page": ["rules"]}
    named |= dict.fromkeys(("openid_connect_login", "openid_connect_callback"), ["sso"])
    named |= {
        "brand-logo": ["none"],
        "shop-call": [side.shop.slug],
        "line-told": [side.word],
        "messenger-call": ["telegram", side.word],
        "twilio-told": [side.word, "call"],
        **dict.fromkeys(
            ("chat-page", "chat-about", "chat-messages", "chat-mail", "chat-shown", "chat-events"),
            [f"{side.word[::-1]}-chat"],
        ),
        "chat-file": [f"{side.word[::-1]}-chat", side.said.pk, 0],
        "form": [f"{side.word}-form"],
        "form-sent": [f"{side.word}-form", side.word],
    }
    if name in named:
        return reverse(name, args=named[name])
    if name in ("message-file", "message-picture"):
        return reverse(
            name, args=[side.letter.pk, side.letter.attachments.values_list("index", flat=True)[0]]
        )
    if name == "report-rows":
        return f"{reverse(name)}?figure=open"
    if name == "report-file":
        return f"{reverse(name, args=['csv'])}?figure=open"
    if name in numbers:
        return reverse(name, args=[numbers[name]])
    return reverse(
        name, args=[side.talk.pk] if name.startswith("conversation") and name[12:13] in "-" else []
    )


def told(word: str, at: datetime) -> Delivery:
    """Make a webhook in this machine, which nobody calls, and something it was told."""
    hook = keeping.make(word, "https://127.0.0.1/", [], at)
    keeping.change(hook, name=word, url=hook.url, types=[], active=False)
    row = follow.made(hook, events.Event("message.sent", at, "", {}), at)
    row.state = Delivery.State.DONE
    row.save()
    return row


def a_bot(desk: Desk, word: str, at: datetime) -> Account:
    bot = Account.objects.create(
        channel="telegram", address=f"@{word}", settings={"hook": word, "way": "hook"}, created_at=at
    )
    AccountTeam.objects.create(account=bot, team=desk.team)
    return bot


def form(name: str, side: Side) -> dict[str, Any]:
    """Return what a person would send, so that who may do it succeeds."""
    colleague = {"to": side.desk.lead.pk, "debt": side.debt.pk, "reason": "She knows it."}
    moment = {"day": "2031-05-06", "hour": "10:00"}
    span = {"first": "2031-05-06", "first_half": "day", "last": "2031-05-06", "last_half": "day"}
    box = {"name": "Box", "team": side.desk.team.pk, "imap_security": "tls", "smtp_security": "tls"}
    agent = side.desk.agent
    asked = {"name": "F", "team": side.desk.team.pk, "answers_by": side.desk.account.pk, "title_en": "F"}
    talks = {"name": "C", "team": side.desk.team.pk, "by_mail": side.desk.account.pk, "patience": 3}
    asked |= {"q-TOTAL_FORMS": 0, "q-INITIAL_FORMS": 0}
    shop = {"name": "Shop", "kind": "generic", "account": side.desk.account.pk, "hours": 16}
    line = {"name": "Line", "kind": "generic", "account": side.desk.account.pk, "number": "+48221234567"}
    line |= {"team": side.desk.team.pk}
    here = {"language": "pl", "timezone": "Europe/Warsaw"}
    somebody = {**here, "name": "Somebody", "role": "agent", "capacity": 40}
    time = {"team": side.desk.team.pk, "kind": "answer", "hours": "2"}
    team = {**here, "answer_hours": "8", "always": "on"}
    forms: dict[str, dict[str, Any]] = {
        "person-invite": {**somebody, "email": f"somebody-{side.word}@example.com"},
        "person": {**somebody, "email": agent.email, "teams": [side.desk.team.pk]},
        "line-new": {**line, "slug": f"new-{side.word}"},
        "line": {**line, "slug": side.word},
        **dict.fromkeys(
            ("telegram-new", "messenger"),
            {"name": "B", "team": side.desk.team.pk, "token": "1:a", "way": "ask"},
        ),
        "shop-new": {**shop, "slug": f"new-{side.word}"},
        "shop": {**shop, "slug": side.shop.slug},
        **dict.fromkeys(("webhook", "webhook-new"), {"name": "Shop", "url": "https://127.0.0.1/"}),
        "tokens": {"name": "Shop", "person": agent.pk, "lasts": "30", "scopes": ["books:read"]},
        "team-new": {**team, "name": "New"},
        "team-preview": {**team, "name": "New"},
        "team": {**team, "name": side.desk.team.name},
        **dict.fromkeys(("answer-time-new", "answer-time-preview"), {**time, "channel": "webform"}),
        "answer-time": {**time, "channel": "email"},
        "customer-field-new": {"name": f"Hull {side.word}", "type": "number"},
        "customer-field": {"name": f"Mast {side.word}", "type": "text"},
        "brand": {"accent": "#ffcc00", "languages": ["pl"], "language": "pl"},
        **dict.fromkeys(
            ("rule", "rule-new", "rule-try"),
            {"name": "R", "when": "new", "speak": "uk", "of_team": side.desk.team.pk},
        ),
        "conversation-reply": {"text": "Soon.", "purpose": "acknowledge"},
        "conversation-snippet": {"snippet": side.snippet.pk, "text": "Dear"},
        **dict.fromkeys(("snippet", "snippet-new"), {"name": "New", "place": "mine", "text": "Soon."}),
        **dict.fromkeys(("signature", "signature-new"), {"place": "mine", "text": "Yours"}),
        "conversation-draft": {"text": "I think", "once": "page"},
        "conversation-preview": {"text": "It is **here**."},
        "conversation-promises": {"text": "I will call you tomorrow."},
        "conversation-ask": {"to": "help@carrier.example", "subject": "Parcel", "text": "Where is it?"},
        "conversation-note": {"text": "Look."},
        "conversation-follow": {"person": side.desk.agent.pk},
        "conversation-promise": {"text": "Send it.", **moment},
        "conversation-postpone": {"debt": side.promise.pk, "reason": "Later.", **moment},
        "conversation-dial": {"number": "+48600100200", "about": "The invoice"},
        "conversation-talked": {"text": "We spoke.", "minutes": "2"},
        "conversation-missed": {"day": "2026-11-16", "hour": "10:00"},
        "conversation-kept": {"debt": side.promise.pk, "text": "We spoke."},
        "conversation-hand-over": colleague,
        "chosen-hand-over": colleague | {"chosen": side.debt.pk},
        "chosen-tag": {"chosen": side.debt.pk, "name": "Three"},
        "chosen-snooze": {"chosen": side.debt.pk, "until": "week"},
        "chosen-merge": {"chosen": side.debt.pk, "into": side.parting.part_id},
        "view-keep": {"name": "Letters", "q": "where"},
        "conversation-snooze": {"until": "2031-05-06T10:00:00+02:00"},
        "conversation-tag": {"name": "Three"},
        "conversation-unmerge": {"union": side.union.pk},
        "conversation-unsplit": {"parting": side.parting.pk},
        "conversation-untag": {"tag": side.tag.pk},
        "tag": {"name": f"Four {side.word}"},
        "tag-merge": {"into": side.other_tag.pk},
        "conversation-waive": {"debt": side.debt.pk, "reason": "Spam."},
        "quarantine-discard": {"reason": "Spam."},
        "heard-discard": {"reason": "By hand."},
        "customer-fact": {"kind": "tariff", "value": "Basic"},
        "customer-join": {"other": side.other_customer.pk, "reason": "She says so."},
        "customer-split": {"merge": side.merge.pk, "reason": "He says so."},
        "message-settle": {"arrived": "yes"},
        "door-mend": {"how": "mended", "said": "A new password."},
        "message-owe": {"reason": "She asks."},
        "chat-new": {**talks, "slug": f"new-{side.word}-chat"},
        "chat": {**talks, "slug": f"{side.word[::-1]}-chat"},
        "webform-new": {**asked, "slug": f"new-{side.word}"},
        "webform": {**asked, "slug": f"{side.word}-form"},
        "mailbox-new": {**box, "address": f"new-{side.word}@example.com"},
        "mailbox": {**box, "address": side.desk.account.address},
        "absence-plan": {"who": side.desk.agent.pk, **span, "at_end": "return"},
        "calendar-name": {"address": "https://calendar.example/x.ics", "words": "leave"},
        "proposal": {"how": "no"},
        "absence-out": {"who": side.desk.agent.pk},
        "look": {"theme": "dark"},
        "verdict": {"said": "yes"},
        "rate": {"how": "good"},
        "status-write": {"text": "More.", "once": side.word},
        "status-prove": {"code": "123456"},
        "set_language": {"language": "pl"},
    }
    return forms.get(name, {})


def expected(may: May, role: str, is_own: bool) -> int:
    if role in ("anonymous", "disabled"):
        return may.outside
    if role == "administrator":
        return may.administrator
    if role == "lead" and may.lead:
        return may.lead if is_own else may.lead_elsewhere
    if role == "reader":
        return may.reader if is_own else may.reader_elsewhere
    return may.member if is_own else may.member_elsewhere


def undone(ask: Callable[[], Any]) -> Any:
    """Ask, and take back whatever the asking has changed."""
    with transaction.atomic():
        answer = ask()
        transaction.set_rollback(True)
    if isinstance(answer, FileResponse):
        b"".join(answer.streaming_content)  # read to its end, it closes its file
    return answer


def sides(world: World, role: str) -> dict[bool, Side]:
    """Return the side that is a role's own, and the other."""
    if role == "stranger":
        return {True: world.theirs, False: world.ours}
    return {True: world.ours, False: world.theirs}


def shown(answer: Any) -> str:
    if answer.streaming:
        return ""
    return answer.content.decode("utf-8", "replace")


def test_every_address_is_declared_and_nothing_else() -> None:
    assert {route.name for route in routes()} == set(TABLE)


def test_every_address_is_declared_as_an_act_of_the_staff_log_or_as_none() -> None:
    names = {one.name for one in [*of_the_desk, *of_the_account] if getattr(one, "name", None)}
    fields = {field for act in declared.ACTS.values() for field in act.fields}

    assert names - {*declared.ACTS, *declared.SILENT} == set(), "say it in odzew/desk/logged/declared.py"
    assert set(declared.ACTS) - set(words.ACTS) == set(), "name them in odzew/desk/stafflog/words.py"
    assert {act.thing for act in declared.ACTS.values()} - {"", *words.THINGS} == set()
    assert fields - set(facts.FIELDS) == set()


# Asked every night: a lead is an agent but for few cells, a stranger an agent of the other side, and who is
# disabled is shut out as anybody outside.
NIGHTLY = {"disabled", "lead", "stranger"}


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.faults if role in NIGHTLY else ()) for role in HERE]
)
def test_each_role_gets_at_each_address_what_the_table_says(world: World, role: str) -> None:
    found: dict[tuple[str, str, str], int] = {}
    told: dict[tuple[str, str, str], int] = {}
    leaks = []
    for is_own, side in sides(world, role).items():
        foreign = sides(world, role)[False].word
        for name, (get, post) in TABLE.items():
            url = address(name, side)
            for method, may in (("GET", get), ("POST", post)):
                client = client_of(world, role)
                send = client.get if method == "GET" else client.post
                data = form(name, side) if method == "POST" else {}
                answer = undone(lambda send=send, url=url, data=data: send(url, data))
                cell = (name, method, "own" if is_own else "other")
                found[cell], told[cell] = answer.status_code, expected(may, role, is_own)
                if role != "administrator" and name not in BY_TOKEN and foreign in shown(answer):
                    leaks.append(cell)

    wrong = {cell: status for cell, status in found.items() if status != told[cell]}
    print(
        f"\nT22 {role}: {len(found)} doors tried, {len(wrong)} answer otherwise, {len(leaks)} tell of others"
    )
    assert wrong == {}
    assert leaks == []
    assert len(found) == 4 * len(TABLE)


@pytest.mark.parametrize("role", [role for role in HERE if role in ("reader", "agent", "lead", "stranger")])
def test_the_parts_that_ask_for_themselves_again_show_no_more(world: World, role: str) -> None:
    mine, other = sides(world, role)[True], sides(world, role)[False]
    pages = [name for name, (get, _post) in TABLE.items() if get in (PAGE, THING)]
    tried: set[str] = set()

    for name in pages:
        whole = shown(client_of(world, role).get(address(name, mine)))
        for target in [part for part in TARGETS if f'id="{part}"' in whole] + ["anything"]:
            headers = {"HX-Request": "true", "HX-Target": target}
            tried.add(target)
            own = client_of(world, role).get(address(name, mine), headers=headers)
            foreign = client_of(world, role).get(address(name, other), headers=headers)
            statuses = (own.status_code, foreign.status_code)
            assert statuses == (200, 404 if TABLE[name][0] is THING else 200), (name, target)
            assert other.word not in shown(own) + shown(foreign), (name, target)

    assert tried == {*TARGETS, "anything"} - (NOT_FOR_READERS if role == "reader" else set())


LISTS = ["/", *(f"/?show={cut}" for cut in ("mine", "team", "late", "due", "promised", "snoozed", "unowned"))]
LISTS += ["/conversations/", "/customers/", "/customers/?q=word", "/quarantine/", "/mailboxes/", "/absences/"]
LISTS += ["/search?q=where", "/drafts/"]
NOT_FOR_ALL = {
    "customers-likely": "/customers/likely",
    "snippets": "/snippets/",
    "signatures": "/signatures/",
    "report-rows": "/reports/rows?figure=open",
}
LINK = re.compile(
    r'(?:href|action|src)="(/(?:conversations|customers|quarantine|messages|mailboxes|snippets|signatures|calls'
    r'|recordings)/\d+[^"#?]*)'
)


@pytest.mark.parametrize("role", [role for role in HERE if role not in ("anonymous", "disabled")])
def test_whatever_a_list_or_a_page_names_can_be_opened_and_nothing_else(world: World, role: str) -> None:
    client = client_of(world, role)
    seen: set[str] = set()
    waiting = list(LISTS)
    waiting += [at for name, at in NOT_FOR_ALL.items() if expected(TABLE[name][0], role, True) == 200]
    while waiting:
        page = waiting.pop()
        if page not in seen:
            seen.add(page)
            answer = client.get(page)
            assert answer.status_code in (200, 405), page  # 405: the action of a form
            waiting += LINK.findall(shown(answer))
    openable = {
        url
        for name, (get, _post) in TABLE.items()
        if get is THING or name in ("snippet", "signature")
        for side in (world.ours, world.theirs)
        if client.get(url := address(name, side)).status_code == 200
    }

    assert openable - seen == set()


@pytest.mark.parametrize("role", ["anonymous", "agent", "administrator"])
def test_nothing_is_changed_without_the_token_of_the_page(world: World, role: str) -> None:
    found = {
        name: client_of(world, role, enforce_csrf_checks=True)
        .post(address(name, world.ours), form(name, world.ours))
        .status_code
        for name, (_get, post) in TABLE.items()
        if post not in (CLOSED, NEVER)
    }

    # A form uses no cookie, which a frame of another site would not get; its stamp takes the token's place.
    # A shop and a line sign what they send; a chat has the secret of a visitor, and no cookie either.
    signed = {"form", "shop-call", "line-told", "messenger-call", "chat-messages", "chat-mail", "chat-shown"}
    assert {name for name, status in found.items() if status != 403} == signed


FOREIGN = {
    "waive": lambda side: {"debt": side.debt.pk, "reason": "Mine now."},
    "hand-over": lambda side: {"debt": side.debt.pk, "to": side.desk.agent.pk, "reason": "Mine now."},
    "new-date": lambda side: {"debt": side.promise.pk, "day": "2031-05-06", "hour": "10:00"},
    "reply": lambda side: {"text": "Paid.", "purpose": "answer", "pays": side.debt.pk},
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_debt_of_another_team_cannot_be_reached_through_ones_own_conversation(
    world: World, what: str
) -> None:
    before = list(Owed.objects.order_by("pk").values())

    answer = client_of(world, "agent").post(
        f"/conversations/{world.ours.talk.pk}/{what}", FOREIGN[what](world.theirs)
    )

    assert answer.status_code == 409
    assert list(Owed.objects.order_by("pk").values()) == before


def test_a_debt_cannot_be_handed_to_somebody_who_may_not_see_it(world: World) -> None:
    data = {"debt": world.ours.debt.pk, "to": world.people["stranger"].pk, "reason": "Take it."}

    answer = client_of(world, "agent").post(f"/conversations/{world.ours.talk.pk}/hand-over", data)

    assert answer.status_code == 409
    assert Owed.objects.get(pk=world.ours.debt.pk).owner != world.people["stranger"]


def test_who_has_left_a_team_sees_no_more_of_it_than_what_he_still_owes(world: World) -> None:
    debt = Owed.objects.get(pk=world.ours.debt.pk)
    other = Owed.objects.exclude(owner=debt.owner).filter(team=world.ours.desk.team).first()
    assert other is not None
    debt.owner.teams.clear()
    client = Client()
    client.force_login(debt.owner)

    listed = client.get("/").content.decode()

    assert f'"/conversations/{debt.conversation}/' in listed
    assert client.get(f"/conversations/{debt.conversation}/").status_code == 200
    assert f'"/conversations/{other.conversation}/' not in listed
    assert client.get(f"/conversations/{other.conversation}/").status_code == 404


def test_the_link_of_one_matter_does_not_open_another(world: World, client: Client) -> None:
    ours, theirs = address("status", world.ours), address("status", world.theirs)
    token = ours.rpartition("-")[2]

    swapped = f"{theirs.rpartition('-')[0]}-{token}"

    assert client.get(ours).status_code == 200
    assert client.get(swapped).status_code == 404
    assert client.get(ours[:-1] + ("a" if ours[-1] != "a" else "b")).status_code == 404


def test_a_source_and_a_file_are_given_to_be_kept_and_never_to_be_shown(world: World) -> None:
    client = client_of(world, "agent")

    file = client.get(address("message-file", world.ours))
    source = client.get(address("message-source", world.ours))

    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"].startswith("attachment")
    assert source["Content-Type"].startswith("text/plain")
    for answer in (file, source):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "no-store"
