"""Telephone numbers: one form to compare them in (ITU-T E.164), one to read them in."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

# What lines say instead of a number that its owner withholds (Twilio, "Why am I getting calls from these
# strange numbers?"; Asterisk, CallerIDNum; RFC 3325 §7, "anonymous").
WITHHELD = frozenset(
    {"", "anonymous", "unknown", "<unknown>", "private", "restricted", "unavailable", "withheld", "blocked"}
    | {"+266696687", "266696687", "+7378742833", "7378742833", "+2562533", "2562533", "+8656696", "8656696"}
    | {"+86282452253", "86282452253"}
)


def is_withheld(said: str) -> bool:
    """Return whether a line says that the caller withholds his number."""
    return said.strip().lower() in WITHHELD


def number(said: str, near: str = "", country: str = "") -> str:
    """Return a number in E.164; empty when it is withheld, or none.

    `near` is a number of the country in which it was dialled, or `country` its code (ISO 3166), for one that
    names no country itself. What could be dialled there but is in no plan of that country, such as an
    extension, is none either.
    """
    if is_withheld(said):
        return ""
    try:
        found = phonenumbers.parse(said, country or region(near) or None)
    except NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(found):
        return ""
    return str(phonenumbers.format_number(found, PhoneNumberFormat.E164))


def region(e164: str) -> str:
    """Return the country of a number in E.164, as in ISO 3166; empty when it is of none."""
    if "@" in e164:  # a mail address may begin as a number does
        return e164
    try:
        found = phonenumbers.parse(e164)
    except NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(found) or ""


def written(e164: str) -> str:
    """Return a number in E.164 as people read it, in groups; what is no number comes back as it is."""
    try:
        found = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    return str(phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL))
