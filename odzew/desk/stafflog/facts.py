"""The facts of an act in a person's words: the fields of its form, and their values."""

from django.utils.translation import gettext_lazy as _

from odzew.desk.people.form import ROLES
from odzew.desk.rules.words import broken

FIELDS = {
    "account": _("mailbox"),
    "by": _("by"),
    "factors": _("factors"),
    "item": _("thing bought"),
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
    "feed": _("address"),
    "first": _("from"),
    "into": _("into"),
    "hour": _("hour"),
    "hours": _("hours"),
    "active": _("in use"),
    "is_offered": _("to be filled in"),
    "type": _("type"),
    "way": _("way"),
    "slug": _("word in the address"),
    "secret": _("secret"),
    "logo": _("logo"),
    "lasts": _("days it lasts"),
    "how": _("how"),
    "last": _("until"),
    "accent": _("colour"),
    "language": _("language"),
    "languages": _("languages"),
    "skills": _("skills"),
    "is_on": _("on"),
    "lead": _("lead"),
    "lines": _("lines"),
    "manager": _("manager"),
    "name": _("name"),
    "number": _("number"),
    "host": _("server"),
    "port": _("port"),
    "security": _("security"),
    "user": _("user"),
    "trunks": _("channels to the world"),
    "wants": _("what the call wants"),
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
    "types": _("events"),
    "union": _("merge"),
    "url": _("address"),
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
    "new": _("a new one"),
    "off": _("off"),
    "plan": _("planned"),
    "seen": _("seen"),
}
OF_PEOPLE = ("to", "person", "who", "lead", "manager", "standing_cover")
OF_TEAMS = ("team", "teams", "of_team")
OF_ROLES = ("role", "role_before")


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
