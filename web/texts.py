"""Texts and pictograms are put into a template when it is compiled, once for each language.

A page has some thirty texts and a dozen pictograms. Looked up while it was drawn, the texts took
half of its time: docs/decisions/0003-texts.md has the figures.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from flask import Flask
from flask.templating import DispatchingJinjaLoader
from flask.templating import Environment as FlaskEnvironment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_PLACE = re.compile(r"%\((\w+)\)s")
_ICON = "_icon.html"
MOST_KEPT = 2_000  # compiled templates; some 100 in some 7 languages


class Environment(FlaskEnvironment):
    """Compiles each template once a language. A text that only the request knows stays a call."""

    language: Callable[[], str]  # of what is being drawn now
    translate: Callable[[str], str]  # into that language

    @functools.cached_property
    def icon(self) -> Callable[[str], str]:
        """The macro that draws a pictogram, for every template without an import."""
        return vars(self.get_template(_ICON).module)["icon"]

    def make_globals(self, d):
        """The environment's own globals: Jinja would chain two dictionaries, which is slow."""
        return super().make_globals(d) if d else self.globals

    def _load_template(self, name, globals):
        return super()._load_template(f"{self.language()}:{name}", globals)

    def _parse(self, source, name, filename):
        safe = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        return _Words(self, safe).visit(super()._parse(source, name, filename))


class _Loader(DispatchingJinjaLoader):
    """Finds vi:kiosk/bills/bills.html where kiosk/bills/bills.html lies."""

    def get_source(self, environment, template):
        return super().get_source(environment, template.partition(":")[2])


class _Words(NodeTransformer):
    """Puts the translation in the place of each `_('…')`, the drawing in that of `icon('…')`."""

    def __init__(self, environment: Environment, safe: bool):
        self.environment = environment
        self.safe = safe  # the template escapes what is printed; texts are trusted

    def visit_Output(self, node: nodes.Output) -> nodes.Output:
        """Print the parts of a text one by one: the fixed ones then cost nothing."""
        self.generic_visit(node)
        node.nodes = [part for child in node.nodes for part in
                      (child.nodes if isinstance(child, nodes.Concat) else [child])]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        """A call of `_` with a fixed text becomes that text, cut at its places; a call of `icon`
        with a fixed name becomes its drawing."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in ("_", "icon"):
            return node
        if len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return node
        if node.node.name == "icon":
            return nodes.Const(Markup(self.environment.icon(node.args[0].value)))  # noqa: S704
        values = {pair.key: pair.value for pair in node.kwargs}
        parts = self._parts(self.environment.translate(node.args[0].value), values)
        whole = parts[0] if len(parts) == 1 else nodes.Concat(parts)
        return whole.set_lineno(node.lineno).set_environment(self.environment)  # type: ignore

    def _parts(self, text: str, values: dict[str, nodes.Expr]) -> list[nodes.Expr]:
        """Fixed words and values in turn; %(name)s is the place of a value, %% a percent sign."""
        parts: list[nodes.Expr] = []
        for number, piece in enumerate(_PLACE.split(text)):
            part = values[piece] if number % 2 else nodes.Const(self._trust(piece))
            if isinstance(part, nodes.Const):
                part = nodes.Const(self._escape(part.value))
            last = parts[-1] if parts else None
            if isinstance(part, nodes.Const) and isinstance(last, nodes.Const):
                last.value += part.value
            else:
                parts.append(part)
        return parts

    def _trust(self, words: str) -> str:
        words = words.replace("%%", "%")
        return Markup(words) if self.safe else words  # noqa: S704 — a text of ours

    def _escape(self, value) -> str:
        return escape(value) if self.safe else str(value)


def furnish(app: Flask, environment: Environment, language: Callable[[], str],
            translate: Callable[[str], str]) -> None:
    """Let templates be compiled this way: `language` of what is drawn, `translate` a text."""
    environment.loader = _Loader(app)
    environment.language = language
    environment.translate = translate
    environment.globals["icon"] = lambda name: environment.icon(name)
