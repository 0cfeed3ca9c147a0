"""Names in templates, looked up where they mostly are.

Django tries each as a key, as an attribute and as an index, and lets the ways that fail raise, which is a
third of the work of drawing a page.
"""

from html import escape
from typing import Any

from django.template.base import Variable, VariableDoesNotExist, VariableNode
from django.utils.safestring import SafeString

_UNSURE = object()


class Looked(Variable):
    """A name such as `said.badge.css`; whatever is not plain is left to Django."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.first, *self.rest = self.lookups or ()

    def resolve(self, context: Any) -> Any:
        """Return what the name stands for on a page.

        :raises VariableDoesNotExist: when it stands for nothing
        """
        current = self._begin(context)
        for bit in self.rest:
            if (current := _within(current, bit)) is _UNSURE:
                break
        is_sure = current is not _UNSURE and not callable(current) and not self.translate
        return current if is_sure else super().resolve(context)

    def _begin(self, context: Any) -> Any:
        for names in reversed(context.dicts):
            if self.first in names:
                return names[self.first]
        raise VariableDoesNotExist("Failed lookup for key [%s]", (self.first,))


def _within(current: Any, bit: str) -> Any:
    """Return what something calls `bit`, or `_UNSURE` when only Django knows how that is meant."""
    kind = type(current)
    if kind is dict and bit in current:
        return current[bit]
    if current is None or (kind is dict and not (hasattr(kind, bit) or bit.isdecimal())):
        raise VariableDoesNotExist("Failed lookup for key [%s] in %r", (bit, current))
    has_keys = hasattr(kind, "__getitem__") and not (issubclass(kind, tuple) and bit.isidentifier())
    return _UNSURE if has_keys or callable(current) else getattr(current, bit, _UNSURE)


class Value(VariableNode):
    """What `{{ name }}` says; whatever is neither text nor a whole number is left to Django."""

    def render(self, context: Any) -> str:
        """Return the value as it stands on a page."""
        value = self.filter_expression.resolve(context)
        kind = type(value)
        if kind is SafeString or kind is int:  # numbers are written without marks of thousands
            return str(value)
        return escape(value) if kind is str and context.autoescape else super().render(context)
