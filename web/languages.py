"""The language of a screen: Vietnamese stands in the templates, the others in `translations/`.

A text without a translation stays Vietnamese. Catalogues are plain .po files, read at start-up.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask, current_app, g, has_app_context, has_request_context, request

from web import texts

FOLDER = Path(__file__).resolve().parent.parent / "translations"
DEFAULT = "vi"


class Catalogue(gettext.NullTranslations):
    """The texts of one .po file by their Vietnamese original."""

    def __init__(self, texts: dict[str, str]):
        super().__init__()
        self.texts = texts

    def gettext(self, message: str) -> str:
        return self.texts.get(message) or message


def read(path: Path) -> Catalogue:
    """One .po file; unfinished (fuzzy or empty) entries are left out."""
    with open(path, "rb") as file:
        catalogue = read_po(file)
    return Catalogue({str(entry.id): str(entry.string) for entry in catalogue
                      if entry.id and entry.string and not entry.fuzzy})


def catalogues(app: Flask) -> dict[str, Catalogue]:
    """Every catalogue by its language code, read once an app."""
    if "catalogues" not in app.extensions:
        found = {path.stem: read(path) for path in sorted(FOLDER.glob("*.po"))}
        app.extensions["catalogues"] = found | {DEFAULT: Catalogue({})}
    return app.extensions["catalogues"]


def furnish(app: Flask, environment: texts.Environment) -> None:
    """Give templates `_()` and `lang`."""
    known = catalogues(app)
    texts.furnish(app, environment, current, lambda text: known[current()].gettext(text))
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: known[current()].gettext(text),
        lambda one, many, number: known[current()].gettext(one if number == 1 else many),
        newstyle=True)
    environment.globals["lang"] = current


def set_chooser(app: Flask, door: str, choose: Callable[[], str]) -> None:
    """Let `choose` name the language of each request under /`door`/; "" means Vietnamese."""
    app.extensions.setdefault("language_choosers", {})[door] = choose


def current() -> str:
    """Language code of this request, for `lang=`."""
    if not has_app_context():
        return DEFAULT
    if "language" not in g:
        use(_choice(), current_app)
    return g.language


def is_unwritten() -> bool:
    """True when the catalogue of this request's language holds no text yet."""
    return current() != DEFAULT and not catalogues(current_app)[current()].texts


def _choice() -> str:
    if not has_request_context():
        return DEFAULT
    door = request.path.split("/", 2)[1]
    choose = current_app.extensions.get("language_choosers", {}).get(door)
    return choose() if choose else DEFAULT


def use(code: str, app: Flask) -> None:
    """Answer this request in `code`; an unknown one means Vietnamese."""
    g.language = code if code in catalogues(app) else DEFAULT
