"""Texts are put into a template when it is compiled, once for each language.

A page has some thirty texts. Looked up while it is drawn, they took half of its time:
docs/decisions/0003-texts.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.templating import DispatchingJinjaLoader
from flask.templating import Environment as FlaskEnvironment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_PLACE = re.compile(r"%\((\w+)\)s")
_MOST_KEPT = 2_000  # compiled templates; some 100 in some 7 languages


class Environment(FlaskEnvironment):
    """Compiles each template once a language; a text with no fixed words stays a call."""

    language: Callable[[], str]  # of what is being drawn now
    translated: Callable[[str], str]  # a text in that language

    def make_globals(self, d):
        """Of a template: the environment's own, where Jinja puts a slow chain of two in front."""
        return super().make_globals(d) if d else self.globals

    def _load_template(self, name, globals):
        return super()._load_template(f"{self.language()}:{name}", globals)

    def _parse(self, source, name, filename):
        safe = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        return _Words(self, safe).visit(super()._parse(source, name, filename))


class _Loader(DispatchingJinjaLoader):
    """Finds vi:kiosk/bills.html where kiosk/bills.html lies."""

    def get_source(self, environment, template):
        return super().get_source(environment, template.partition(":")[2])


class _Words(NodeTransformer):
    """Puts the translation in the place of each `_('…')`."""

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
        """A call of `_` with a fixed text becomes that text, cut at its places."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name != "_":
            return node
        if len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return node
        values = {pair.key: pair.value for pair in node.kwargs}
        parts = self._parts(self.environment.translated(node.args[0].value), values)
        whole = parts[0] if len(parts) == 1 else nodes.Concat(parts)
        return whole.set_lineno(node.lineno).set_environment(self.environment)  # type: ignore

    def _parts(self, text: str, values: dict[str, nodes.Expr]) -> list[nodes.Expr]:
        """Fixed words and values in turn; %(name)s is the place of a value, %% a percent sign."""
        parts: list[nodes.Expr] = []
        for number, piece in enumerate(_PLACE.split(text)):
            part = values[piece] if number % 2 else nodes.Const(self._trusted(piece))
            if isinstance(part, nodes.Const):
                part = nodes.Const(self._fixed(part.value))
            last = parts[-1] if parts else None
            if isinstance(part, nodes.Const) and isinstance(last, nodes.Const):
                last.value += part.value
            else:
                parts.append(part)
        return parts

    def _trusted(self, words: str) -> str:
        words = words.replace("%%", "%")
        return Markup(words) if self.safe else words  # noqa: S704 — a text of ours

    def _fixed(self, value) -> str:
        return escape(value) if self.safe else str(value)


def init_app(app: Flask, language: Callable[[], str], translated: Callable[[str], str]) -> None:
    """Let the app's templates be compiled this way; before anything touches `app.jinja_env`."""
    app.jinja_environment = Environment
    app.jinja_options = {**app.jinja_options, "cache_size": _MOST_KEPT}
    environment: Environment = app.jinja_env  # type: ignore[assignment]
    environment.loader = _Loader(app)
    environment.language = language
    environment.translated = translated
