"""The file set of a signed contract, for the company's own system: one ZIP with a manifest."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from db import agreements as agreement_records
from db import audit
from db import papers as paper_records
from db.connection import write
from db.contracts import ContractRequest
from services import sealed_files
from services.contracts import requests
from services.contracts.evidence import iso
from services.contracts.seal import sealing
from services.errors import AlreadyDecided
from services.privacy import Vault

FORMAT = "quaydien-contract-set/1"
_MANIFEST = "manifest.json"


def made(ticket: str, settings: Any, vault: Vault, now: int) -> bytes:
    """The ZIP: hop-dong-TICKET.pdf, giay-to/KIND-N.jpg, manifest.json. On the record.

    Raises UnknownTicket, AlreadyDecided when it is not signed; OSError or InvalidTag for a file
    lost or changed.
    """
    row, found = requests.status(ticket), agreement_records.current(ticket)
    if found is None or found.state != agreement_records.SIGNED:
        raise AlreadyDecided(ticket)
    files = {f"hop-dong-{ticket}.pdf": sealing.read(found, settings, vault),
             **_papers(ticket, settings, vault)}
    write(lambda: audit.append(now, [("terminal", "contract.export", ticket, "")]))
    return _zip(files | {_MANIFEST: _manifest(row, files, now)})


def _papers(ticket: str, settings: Any, vault: Vault) -> dict[str, bytes]:
    store, named = sealed_files.of(settings, vault), {}
    for number, page in enumerate(paper_records.pages(ticket), 1):
        named[f"giay-to/{page.kind}-{number}.jpg"] = store.get(page.file_name, page.id)
    return named


def _manifest(row: ContractRequest, files: dict[str, bytes], now: int) -> bytes:
    told = {
        "format": FORMAT, "ticket": row.ticket, "kind": row.kind, "purpose": row.purpose,
        "commune_code": row.commune_code, "customer_code": row.customer_code,
        "portal_no": row.portal_no, "signed_at": iso(row.signed_at),
        "supplied_on": row.supplied_on, "made_at": iso(now),
        "files": [{"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                  for name, data in files.items()],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _zip(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    # Photographs and PDF are packed already.
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()
