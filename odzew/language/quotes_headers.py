"""Header blocks: the From, Sent, To, Subject that Outlook and its kin set above a quoted mail."""

from dataclasses import dataclass

from odzew.language.quotes_words import WORDS, fold

# No field name of any language is longer.
_LONGEST_NAME = 40
# A subject or a list of addresses runs on over at most this many lines.
_MOST_CONTINUED = 6
_MOST_FIELDS = 30


@dataclass(frozen=True, slots=True)
class Headers:
    """A header block: the lines it covers and its fields as (kind, value), in their order."""

    start: int
    end: int
    fields: tuple[tuple[str, str], ...]

    def value(self, kind: str) -> str:
        """Return the first value of the kind, empty when the block has none."""
        return next((value for name, value in self.fields if name == kind), "")


def field(line: str) -> tuple[str, str] | None:
    """Return a header line as (kind, value), None when the line is none in any language."""
    name, colon, value = line.partition(":")
    if not colon or len(name) > _LONGEST_NAME:
        name, colon, value = line.partition("：")
        if not colon or len(name) > _LONGEST_NAME:
            return None
    kind = WORDS.fields.get(fold(name))
    return (kind, value.replace("*", "").strip()) if kind else None


def starting_at(lines: list[str], at: int) -> Headers | None:
    """Return the header block that starts in line `at`, None when there is none to believe in."""
    block = below_marker(lines, at)
    return block if believable(block) else None


def below_marker(lines: list[str], at: int) -> Headers:
    """Return the header lines from `at` on, to be believed since a marker stands above them."""
    fields: list[tuple[str, str]] = []
    end = at
    while end < len(lines) and len(fields) < _MOST_FIELDS:
        found = field(lines[end])
        if found:
            fields.append(found)
            end += 1
            continue
        more = _continued(lines, end)
        if not more or not fields:
            break
        kind, value = fields[-1]
        fields[-1] = kind, " ".join([value, *(line.strip() for line in lines[end:more])])
        end = more
    return Headers(at, end, tuple(fields))


def _continued(lines: list[str], at: int) -> int:
    """Return the index of the next header line when the lines from `at` on only continue one, else 0."""
    for end in range(at, min(at + _MOST_CONTINUED, len(lines))):
        if not lines[end].strip():
            return 0
        if field(lines[end]):
            return end
    return 0


def believable(block: Headers) -> bool:
    """Return whether no person wrote this: "From: Kraków, To: Lwów, Date: 3 May" is a journey."""
    kinds = {kind for kind, _ in block.fields} | _run_on(block)
    addressed = any("@" in value for _, value in block.fields)
    if "from" not in kinds:
        return addressed and {"to", "subject"} <= kinds and bool(kinds & {"date", "sent"})
    return "subject" in kinds or "sent" in kinds or (addressed and len(kinds) > 1)


def _run_on(block: Headers) -> set[str]:
    """Return the kinds of further fields on the line of the sender, where markup was all that parted them."""
    words = block.value("from").split(" ", 40)
    return {
        WORDS.fields[name] for word in words if word[-1:] == ":" and (name := fold(word[:-1])) in WORDS.fields
    }
