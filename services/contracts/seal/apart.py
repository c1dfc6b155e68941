"""The check of a sealed file in the child: a PDF from outside may be anything."""

from __future__ import annotations

import base64

from asn1crypto import x509

from services.contracts.seal import seal_checks
from services.contracts.seal.ours import Ours
from services.contracts.seal.seal_checks import Verdict
from services.decoding import pool
from services.decoding.errors import TooHeavy
from services.decoding.jobs import Answer, Job

MOST_BYTES = 64 * 1024 * 1024
_CHECK = Job(f"{__name__}:told", cpu_s=30, wall_s=90)


def check(pdf: bytes, ours: Ours) -> Verdict:
    """As `seal_checks.check`; a file that is too large, or takes too much memory or time, is
    unreadable. Raises ReaderUnavailable."""
    if len(pdf) > MOST_BYTES:
        return Verdict(["unreadable"], "", {})
    try:
        said = pool.call(_CHECK, _handed_down(ours), pdf).told
    except TooHeavy:
        return Verdict(["unreadable"], "", {})
    return Verdict(list(map(str, said["faults"])), str(said["signer"]), dict(said["evidence"]))


def _handed_down(ours: Ours) -> dict[str, list]:
    return {"certificates": [_text(one.dump()) for one in ours.certificates],
            "revoked": [(_text(issuer), number) for issuer, number in sorted(ours.revoked)]}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def told(about: dict[str, list], pdf: bytes) -> Answer:
    """`check`, for the child."""
    known = [x509.Certificate.load(base64.b64decode(one)) for one in about["certificates"]]
    revoked = frozenset((base64.b64decode(issuer), number) for issuer, number in about["revoked"])
    return Answer(seal_checks.check(pdf, Ours(known, revoked))._asdict())
