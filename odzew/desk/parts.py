"""Parts of templates that Django would read, or ask the resolver for, each time they are drawn."""

from typing import Any

from django.template import Node
from django.template.base import NodeList
from django.template.defaulttags import CsrfTokenNode, CycleNode, IfChangedNode, URLNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode

from odzew.desk import links

# What keeps something for its template while that is drawn, or looks into the page around it.
APART = (BlockNode, ExtendsNode, CycleNode, IfChangedNode)

FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'


class Part(Node):
    """A template within another, named in it."""

    child_nodelists = ()

    def __init__(self, include: IncludeNode) -> None:
        self.include = include
        self.nodes: NodeList | None = None

    def render(self, context: Any) -> str:
        """Return what the part says with the names of the page, and with those it was given."""
        if self.nodes is None:
            self.nodes = self._read(context)
        given = {name: value.resolve(context) for name, value in self.include.extra_context.items()}
        with context.push(**given):
            return self.nodes.render(context)

    def _read(self, context: Any) -> NodeList:
        nodes: NodeList = context.template.engine.get_template(self.include.template.var).nodelist
        return NodeList([self.include]) if any(map(nodes.get_nodes_by_type, APART)) else nodes


class Token(Node):
    """The token against forged forms, which stands in each form of a page."""

    child_nodelists = ()

    def __init__(self, token: CsrfTokenNode) -> None:
        self.whole = token

    def render(self, context: Any) -> str:
        """Return the field with the token; where there is none, Django says why."""
        given = str(context.get("csrf_token") or "")
        is_one = given.isalnum() and given != "NOTPROVIDED"
        return FIELD.format(given) if is_one else self.whole.render(context)


class Address(Node):
    """The address of a view that is given one number."""

    child_nodelists = ()

    def __init__(self, url: URLNode) -> None:
        self.url = url
        self.view, [self.number] = url.view_name.var, url.args

    def render(self, context: Any) -> str:
        """Return the address; of what is no number Django knows whether there is one."""
        number = self.number.resolve(context)
        if type(number) is not int or number < 0:
            return self.url.render(context)
        return links.of(self.view, number)
