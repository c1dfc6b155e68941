"""The check of a sealed file in the child: a PDF from outside may be anything."""

from __future__ import annotations

import base64
import io
import pickle
from typing import Any

from asn1crypto.core import Asn1Value

from services.contracts.seal import seal_checks
from services.contracts.seal.seal_checks import Verdict
from services.decoding import pool
from services.decoding.errors import TooHeavy
from services.decoding.jobs import Answer, Job

MOST_BYTES = 64 * 1024 * 1024
_CHECK = Job(f"{__name__}:told", cpu_s=30, wall_s=90)


def check(pdf: bytes, trusted: Any) -> Verdict:
    """As `seal_checks.check`; a file that is too large, or takes too much memory or time, is
    unreadable. Raises ReaderUnavailable."""
    if len(pdf) > MOST_BYTES:
        return Verdict(["unreadable"], "", {})
    try:
        # What we hand down is ours; what comes back is text only.
        said = pool.call(_CHECK, _handed_down(trusted), pdf).told
    except TooHeavy:
        return Verdict(["unreadable"], "", {})
    return Verdict(list(map(str, said["faults"])), str(said["signer"]), dict(said["evidence"]))


class _Pickler(pickle.Pickler):
    """Certificates as their bytes: asn1crypto prepares its classes when it reads one."""

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, Asn1Value):
            return type(thing).load, (thing.dump(),)
        return NotImplemented


def _handed_down(trusted: Any) -> str:
    out = io.BytesIO()
    _Pickler(out).dump(trusted)
    return base64.b64encode(out.getvalue()).decode()


def told(about: str, pdf: bytes) -> Answer:
    """`check`, for the child."""
    return Answer(seal_checks.check(pdf, pickle.loads(base64.b64decode(about)))._asdict())
