"""What is said of a message of a messenger beside its words. Translated where it is shown."""


def gettext_noop(sentence: str) -> str:
    """Return the sentence as it is; the name has it found for translation."""
    return sentence


CHANGED = gettext_noop("The customer changed an earlier message; this is the new one.")
UNSHOWN = gettext_noop("The customer sent something that cannot be shown here; it is in the original source.")
