"""Lines of a mail, and which of them stand behind a quote mark."""

import re

BLANK, OWN, QUOTED = 0, 1, 2

# "> ", ">>", and the older "JK> " with the initials of the quoted person.
_MARK = re.compile(r"\s*[A-Z]{0,3}> ?")


def split(text: str) -> list[str]:
    """Return the lines of a text whatever its newlines, without the marks of no width that programs leave."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\ufeff", "").replace("\u200b", "").replace("\x00", "").split("\n")


def kinds(lines: list[str]) -> bytearray:
    """Return for each line whether it is BLANK, QUOTED or OWN."""
    found = bytearray(1 if line and not line.isspace() else 0 for line in lines)
    for at, line in enumerate(lines):
        if found[at] and ">" in line[:12] and _MARK.match(line):
            found[at] = QUOTED
    return found


def unquoted(line: str) -> str:
    """Return the line without its outermost quote mark."""
    mark = _MARK.match(line)
    return line[mark.end() :] if mark else line


def joined(lines: list[str]) -> str:
    """Return the lines as one text without blank lines around it and without trailing spaces."""
    return "\n".join([line.rstrip() for line in lines]).strip("\n")


def next_kind(kinds: bytearray, at: int) -> int:
    """Return the kind of the first line from `at` on that is not blank; BLANK when none follows."""
    while at < len(kinds):
        if kinds[at]:
            return kinds[at]
        at += 1
    return BLANK


def last_of(kinds: bytearray, kind: int) -> int:
    """Return the index of the last line of the kind, -1 when there is none."""
    return kinds.rfind(kind)


def is_rule(line: str) -> bool:
    """Return whether a line is a drawn rule: three or more of the same stroke."""
    strokes = line.strip()
    return len(strokes) > 2 and not strokes.strip(strokes[0]) and strokes[0] in "-_=*~#—–─"
