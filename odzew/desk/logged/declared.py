"""Which addresses do something, what each touches, and what of its form is worth keeping.

An address that is in neither table is logged all the same, by its name; a test asks for its words.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """What the staff log keeps of an act: the thing its number names, and fields of its form.

    Never a field somebody writes a text, a password or a secret into.
    """

    thing: str = ""
    fields: tuple[str, ...] = ()
    # It talks to servers of others, reads a mail or a password: the database is not held for so long.
    # Then whatever changes something says `acts.keep()` in its own transaction.
    waits: bool = False
    # Done by whoever holds a link, about the person it was made for.
    by_link: bool = False


ACTS: dict[str, Act] = {
    "tokens": Act("token", ("name", "person", "scopes")),
    "token-revoke": Act("token"),
    "conversation-reply": Act("conversation", ("purpose", "pays", "without_rule")),
    "conversation-close": Act("conversation"),
    "conversation-note": Act("conversation"),
    "conversation-promise": Act("conversation", ("day", "hour")),
    "conversation-postpone": Act("conversation", ("debt", "day", "hour")),
    "conversation-hand-over": Act("conversation", ("debt", "to")),
    "conversation-waive": Act("conversation", ("debt",)),
    "conversation-revoke": Act("conversation"),
    "conversation-ask": Act("conversation"),
    "conversation-waits": Act("conversation"),
    "conversation-snooze": Act("conversation", ("until", "day", "hour")),
    "conversation-wake": Act("conversation"),
    "conversation-tag": Act("conversation", ("name",)),
    "conversation-untag": Act("conversation", ("tag",)),
    "chosen-hand-over": Act("", ("chosen", "to")),
    "chosen-tag": Act("", ("chosen", "name")),
    "chosen-snooze": Act("", ("chosen", "until", "day", "hour")),
    "customer-fact": Act("customer", ("kind",)),
    "customer-join": Act("customer", ("other",)),
    "customers-different": Act("pair"),
    "customer-split": Act("customer", ("merge",)),
    "message-settle": Act("message", ("arrived",)),
    "message-owe": Act("message"),
    "quarantine-retry": Act("quarantine", waits=True),
    "quarantine-discard": Act("quarantine"),
    "mailbox-new": Act("mailbox", ("address", "name", "team"), waits=True),
    "mailbox": Act("mailbox", ("address", "name", "team"), waits=True),
    "mailbox-test": Act("mailbox", waits=True),
    "webform-new": Act("webform", ("name", "team")),
    "webform": Act("webform", ("name", "team")),
    "absence-plan": Act("", ("who", "first", "last", "at_end")),
    "absence-out": Act("", ("who",)),
    "absence-team": Act("team", ("standing_cover", "manager")),
    "absence-call-off": Act("absence"),
    "absence-back": Act("absence"),
    "absence-end": Act("absence", ("last",)),
    "cover-ask": Act("absence", ("who", "first", "last")),
    "cover-answer": Act("absence", ("yes",)),
    "cover-withdraw": Act("absence"),
    "person-invite": Act("person", ("email", "role", "teams")),
    "person": Act("person", ("email", "role", "teams")),
    "person-link": Act("person"),
    "person-leave": Act("person", ("to",)),
    "person-come-back": Act("person"),
    "welcome": Act("person", by_link=True),
    "team-new": Act("team", ("name", "timezone", "answer_hours", "lead")),
    "team": Act("team", ("name", "timezone", "answer_hours", "lead")),
    **dict.fromkeys(
        ("answer-time-new", "answer-time"), Act("answer-time", ("team", "channel", "kind", "hours"))
    ),
    "answer-time-delete": Act("answer-time"),
    "brand": Act("", ("name", "accent", "languages", "language")),
    **dict.fromkeys(("rule-new", "rule"), Act("rule", ("name", "when", "tags", "team", "person", "is_on"))),
    "rule-move": Act("rule", ("up", "down")),
    "rule-switch": Act("rule", ("on",)),
    "rule-delete": Act("rule"),
    "tag": Act("tag", ("name",)),
    "tag-merge": Act("tag", ("into",)),
    "tag-archive": Act("tag", ("back",)),
    "snippet-new": Act("snippet", ("name", "place")),
    "snippet": Act("snippet", ("name", "place")),
    "snippet-delete": Act("snippet"),
    "signature-new": Act("signature", ("place", "language")),
    "signature": Act("signature", ("place", "language")),
    "signature-delete": Act("signature"),
    "person-sign-out": Act("person"),
    "account-sign-out": Act(),
    "account-sso-off": Act(),
    "person-reset-factor": Act("person"),
    "mfa_activate_totp": Act(),
    "mfa_deactivate_totp": Act(),
    "mfa_generate_recovery_codes": Act(),
    "mfa_add_webauthn": Act(),
    "mfa_remove_webauthn": Act(),
    "mfa_edit_webauthn": Act(),
    "mfa_reauthenticate": Act(),
    "mfa_reauthenticate_webauthn": Act(),
    "account_change_password": Act(waits=True),
    "account_reauthenticate": Act(waits=True),
}

# These show something, or set how it looks; a POST of them changes nothing of the desk.
SILENT = {
    "today",
    "conversations",
    "conversation",
    "conversation-promises",
    "message-html",
    "message-source",
    "message-file",
    # A draft is kept each few seconds while it is written, and nobody but its author sees it.
    "conversation-draft",
    "conversation-writes",
    "drafts",
    # What she has read is nobody else's business.
    "notices",
    "notices-read",
    "notice",
    "snippets",
    "conversation-snippets",
    "conversation-snippet",
    "signatures",
    "signature-preview",
    "reports",
    "report-rows",
    "report-file",
    "customers",
    "customers-likely",
    "customer",
    "search",
    "palette",
    "quarantine",
    "quarantine-one",
    "mailboxes",
    "webforms",
    "absences",
    "people",
    "account",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "teams",
    "team-preview",
    "brand-preview",
    "brand-preview-style",
    "answer-times",
    "rules",
    "rule-try",
    "answer-time-preview",
    "view",
    "view-keep",
    "view-remove",
    "chosen",
    "tags",
    "rail",
    "look",
    "set_language",
    "events",
    "staff-log",
    "staff-log-csv",
    # Signing in and out is kept where it is done (odzew/desk/account/adapter.py).
    "account_login",
    "socialaccount_login_error",
    "socialaccount_login_cancelled",
    "openid_connect_login",
    "account-sso-link",  # what comes of it is kept when it is done (odzew/desk/account/sso.py)
    "openid_connect_callback",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "account_logout",
    "account_inactive",
    # Closed doors.
    "account_signup",
    "socialaccount_signup",
    "socialaccount_connections",
    "account_email",
    "account_email_verification_sent",
    "account_set_password",
    "account_reset_password",
}
