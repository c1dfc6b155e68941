"""The company's contract as a template: filled in, as PDF/A, as pictures of its pages and as text.

A template is three files in a folder: `agreement.typ` (the contract), `seal.typ` (what is drawn
where it is signed) and `agreement.json` (version, seller, needed fields, consents, the box of the
seal). Typst gets the data as JSON text, so no customer's name can be a command.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from config import Settings
from services.contracts.errors import SealUnavailable

if TYPE_CHECKING:
    import typst

STANDARD: Literal["a-3a"] = "a-3a"  # PDF/A-3: the evidence is attached inside (ISO 19005-3)
READING_PPI = 110  # an A4 page as wide as a desk's screen allows
_FILES = ("agreement.typ", "seal.typ", "agreement.json")
_BOX = ("left", "bottom", "width", "height")



class Template(NamedTuple):
    """The company's template; `words` is agreement.json."""

    folder: Path
    mark: str  # version and the first digits of the files' digest
    words: dict


def read(folder: str) -> Template:
    """Read the template; raises SealUnavailable("template") for one that cannot be used."""
    try:
        contents = [(Path(folder) / name).read_bytes() for name in _FILES]
        words = json.loads(contents[-1])
        needed = [words[key] for key in ("version", "required", "consents")]
        needed += [words["seller"]["name"], *map(words["seal_box_mm"].__getitem__, _BOX)]
    except (OSError, ValueError, KeyError, TypeError):
        raise SealUnavailable("template") from None
    digest = hashlib.sha256(b"\0".join(contents)).hexdigest()[:12]
    return Template(Path(folder), f"{needed[0]} ({digest})"[:80], words)


def consents(settings: Settings) -> list[dict]:
    """What the customer agrees to by signing: key, purpose and text of each consent."""
    return read(settings.contract_templates).words["consents"]


def missing(form: Template, said: dict) -> list[str]:
    """The needed fields that are empty, in the template's own words."""
    return [word for field, word in form.words["required"].items() if said.get(field) in ("", None)]


def pdf(form: Template, said: dict, now: int) -> bytes:
    """The contract as PDF/A-3a, everything embedded; raises SealUnavailable("template")."""
    return _compile(_compiler(form, "agreement.typ", _data(form, said)),
                    pdf_standards=[STANDARD], timestamp=now // 1000)


def pictures(form: Template, said: dict, ppi: float = READING_PPI) -> list[bytes]:
    """The contract's pages as PNG, as `pdf` shows them."""
    made = _compiler(form, "agreement.typ", _data(form, said)).compile(format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made or [])


def transcribe(form: Template, said: dict) -> dict:
    """The contract as text, by the marks of the template: `summary`, lines of [name, words], and
    `clauses` with `title` and `lines`. Both are empty for a template without marks."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    import typst

    compiler = _compiler(form, "agreement.typ", _data(form, said))
    try:
        summary, clauses = (json.loads(compiler.query(mark, field="value"))
                            for mark in ("<summary>", "<clause>"))
        return {"summary": [[str(name), str(words)] for part in summary for name, words in part],
                "clauses": [{"title": str(one["title"]), "lines": list(map(str, one["lines"]))}
                            for one in clauses]}
    except (typst.TypstError, KeyError, TypeError, ValueError):
        raise SealUnavailable("template") from None


def seal_picture(form: Template, data: dict) -> bytes:
    """What is drawn in the box of the seal, as a PDF of one page. It has no tags, for it becomes
    part of a page whose own tags know nothing of it."""
    box = form.words["seal_box_mm"]
    text = json.dumps(data | {"width": box["width"], "height": box["height"],
                              "seller": form.words["seller"]["name"]}, ensure_ascii=False)
    return _compile(_compiler(form, "seal.typ", text), pdf_standards=["a-3b"], pdf_tags=False,
                    timestamp=0)


def _compile(compiler: typst.Compiler, **how: Any) -> bytes:
    # loaded where it is used: docs/decisions/0006-rooms.md
    import typst

    try:
        made = compiler.compile(format="pdf", **how)
    except typst.TypstError:
        raise SealUnavailable("template") from None
    assert isinstance(made, bytes)
    return made


def page_count(made: bytes) -> int:
    """How many pages a PDF of ours has; PDF/A keeps its description readable as text."""
    found = re.search(rb"<xmpTPg:NPages>(\d+)</xmpTPg:NPages>", made)
    return int(found[1]) if found else 0


def _data(form: Template, said: dict) -> str:
    return json.dumps({"facts": said, "seller": form.words["seller"], "tiers": said["tiers"],
                       "version": form.words["version"]}, ensure_ascii=False)


def _compiler(form: Template, name: str, data: str) -> typst.Compiler:
    # loaded where it is used: docs/decisions/0006-rooms.md
    import typst

    return typst.Compiler(input=str(form.folder / name), root=str(form.folder),
                          font_paths=_fonts(), sys_inputs={"data": data})


@functools.cache
def _fonts() -> typst.Fonts:
    # loaded where it is used: docs/decisions/0006-rooms.md
    import typst

    # Libertinus Serif (OFL) comes inside typst with all Vietnamese letters; the machine's own
    # fonts would make the same contract look different elsewhere.
    return typst.Fonts(include_system_fonts=False)
