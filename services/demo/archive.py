"""The demo's archive: offices on their way to 100 %, and work of every kind for the officers.

Scans are drawn, not photographed; what they say belongs to nobody. Hoàng Thị Lan's contract of
2016 is left as it is: on paper.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from db import customers as customer_records
from db import reference
from db.archive import archive_entries, archive_files, archive_scans
from db.archive.archive_entries import AGREED, DIFFERS, DONE, LISTED, SCANNED, TYPED, ArchiveEntry
from db.archive.archive_scans import CONTENT, READ, PageRow
from db.connection import write
from services import clock
from services.archive import entries, scanning, typing_twice
from services.archive.forms import Typed
from services.demo.people import KNOWN
from services.privacy import Vault
from services.sealed_files import SealedFiles

_SEED = "the cupboards of the offices"
_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "archive"
_DOTS = 75  # an inch: small, yet legible
_FIRST, _SECOND = "thu", "binh"  # colleagues who are not at the desk today
_FILE = "tu-ho-so-so-1.pdf"
# Office → how many of its contracts are in each state, begun with the first; the rest is listed.
_OFFICES = {
    "PA04SM": {DONE: 99},
    "PA04VN": {DONE: 11, AGREED: 1, TYPED: 1, SCANNED: 1},
    "PA04DH": {DONE: 12, AGREED: 3, DIFFERS: 3, TYPED: 3, SCANNED: 4},
    "PA04PY": {DONE: 9, AGREED: 1, DIFFERS: 1, TYPED: 2, SCANNED: 2},
    "PA04BB": {DONE: 4, SCANNED: 3},
}
_STRANGERS = ("417HD2008", "86HD2008")  # contracts that are on no list


class Paper(NamedTuple):
    """A contract that was scanned: how far it is, and what it says."""

    entry: ArchiveEntry
    state: str
    says: Typed


def fill(store: SealedFiles, now: int) -> None:
    """Fill the archive of a fresh demo; two starts at once fill it once."""
    with archive_files.alone(wait=True):
        if not archive_files.newest(None, 1):
            _fill(store, now)


def _fill(store: SealedFiles, now: int) -> None:
    entries.take_over(now)
    rng = random.Random(_SEED)
    papers = [paper for office, states in _OFFICES.items()
              for paper in _papers(office, states, rng)]
    drawn = _draw([paper.says for paper in papers]
                   + [_stranger(number, rng) for number in _STRANGERS])
    digest = hashlib.sha256(b"".join(drawn)).hexdigest()
    ids = [_store(digest, number, data, store) for number, data in enumerate(drawn, 1)]
    write(lambda: _record(digest, dict(zip(ids, drawn, strict=True)), papers, store.vault, now))


def _papers(office: str, states: dict[str, int], rng: random.Random) -> Iterator[Paper]:
    known = {person.code for person in KNOWN}
    free = [entry for entry in archive_entries.listing(None, office, LISTED, 99)
            if entry.customer_code not in known]
    wanted = [state for state, count in states.items() for _ in range(count)]
    for entry, state in zip(free, wanted, strict=False):
        yield Paper(entry, state, _says(entry, rng))


def _says(entry: ArchiveEntry, rng: random.Random) -> Typed:
    customer = customer_records.get(entry.customer_code)
    assert customer is not None  # the demo's entries are its customers
    former = rng.choice([row for row in reference.communes_before_2025().values()
                         if row.new_code == entry.commune_code])
    return Typed(entry.contract_no, entry.signed_on, entry.name, f"09{rng.randrange(10**7):07}",
                 "household", customer.address, former.name, former.district)


def _stranger(number: str, rng: random.Random) -> Typed:
    return Typed(number, "2008-03-14", "Nông Thị Vui",
                 f"09{rng.randrange(10**7):07}", "household", "Xóm Nà Lá", "Xã Bảo Linh",
                 "Huyện Định Hóa")


def _draw(papers: list[Typed]) -> list[bytes]:
    """A JPEG of each paper."""
    import typst  # loaded where it is used: docs/decisions/0006-rooms.md

    data = json.dumps([paper._asdict() for paper in papers], ensure_ascii=False)
    made = typst.compile(_FOLDER / "demo.typ", root=_FOLDER, format="png", ppi=_DOTS,
                         font_paths=[_FOLDER.parent / "receipt" / "fonts"],
                         ignore_system_fonts=True, sys_inputs={"data": data})
    assert isinstance(made, list)  # one for each page
    return [_jpeg(picture) for picture in made if picture]


def _jpeg(picture: bytes) -> bytes:
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as drawn:
        drawn.convert("L").save(out, "JPEG", quality=70)
    return out.getvalue()


def _store(digest: str, number: int, data: bytes, store: SealedFiles) -> str:
    page_id = scanning.page_name(digest, number, store)
    store.put_as(page_id, data, page_id)
    return page_id


def _record(digest: str, pages: dict[str, bytes], papers: list[Paper], vault: Vault,
            now: int) -> None:
    handed_in = now - 3 * clock.DAY
    archive_files.add(digest, _FILE, sum(map(len, pages.values())), len(pages), _FIRST,
                      handed_in)
    file = archive_files.by_digest(digest)
    assert file is not None  # added just now
    for number, (page_id, data) in enumerate(pages.items(), 1):
        archive_scans.add_page(PageRow(page_id, file.id, number, CONTENT, "",
                                       hashlib.sha256(data).hexdigest(), READ, "", None),
                               len(data))
    ids = list(pages)
    for page_id, paper in zip(ids, papers, strict=False):
        archive_scans.place([page_id], paper.entry.id, READ, handed_in)
        _work_on(paper, vault, handed_in)
    for number, page_id in enumerate(ids[len(papers):]):
        archive_scans.set_aside([page_id], "unknown", _STRANGERS[number])
    archive_files.give(file.id)
    archive_files.close(file.id)


def _work_on(paper: Paper, vault: Vault, now: int) -> None:
    """What the officers did, in its order; the last steps only as far as the paper is."""
    number, says = paper.entry.id, paper.says
    archive_entries.mark_scanned(number, now)
    if paper.state == SCANNED:
        return
    typing_twice.keep_first(number, says, _FIRST, vault, now)
    if paper.state == TYPED:
        return
    second = _misread(says) if paper.state == DIFFERS else says
    typing_twice.keep_second(number, says, second, _SECOND, vault, now)
    if paper.state == DONE:
        former = next(row for row in reference.communes_before_2025().values()
                      if (row.name, row.district) == (says.old_commune, says.old_district))
        archive_entries.confirm(number, _SECOND, former.code, former.new_code, now)


def _misread(says: Typed) -> Typed:
    """What a tired eye makes of it."""
    year, month, day = says.signed_on.split("-")
    return says._replace(signed_on=f"{year}-{month}-{29 - int(day):02}",
                         name=says.name.replace("Thị", "Thi").replace("Văn", "Vân"))
