"""Which page of the manual tells of which screen."""

from django.http import HttpRequest

from odzew.desk.help import manual

# By the beginning of a screen's name; the longest that fits is taken.
TOPICS = {
    "today": "sorting.md",
    "chosen": "sorting.md#several-at-once",
    "conversation": "together.md",
    "new-conversation": "together.md#beginning-a-conversation",
    "conversation-merge": "ledger.md#merging-and-splitting-conversations",
    "conversation-split": "ledger.md#merging-and-splitting-conversations",
    "notice": "notices.md",
    "account-notices": "notices.md",
    "drafts": "roles/agent.md",
    "customer": "customers.md",
    "customers-likely": "customers.md#two-that-are-one",
    "absence": "absence.md",
    "heard": "orders.md#connect-a-shop",
    "quarantine": "channels.md#what-cannot-be-read",
    "report": "reports.md",
    "snippet": "roles/agent.md",
    "signature": "signatures.md",
    "mailbox": "channels.md",
    "messenger": "channels.md",
    "telegram": "telegram.md",
    "whatsapp": "whatsapp.md",
    "line": "phone.md",
    "call": "phone.md",
    "chat": "chat.md",
    "webform": "forms.md",
    "shop": "orders.md",
    "rule": "rules.md",
    "people": "people.md",
    "person": "people.md",
    "team": "people.md",
    "answer-time": "people.md",
    "brand": "brand.md",
    "token": "api.md",
    "webhook": "webhooks.md",
    "tag": "sorting.md",
    "search": "search.md",
    "view": "search.md",
    "staff-log": "security.md#who-did-what",
    "account": "security.md#signing-in",
    "mfa": "security.md#signing-in",
}


def of(request: HttpRequest) -> str:
    """Return the address of what the manual says of the screen that was asked for, if it does."""
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    fits = [begins for begins in TOPICS if name.startswith(begins)]
    return manual.address(TOPICS[max(fits, key=len)]) if fits else ""
