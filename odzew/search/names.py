"""The names of filters as people of four languages write them, folded."""

from types import MappingProxyType

from odzew.language.fold import fold

_FILTERS = {
    "from": "from od від от",
    "to": "to do кому",
    "tag": "tag etykieta мітка метка",
    "owner": "owner odpowiada відповідає отвечает",
    "channel": "channel kanał канал",
    "before": "before przed до",
    "after": "after po після после",
    "is": "is has jest ma є має есть",
}
_VALUES = {
    "attachment": "attachment attachments file załącznik załączniki plik вкладення файл вложение вложения",
    "owed": "owed dług winni борг винні долг должны",
    "late": "late spóźnione termin прострочене прострочено просрочено просрочка",
}
_ME = "me mine ja mnie я мне мені"


def _by_folded(names: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType({fold(word): name for name, said in names.items() for word in said.split()})


FILTERS = _by_folded(_FILTERS)
VALUES = _by_folded(_VALUES)
ME = frozenset(_ME.split())
