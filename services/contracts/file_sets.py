"""The file set of a signed contract, for the company's own system: one ZIP with a manifest."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

from db import agreements as agreement_records
from db import audit
from db import papers as paper_records
from db.connection import write
from db.contracts import ContractRequest
from services import sealed_files
from services.context import Context
from services.contracts import requests
from services.contracts.evidence import iso
from services.contracts.seal import sealing
from services.errors import AlreadyDecided
from services.sealed_files import SealedFiles

FORMAT = "quaydien-contract-set/1"
_MANIFEST = "manifest.json"


def pack(ticket: str, here: Context) -> bytes:
    """The ZIP: hop-dong-TICKET.pdf, giay-to/KIND-N.jpg, manifest.json. On the record.

    Raises UnknownTicket, AlreadyDecided when it is not signed; OSError or InvalidTag for a file
    lost or changed.
    """
    row, found = requests.status(ticket), agreement_records.current(ticket)
    if found is None or found.state != agreement_records.SIGNED:
        raise AlreadyDecided(ticket)
    files = {f"hop-dong-{ticket}.pdf": sealing.read(found, here.settings, here.vault),
             **_papers(ticket, sealed_files.of(here.settings, here.vault))}
    write(lambda: audit.append(here.now, [("terminal", "contract.export", ticket, "")]))
    return _zip(files | {_MANIFEST: _manifest(row, files, here.now)})


def _papers(ticket: str, store: SealedFiles) -> dict[str, bytes]:
    return {f"giay-to/{page.kind}-{number}.jpg": store.get(page.file_name, page.id)
            for number, page in enumerate(paper_records.pages(ticket), 1)}


def _manifest(row: ContractRequest, files: dict[str, bytes], now: int) -> bytes:
    listed = {
        "format": FORMAT, "ticket": row.ticket, "kind": row.kind, "purpose": row.purpose,
        "commune_code": row.commune_code, "customer_code": row.customer_code,
        "portal_no": row.portal_no, "signed_at": iso(row.signed_at),
        "supplied_on": row.supplied_on, "made_at": iso(now),
        "files": [{"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                  for name, data in files.items()],
    }
    return json.dumps(listed, ensure_ascii=False, indent=1).encode()


def _zip(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    # Photographs and PDF files are compressed already.
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()
