"""Is a sealed contract as it was sealed? The seal, what it covers, and the evidence inside."""

from __future__ import annotations

import hashlib
import io
import json
from typing import NamedTuple

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import (
    MultivaluedAttributeError,
    NonexistentAttributeError,
    find_unique_cms_attribute,
)
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from services.contracts.seal.ours import Ours, good_at, revoked_by
from services.contracts.seal.seals import EVIDENCE


class Verdict(NamedTuple):
    """What a check found. `faults` are keys, empty when everything holds."""

    faults: list[str]
    signer: str  # the certificate's name
    evidence: dict


def check(pdf: bytes, ours: Ours) -> Verdict:
    """Check a sealed contract against the certificates whose seal is ours.

    Faults: unreadable, no_seal, many_seals, changed, not_whole, unjudged (no certificate is
    known), stranger, untimely (its certificate was not good then), revoked, evidence, document.
    """
    try:
        return _check(pdf, ours)
    # A damaged file makes the parsers fail in ways that they do not list.
    except Exception:
        return Verdict(["unreadable"], "", {})


def _check(pdf: bytes, ours: Ours) -> Verdict:
    reader = PdfFileReader(io.BytesIO(pdf))
    found = reader.embedded_signatures
    if len(found) != 1:
        return Verdict(["many_seals" if found else "no_seal"], "", {})
    evidence = _evidence(reader)
    faults = _seal_faults(found[0], pdf, ours) + _evidence_faults(pdf, evidence)
    return Verdict(faults, found[0].signer_cert.subject.human_friendly, evidence)


def _seal_faults(seal: EmbeddedPdfSignature, pdf: bytes, ours: Ours) -> list[str]:
    # Who sealed is judged below: no authority is a root of trust.
    status = validate_pdf_signature(seal, ValidationContext(trust_roots=[], allow_fetching=False))
    faults = [] if status.intact and status.valid and status.docmdp_ok else ["changed"]
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE or not _is_canonical(seal, pdf):
        faults.append("not_whole")
    stamp = status.timestamp_validity
    moments = [seal.self_reported_timestamp, *([stamp.timestamp] if stamp else [])]
    return faults + _signer_faults(seal, moments, ours)


def _signer_faults(seal: EmbeddedPdfSignature, moments: list, ours: Ours) -> list[str]:
    """What keeps the seal from being the company's."""
    if not ours.certificates:
        return ["unjudged"]
    known = ours.know(seal.signer_cert)
    if not known:
        return ["stranger"]
    if ours._replace(revoked=ours.revoked | _embedded(seal)).have_revoked(seal.signer_cert):
        return ["revoked"]
    timely = any(all(moment and good_at(cert, moment) for moment in moments) for cert in known)
    return [] if timely else ["untimely"]


def _embedded(seal: EmbeddedPdfSignature) -> frozenset[tuple[bytes, int]]:
    """Which certificates the revocation lists and OCSP answers inside the seal call revoked."""
    try:
        archive = find_unique_cms_attribute(seal.signer_info["signed_attrs"],
                                            "adobe_revocation_info_archival")
    except (NonexistentAttributeError, MultivaluedAttributeError):
        return frozenset()
    issuer, found = seal.signer_cert.issuer.dump(), set(revoked_by(list(archive["crl"] or [])))
    for answer in archive["ocsp"] or []:
        for one in answer.response_data["responses"]:
            if one["cert_status"].name == "revoked":
                found.add((issuer, one["cert_id"]["serial_number"].native))
    return frozenset(found)


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
