"""Is a sealed contract as it was sealed? The seal, what it covers, and the evidence inside."""

from __future__ import annotations

import hashlib
import io
import json
from typing import NamedTuple

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from services.contracts.seal.seals import EVIDENCE


class Verdict(NamedTuple):
    """What a check found. `faults` are keys, empty when everything holds."""

    faults: list[str]
    signer: str  # the certificate's name
    evidence: dict


def check(pdf: bytes, authorities: list) -> Verdict:
    """Check a sealed contract. `authorities`: certificates that may have issued the seal's; without
    any, it is not judged who sealed.

    Faults: unreadable, no_seal, many_seals, changed, not_whole, stranger, evidence, document.
    """
    try:
        return _check(pdf, authorities)
    # A damaged file makes the parsers fail in ways that they do not list.
    except Exception:
        return Verdict(["unreadable"], "", {})


def _check(pdf: bytes, authorities: list) -> Verdict:
    reader = PdfFileReader(io.BytesIO(pdf))
    found = reader.embedded_signatures
    if len(found) != 1:
        return Verdict(["many_seals" if found else "no_seal"], "", {})
    evidence = _evidence(reader)
    faults = _seal_faults(found[0], pdf, authorities) + _evidence_faults(pdf, evidence)
    return Verdict(faults, found[0].signer_cert.subject.human_friendly, evidence)


def _seal_faults(seal: EmbeddedPdfSignature, pdf: bytes, authorities: list) -> list[str]:
    context = ValidationContext(trust_roots=authorities, allow_fetching=False,
                                moment=seal.self_reported_timestamp)
    status = validate_pdf_signature(seal, context)
    faults = [] if status.intact and status.valid and status.docmdp_ok else ["changed"]
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE or not _is_canonical(seal, pdf):
        faults.append("not_whole")
    if authorities and not status.trusted:
        faults.append("stranger")
    return faults


def _is_canonical(seal: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Between the covered parts stands the signature, in capital hex digits padded with zeros.
    Only there could a changed byte still mean the same, so it must be exactly as we write it."""
    start, length, after, _rest = map(int, seal.byte_range)
    written, content = pdf[start + length:after], bytes(seal.pkcs7_content)
    padding = content[len(cms.ContentInfo.load(content).dump()):]
    return written == b"<" + content.hex().upper().encode() + b">" and not any(padding)


def _evidence(reader: PdfFileReader) -> dict:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    files = {str(names[i]): names[i + 1] for i in range(0, len(names), 2)}
    found = json.loads(files[EVIDENCE]["/EF"]["/F"].data)
    return found if isinstance(found, dict) else {}


def _evidence_faults(pdf: bytes, evidence: dict) -> list[str]:
    document = evidence.get("document")
    if not isinstance(document, dict) or not isinstance(document.get("bytes"), int):
        return ["evidence"]
    confirmed = hashlib.sha256(pdf[:document["bytes"]]).hexdigest()
    return [] if confirmed == document.get("sha256") else ["document"]
