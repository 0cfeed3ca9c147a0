"""What is said of a mail that could not be read as it came. Translated where it is shown.

A note is one of these sentences; a particular of the one mail may follow on a second line.
"""


def gettext_noop(sentence: str) -> str:
    """Return the sentence as it is; the name has it found for translation."""
    return sentence


NOT_BASE64 = gettext_noop("This part said it was base64 and was not: it is shown as it came.")
BASE64_DAMAGED = gettext_noop("The base64 of a part was damaged.")
NOT_UUENCODED = gettext_noop("This part said it was uuencoded and was not: it is shown as it came.")
UUENCODED_DAMAGED = gettext_noop("A uuencoded file was damaged.")
TEXT_BEHIND = gettext_noop("Text was hung on behind the encoded text.")
CHARSET_UNKNOWN = gettext_noop("The character set the mail names is unknown: another was guessed.")
CHARSET_MISFIT = gettext_noop("The character set the mail names does not fit: another was guessed.")
CHARSET_GUESSED = gettext_noop("The mail does not name its character set: it was guessed.")
UTF8_AFTER_ALL = gettext_noop("The text is UTF-8 although the mail says otherwise.")
SIGNS_LOST = gettext_noop("Some characters could not be read and are marked with �.")
TOO_DEEP = gettext_noop("The parts nest too deeply or are too many: the rest is kept whole as a file.")
BOUNDARY_GUESSED = gettext_noop("The boundary between the parts was wrong and has been guessed.")
NO_BOUNDARY = gettext_noop("The mail says it has several parts but their boundary is nowhere to be found.")
CUT_OFF = gettext_noop("The mail ends before its last part does: it may have been cut off on its way.")
UNDIVIDED = gettext_noop("Parts that could not be divided are kept as one file.")
OUTSIDE = gettext_noop("Text stood outside the parts of this mail:")
INVITATION = gettext_noop("The mail holds an invitation:")
FORWARDED = gettext_noop("A forwarded message.")
SIGNATURE = gettext_noop("A signature.")
SMIME = gettext_noop("The mail is encrypted with S/MIME and cannot be read here.")
PGP_ENCRYPTED = gettext_noop("The mail is encrypted with PGP and cannot be read here.")
PARTIAL = gettext_noop("This is only one part of a mail that was sent in several.")
EXTERNAL = gettext_noop("The mail refers to a file kept elsewhere.")
WINMAIL_TEXT = gettext_noop("The text of winmail.dat.")
WINMAIL_DAMAGED = gettext_noop("The winmail.dat could not be read to its end: it is kept as a file.")


def of(sentence: str, particular: str) -> str:
    """Return a note with a particular on its second line."""
    return f"{sentence}\n{' '.join(particular.split())[:300]}" if particular.strip() else sentence
