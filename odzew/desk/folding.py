"""Templates of Django, drawn with less work (docs/adr/0045).

A page is drawn node by node, some eight hundred of them for a conversation, and most say on each page
what they said on the one before. Those are put together, once for each language; of the others the
commonest are exchanged for such as do the same with fewer questions. What a page says stays the same.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.template import Node, Template
from django.template.base import FilterExpression, NodeList, TextNode, Variable, VariableNode
from django.template.defaulttags import CommentNode, CsrfTokenNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import base, cached
from django.template.smartif import TokenBase
from django.templatetags.static import StaticNode

from odzew.desk import tags
from odzew.desk.looked import Looked, Value
from odzew.desk.parts import Address, Part, Token
from odzew.desk.same import Same

SAME = (TextNode, Same, LoadNode, CommentNode)  # whatever their names stand for on a page
SAY_THE_SAME = (tags.icon, tags.same, tags.units)


class _Folds(base.Loader):
    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(cached.Loader, _Folds):
    """Reads templates as others do, folds each, and keeps it."""


def fold(nodes: NodeList) -> None:
    """Exchange nodes of a template for cheaper ones that say the same."""
    for place, node in enumerate(nodes):
        for expression in _expressions(list(vars(node).values())):
            _look(expression)
        for inner in _inside(node):
            fold(inner)
        nodes[place] = _from(node, _cheaper(node))
    nodes[:] = _together(nodes)


def _expressions(found: Any) -> Iterator[FilterExpression]:
    """Return what a node asks of a page, without that of the nodes within it."""
    if isinstance(found, FilterExpression):
        yield found
    elif isinstance(found, TokenBase):  # of a condition
        yield from _expressions([found.value, found.first, found.second])
    elif isinstance(found, dict):
        yield from _expressions(list(found.values()))
    elif isinstance(found, list | tuple) and not isinstance(found, NodeList):
        for one in found:
            yield from _expressions(one)


def _look(expression: FilterExpression) -> None:
    name = expression.var
    if isinstance(name, Variable) and name.lookups and not name.translate:
        expression.var = Looked(str(name.var))


def _inside(node: Node) -> list[NodeList]:
    if isinstance(node, IfNode):
        return [nodes for _, nodes in node.conditions_nodelists]
    return [getattr(node, name) for name in node.child_nodelists if hasattr(node, name)]


def _cheaper(node: Node) -> Node:
    if type(node) is VariableNode:
        return Value(node.filter_expression)
    if type(node) is IncludeNode and _is_word(node.template) and not node.isolated_context:
        return Part(node)
    if type(node) is CsrfTokenNode:
        return Token(node)
    if type(node) is URLNode and _is_word(node.view_name) and not node.kwargs and not node.asvar:
        return Address(node) if len(node.args) == 1 else Same([node]) if not node.args else node
    return Same([node]) if _says_the_same(node) else node


def _from(before: Node, node: Node) -> Node:
    """Let a node stand where another stood, for who is told where a template is wrong."""
    node.token, node.origin = before.token, before.origin
    return node


def _says_the_same(node: Node) -> bool:
    if isinstance(node, StaticNode):
        return node.varname is None and _is_word(node.path)
    if not isinstance(node, SimpleNode) or node.target_var is not None or node.func not in SAY_THE_SAME:
        return False
    return all(map(_is_word, [*node.args, *node.kwargs.values()]))


def _is_word(expression: FilterExpression) -> bool:
    """Tell whether it stands in the template as it is."""
    return isinstance(expression.var, str) and not expression.filters


def _together(nodes: Iterable[Node]) -> Iterator[Node]:
    for is_same, found in groupby(nodes, lambda node: isinstance(node, SAME)):
        run = list(found)
        if is_same and len(run) > 1:
            yield _from(run[0], Same(run))
        else:
            yield from run
