"""The contract on paper: the company's template filled in, as PDF/A and as pictures of its pages.

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
from db import agreements as agreement_records
from db import audit, reference
from db import contracts as contract_records
from db.agreements import Agreement
from db.connection import write
from db.contracts import ContractRequest
from services import clock, deadlines, sealed_files
from services.context import Context
from services.contracts import contract_files
from services.contracts.requests import ContractFile
from services.errors import AlreadyDecided, DraftChanged, DraftRefused, SealUnavailable
from services.notation import codes, phones
from services.privacy import Vault
from services.sealed_files import SealedFiles

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


def template(folder: str) -> Template:
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
    return template(settings.contract_templates).words["consents"]


def facts(row: ContractRequest, here: Context) -> dict:
    """What the contract of a request says, by the template's names of fields."""
    who, day = contract_files.applicant(row, here.vault), clock.local_day(here.now)
    return {
        "contract_no": row.ticket, "signed_on": day, "kind": row.kind,
        "name": who.name, "id_number": who.citizen_id, "birth_date": who.birth_date,
        "address": who.address, "phone": phones.local_form(who.phone) if who.phone else "",
        "commune": reference.commune_name(row.commune_code), "purpose": row.purpose,
        "households": row.households, "customer_code": row.customer_code,
        "meter_point": codes.meter_point(row.customer_code) if row.customer_code else "",
        "supply_days": deadlines.limits(here.settings).law, "tiers": _tiers(day),
    }


def _tiers(day: str) -> list[dict]:
    """The residential tiers of this day, one a line of the contract's table."""
    rows = [row for row in reference.tariff_table()["residential"]
            if row["from"] <= day and (row["to"] is None or day <= row["to"])]
    tiers, below = [], 0
    for number, (upto, price) in enumerate(rows[-1]["tiers"], 1):
        tiers.append({"number": number, "first": below + 1, "upto": upto, "price": price})
        below = upto
    return tiers


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


def draft(file: ContractFile, here: Context) -> None:
    """Soạn hợp đồng: fill in the template and keep the PDF; an earlier draft is void.

    Raises NotYours; DraftRefused naming what is empty; AlreadyDecided when papers are still to
    be accepted, or the customer has signed; SealUnavailable("template" or "storage").
    """
    file.need_hold()
    if file.row.stage not in (contract_records.COMPLETE, contract_records.DRAFTED):
        raise AlreadyDecided(file.ticket)
    form, said = template(here.settings.contract_templates), facts(file.row, here)
    empty = missing(form, said)
    if empty:
        raise DraftRefused(empty)
    made = pdf(form, said, here.now)
    store, digest = sealed_files.of(here.settings, here.vault), hashlib.sha256(made).hexdigest()
    name = _put(store, made, f"draft:{digest}")
    values = {"digest": digest, "pages": page_count(made), "size": len(made),
              "template": form.mark, "file_name": name, "drafted_by": file.who.name,
              "drafted_at": here.now, **_sealed_words(file.ticket, form, said, here.vault)}
    try:
        write(lambda: _keep(file, values, here.now))
    except Exception:
        store.drop(name)
        raise
    for old in agreement_records.old_files(file.ticket):
        store.drop(old)


def _sealed_words(ticket: str, form: Template, said: dict, vault: Vault) -> dict:
    words = {"facts": said, "clauses": transcribe(form, said)}
    return {f"{kind}_sealed": vault.seal(json.dumps(value, ensure_ascii=False), f"{kind}:{ticket}")
            for kind, value in words.items()}


def _put(store: SealedFiles, made: bytes, about: str) -> str:
    try:
        return store.put(made, about)
    except OSError:
        raise SealUnavailable("storage") from None


def _keep(file: ContractFile, values: dict, now: int) -> None:
    # Only for the file as it was read: a change in between needs a draft of its own.
    same = contract_records.draft(file.ticket, file.who.name, file.row.version)
    if not same or not agreement_records.add(file.ticket, **values):
        raise AlreadyDecided(file.ticket)
    audit.append(now, [(file.who.name, "contract.draft", file.ticket, values["digest"])])


def open_facts(found: Agreement, vault: Vault) -> dict:
    """What was filled into a draft."""
    return json.loads(vault.open(bytes(found.facts_sealed), f"facts:{found.ticket}"))


def clauses(found: Agreement, vault: Vault) -> dict:
    """What `transcribe` gave when this was drafted."""
    if found.clauses_sealed is None:
        return {"summary": [], "clauses": []}
    return json.loads(vault.open(bytes(found.clauses_sealed), f"clauses:{found.ticket}"))


def read(found: Agreement, settings: Settings, vault: Vault) -> bytes:
    """The draft's PDF; raises OSError or InvalidTag for a file lost or changed."""
    return sealed_files.of(settings, vault).get(found.file_name, f"draft:{found.digest}")


def page_pictures(found: Agreement, settings: Settings, vault: Vault) -> list[bytes]:
    """The draft's pages at reading size; raises DraftChanged when the template has changed since,
    for the pictures would not be of the PDF that is signed."""
    form = template(settings.contract_templates)
    if form.mark != found.template:
        raise DraftChanged(found.ticket)
    return pictures(form, open_facts(found, vault))


def short(digest: str) -> str:
    """The digest as people compare it, to see that two texts are the same draft: "a1b2 c3d4"."""
    return f"{digest[:4]} {digest[4:8]}"


def drop_file(found: Agreement, settings: Settings, vault: Vault) -> None:
    """Delete the draft's file: the sealed one begins with the same bytes."""
    sealed_files.of(settings, vault).drop(found.file_name)
