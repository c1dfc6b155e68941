"""A contract drafted and sealed, beside the bare engine: Typst compiling the same text."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import typst

from bench.timing import median_ms, time_call
from config import Settings
from services import clock
from services.context import Context
from services.contracts import agreement_template
from services.contracts.seal import seals
from services.privacy import Vault

NAMES = ["contract_draft", "contract_seal"]
_SAID = {"contract_no": "HD-482915", "signed_on": "2026-11-24", "kind": "new",
         "name": "Nguyễn Thị Hoa", "id_number": "019180000017", "birth_date": "1980-02-03",
         "address": "Xóm Nà Mòn", "phone": "0912000017", "commune": "Xã Định Hóa",
         "purpose": "household", "households": 1, "customer_code": "PA04DH0000017",
         "meter_point": "PA04DH0000017001", "supply_days": 7, "tiers": []}
_EVIDENCE = json.dumps({"format": "quaydien-evidence/1"}).encode()
_DRAWN = {"name": "Nguyễn Thị Hoa", "phone": "091****017", "officers": ["canbo"], "strokes": [],
          "at": "14:05 24/11/2026"}


def measure(count: int) -> Iterator[dict]:
    """Milliseconds a contract: the draft, then draft and seal; `bare_ms` is Typst alone. The
    three take turns, so what the machine does meanwhile hits all."""
    with tempfile.TemporaryDirectory(prefix="quaydien-papers-") as folder:
        settings = dataclasses.replace(Settings.load({"DEMO": "1"}), files_dir=folder)
        now, form = clock.now_ms(), agreement_template.read(settings.contract_templates)
        key = seals.key(Context(settings, Vault("bench"), now))

        def seal(number: int) -> bytes:
            picture = agreement_template.seal_picture(form, _DRAWN)
            return seals.seal(agreement_template.pdf(form, _one(number), now), _EVIDENCE, picture,
                              form.words["seal_box_mm"], key, now)

        makers = [lambda number: _bare(form.folder, number),
                  lambda number: agreement_template.pdf(form, _one(number), now), seal]
        timed = [[time_call(make, number) for make in makers] for number in range(count)]
    bare, *ours = zip(*timed, strict=True)
    bare_ms = median_ms(bare)
    for name, times in zip(NAMES, ours, strict=True):
        ms = median_ms(times)
        yield {"case": name, "ratio": round(bare_ms / ms, 2), "ms": ms, "bytes": times[0].size,
               "bare_ms": bare_ms, "bare_bytes": bare[0].size}


def _one(number: int) -> dict:
    # Each contract is another one: Typst keeps what it has already laid out.
    return _SAID | {"contract_no": f"HD-{number:06}", "address": f"Số {number}, Xóm Nà Mòn"}


def _bare(folder: Path, number: int) -> bytes:
    data = json.dumps({"facts": _one(number), "seller": {
        "name": "", "address": "", "representative": "", "phone": ""}, "tiers": [],
        "version": "1"}, ensure_ascii=False)
    return typst.compile(str(folder / "agreement.typ"), root=str(folder),
                         ignore_system_fonts=True, sys_inputs={"data": data},
                         pdf_standards=["a-3a"])
