"""The acts, the things and the fields of the staff log in a person's words."""

from django.utils.translation import gettext_lazy as _

from odzew.desk.people.form import ROLES
from odzew.desk.rules.words import broken

ACTS = {
    "sign-in": _("Signed in"),
    "sign-out": _("Signed out"),
    "account_change_password": _("Changed the own password"),
    "account_reauthenticate": _("Proved again who it is"),
    "conversation-reply": _("Replied"),
    "conversation-close": _("Closed a conversation"),
    "conversation-follow": _("Began to follow, or let a colleague follow"),
    "conversation-unfollow": _("Followed no more"),
    "conversation-note": _("Wrote a note"),
    "conversation-promise": _("Booked a promise"),
    "conversation-postpone": _("Gave a promise a new date"),
    "conversation-hand-over": _("Handed a debt over"),
    "conversation-waive": _("Waived a debt"),
    "conversation-revoke": _("Revoked the customer's links"),
    "conversation-ask": _("Asked a third party"),
    "conversation-snooze": _("Snoozed a conversation"),
    "conversation-wake": _("Woke a conversation"),
    "conversation-tag": _("Tagged a conversation"),
    "conversation-waits": _("Took back or sent a reply that waited"),
    "conversation-untag": _("Took a tag off a conversation"),
    "conversation-merge": _("Merged two conversations"),
    "conversation-unmerge": _("Took back a merge of conversations"),
    "conversation-split": _("Split messages off a conversation"),
    "conversation-unsplit": _("Took back a split of a conversation"),
    "chosen-hand-over": _("Handed several debts over"),
    "chosen-tag": _("Tagged several conversations"),
    "chosen-snooze": _("Snoozed several conversations"),
    "chosen-merge": _("Merged several conversations"),
    "customer-fact": _("Noted what is known of a customer"),
    "customer-join": _("Joined two customers"),
    "customers-different": _("Said that two customers are not one"),
    "customer-split": _("Split two customers again"),
    "message-settle": _("Settled a message in doubt"),
    "message-owe": _("Owed an answer by hand"),
    "quarantine-retry": _("Read a quarantined mail again"),
    "quarantine-discard": _("Discarded a quarantined mail"),
    "mailbox-new": _("Connected a mailbox"),
    "mailbox": _("Changed a mailbox"),
    "mailbox-test": _("Tested a mailbox"),
    "door-try": _("Tried a door"),
    "door-mend": _("Said what was done about a door that lets nothing in"),
    "absence-plan": _("Planned an absence"),
    "absence-out": _("Reported somebody out today"),
    "absence-team": _("Changed who is told of a team"),
    "absence-call-off": _("Called an absence off"),
    "absence-back": _("Ended an absence"),
    "absence-end": _("Changed the end of an absence"),
    "cover-ask": _("Asked somebody to stand in"),
    "cover-answer": _("Answered whether to stand in"),
    "cover-withdraw": _("Withdrew a request to stand in"),
    "person-invite": _("Invited somebody"),
    "person": _("Changed a person"),
    "person-link": _("Made a link to choose a password"),
    "person-leave": _("Took somebody off the desk"),
    "person-come-back": _("Took somebody back to the desk"),
    "snippet-new": _("Made a snippet"),
    "snippet": _("Changed a snippet"),
    "snippet-delete": _("Deleted a snippet"),
    "person-sign-out": _("Ended the sessions of somebody"),
    "account-sso-on": _("Linked single sign-on"),
    "account-sso-off": _("Unlinked single sign-on"),
    "account-push": _("Turned pushes on in a browser"),
    "account-push-off": _("Turned pushes off in a browser"),
    "account-sign-out": _("Ended own sessions elsewhere"),
    "person-reset-factor": _("Reset a second factor"),
    "mfa_activate_totp": _("Turned the app with codes on"),
    "mfa_deactivate_totp": _("Turned the app with codes off"),
    "mfa_generate_recovery_codes": _("Made recovery codes"),
    "mfa_add_webauthn": _("Added a passkey"),
    "mfa_remove_webauthn": _("Removed a passkey"),
    "mfa_edit_webauthn": _("Renamed a passkey"),
    "mfa_reauthenticate": _("Proved again by a code who it is"),
    "mfa_reauthenticate_webauthn": _("Proved again by a passkey who it is"),
    "welcome": _("Chose a password by a link"),
    "tokens": _("Made an API token"),
    "token-revoke": _("Revoked an API token"),
    "api-note": _("Wrote a note by the API"),
    "api-promise": _("Booked a promise by the API"),
    "api-fact": _("Noted what is known of a customer, by the API"),
    "webform-new": _("Made a web form"),
    "webform": _("Changed a web form"),
    "team-new": _("Made a team"),
    "team": _("Changed a team"),
    "answer-time-new": _("Added an answer time"),
    "answer-time": _("Changed an answer time"),
    "answer-time-delete": _("Took an answer time away"),
    "brand": _("Changed how customers see the firm"),
    "rule-new": _("Made a rule"),
    "rule": _("Changed a rule"),
    "rule-move": _("Moved a rule"),
    "rule-switch": _("Switched a rule on or off"),
    "rule-delete": _("Took a rule away"),
    "rule-broken": _("The desk switched a broken rule off"),
    "tag": _("Renamed a tag"),
    "tag-merge": _("Merged a tag into another"),
    "tag-archive": _("Archived a tag, or brought it back"),
    "signature-new": _("Wrote a signature"),
    "signature": _("Changed a signature"),
    "signature-delete": _("Threw a signature away"),
    "staff-log-shortened": _("Lines older than is kept were taken away"),
}
THINGS = {
    "conversation": _("conversation"),
    "message": _("message"),
    "customer": _("customer"),
    "pair": _("pair of customers"),
    "quarantine": _("quarantined mail"),
    "mailbox": _("mailbox"),
    "absence": _("absence"),
    "answer-time": _("answer time"),
    "person": _("person"),
    "signature": _("signature"),
    "rule": _("rule"),
    "snippet": _("snippet"),
    "tag": _("tag"),
    "team": _("team"),
    "token": _("API token"),
    "webform": _("web form"),
}
FIELDS = {
    "by": _("by"),
    "factors": _("factors"),
    "address": _("address"),
    "answer_hours": _("hours to answer"),
    "arrived": _("arrived"),
    "back": _("brought back"),
    "at_end": _("at the end"),
    "day": _("day"),
    "channel": _("channel"),
    "chosen": _("chosen"),
    "debt": _("debt"),
    "down": _("down"),
    "email": _("mail address"),
    "email_before": _("mail address before"),
    "first": _("from"),
    "into": _("into"),
    "hour": _("hour"),
    "hours": _("hours"),
    "how": _("how"),
    "last": _("until"),
    "accent": _("colour"),
    "language": _("language"),
    "languages": _("languages"),
    "is_on": _("on"),
    "lead": _("lead"),
    "lines": _("lines"),
    "manager": _("manager"),
    "name": _("name"),
    "kind": _("kind"),
    "merge": _("merge"),
    "of_team": _("for the team"),
    "on": _("on"),
    "message": _("message"),
    "other": _("the other one"),
    "parting": _("split"),
    "pays": _("pays"),
    "person": _("person"),
    "place": _("place"),
    "purpose": _("purpose"),
    "role": _("role"),
    "role_before": _("role before"),
    "scopes": _("scopes"),
    "sessions": _("sessions"),
    "standing_cover": _("stands in"),
    "tag": _("tag"),
    "tags": _("tags"),
    "team": _("team"),
    "teams": _("teams"),
    "timezone": _("time zone"),
    "to": _("to"),
    "token": _("API token"),
    "union": _("merge"),
    "until": _("until"),
    "up": _("up"),
    "when": _("when"),
    "who": _("who"),
    "why": _("why"),
    "without_rule": _("without a rule"),
    "yes": _("said"),
}
VALUES = {
    "password": _("password"),
    "socialaccount": _("single sign-on"),
    "totp": _("app with codes"),
    "webauthn": _("passkey"),
    "passkey": _("passkey"),
    "recovery_codes": _("recovery code"),
    "code": _("code"),
    "answer": _("answer"),
    "acknowledge": _("acknowledgement"),
    "yes": _("yes"),
    "no": _("no"),
    "mended": _("mended"),
    "left": _("let be"),
}
OF_PEOPLE = ("to", "person", "who", "lead", "manager", "standing_cover")
OF_TEAMS = ("team", "teams", "of_team")
OF_ROLES = ("role", "role_before")


def act(name: str) -> str:
    """Return an act in words."""
    return str(ACTS.get(name, name))


def thing(name: str, number: int | None) -> str:
    """Return a thing in words: "conversation 12"."""
    said = str(THINGS.get(name, name))
    return f"{said} {number}" if said and number else said


def fact(field: str, value: object, people: dict[int, str], teams: dict[int, str]) -> str:
    """Return a fact in words: "to Jan Kowalski"."""
    values = value if isinstance(value, list) else [value]
    shown = ", ".join(_value(field, one, people, teams) for one in values)
    return f"{FIELDS.get(field, field)}: {shown}"


def _value(field: str, value: object, people: dict[int, str], teams: dict[int, str]) -> str:
    text = str(value)
    if field == "why":
        return broken(text)
    if field in OF_ROLES:
        return next((str(name).partition(":")[0] for role, name in ROLES if role == text), text)
    names = people if field in OF_PEOPLE else teams if field in OF_TEAMS else {}
    number = int(text) if text.isdecimal() else 0
    return names.get(number) or str(VALUES.get(text, text))
