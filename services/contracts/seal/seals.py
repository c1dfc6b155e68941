"""The company's seal: a PAdES signature over the whole PDF.

B-B with the certificate of SEAL_P12, B-T where TSA_URL names a time-stamp authority (ETSI EN
319 142-1). The seal is added as an incremental update, so the draft that the customer confirmed
stays the unchanged beginning of the file: its digest can be checked there for ever.

Importing pyHanko takes 0.3 s and 20 MB, so only what seals imports this file.
"""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.stamp import StaticStampStyle

from config import Settings
from services import clock, sealed_files
from services.context import Context
from services.contracts.errors import SealUnavailable
from services.contracts.seal import demo_seal
from services.privacy import Vault

EVIDENCE = "bang-chung-ky.json"  # the attachment's name
FIELD = "Seal"
_POINTS_A_MM = 72 / 25.4


class Key(NamedTuple):
    """What seals: pyHanko's signer, and the address of the time-stamp authority or ""."""

    signer: Any  # SimpleSigner, with its certificate
    tsa_url: str


def key(here: Context) -> Key:
    """The company's key, good at this time. Raises SealUnavailable: "missing", "unreadable",
    "early" or "expired". A demo makes a key and an authority of its own."""
    found = any_key(here.settings, here.vault)
    limits = found.signer.signing_cert["tbs_certificate"]["validity"]
    moment = clock.local(here.now)
    if moment < limits["not_before"].native:
        raise SealUnavailable("early")
    if moment > limits["not_after"].native:
        raise SealUnavailable("expired")
    return found


def any_key(settings: Settings, vault: Vault) -> Key:
    """The company's key, whether or not its time is over; raises SealUnavailable."""
    password, path = settings.seal_p12_password, settings.seal_p12
    own = not path and settings.demo
    if not path and not own:
        raise SealUnavailable("missing")
    try:
        if own:
            password = vault.keyed_hash("demo seal", "p12")
            path = str(demo_seal.file(sealed_files.of(settings, vault).folder, password))
        signer = SimpleSigner.load_pkcs12_data(Path(path).read_bytes(), (), password.encode())
    except FileNotFoundError:
        raise SealUnavailable("missing") from None
    except (OSError, ValueError):
        raise SealUnavailable("unreadable") from None
    signer.embed_roots = False  # whoever checks has the authority's own certificate
    return Key(signer, settings.tsa_url)


class _Page(PdfContent):
    """The first page of a small PDF, to be drawn into the field of the seal."""

    def __init__(self, pdf: bytes):
        super().__init__()
        self.pdf = pdf

    def render(self) -> bytes:
        source = PdfFileReader(io.BytesIO(self.pdf))
        drawn = self._ensure_writer.import_page_as_xobject(source)
        name = f"/Import{uuid.uuid4().hex}"
        self.resources.xobject[name] = drawn
        x1, y1, x2, y2 = drawn.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(x1 - x2), height=abs(y1 - y2))
        return f"{name} Do".encode()


def seal(pdf: bytes, evidence: bytes, picture: bytes, box_mm: dict, by: Key, now: int) -> bytes:
    """`pdf` with the evidence attached and the seal over everything, drawn as `picture` (a PDF
    page) on the last page. `box_mm`: left, bottom, width, height.

    Raises SealUnavailable("tsa") when the time-stamp authority does not answer.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    _attach(writer, evidence, clock.local(now).astimezone(UTC))
    left, bottom, width, height = (
        box_mm[side] * _POINTS_A_MM for side in ("left", "bottom", "width", "height"))
    spec = fields.SigFieldSpec(FIELD, on_page=-1,
                               box=tuple(map(round, (left, bottom, left + width, bottom + height))))
    style = StaticStampStyle(background=_Page(picture), border_width=0, background_opacity=1.0)
    stamper = RequestsHTTPTimeStamper(by.tsa_url, timeout=10) if by.tsa_url else None
    pdf_signer = signers.PdfSigner(_about(), by.signer, timestamper=stamper, stamp_style=style,
                                   new_field_spec=spec)
    sealed = io.BytesIO()
    try:
        pdf_signer.sign_pdf(writer, output=sealed)
    except (TimestampRequestError, ValueError):
        # pyHanko lets a reply that is no time stamp through as its parser's ValueError.
        if not by.tsa_url:
            raise
        raise SealUnavailable("tsa") from None
    return sealed.getvalue()


def _about() -> signers.PdfSignatureMetadata:
    # A certification that allows no change: whatever is added afterwards breaks the seal.
    return signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", certify=True,
        subfilter=fields.SigSeedSubFilter.PADES, docmdp_permissions=fields.MDPPerm.NO_CHANGES)


def _attach(writer: IncrementalPdfFileWriter, evidence: bytes, moment: datetime) -> None:
    params = embed.EmbeddedFileParams(creation_date=moment, modification_date=moment)
    data = embed.EmbeddedFileObject.from_file_data(
        writer, evidence, mime_type="application/json", params=params)
    # PDF/A-3 (ISO 19005-3, 6.8) wants every attachment to say how it belongs to the document.
    embed.embed_file(writer, embed.FileSpec(
        EVIDENCE, EVIDENCE, embedded_data=data,
        af_relationship=generic.pdf_name("/Supplement")))
