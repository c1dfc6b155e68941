"""Named errors of contracts, each of a family of `services/errors.py`."""

from services.errors import AlreadyDone, ServiceError, Unavailable


class DraftChanged(AlreadyDone):
    """The contract was drafted anew, or its data changed, since this page was shown."""


class SealUnavailable(Unavailable):
    """Nothing can be sealed now; the message is a key: missing, unreadable, early, expired,
    tsa, storage, template, other."""


class CertificatesUnreadable(Unavailable):
    """A file of SEAL_CERTS is not there, or no PEM of certificates; the message is its name."""


class DraftRefused(ServiceError):
    """A contract cannot be drafted: `missing` names the empty fields, in the template's words."""

    def __init__(self, missing: list[str]):
        super().__init__(", ".join(missing))
        self.missing = missing


class LinkGone(ServiceError):
    """A link opens no contract (any more); `reason`: unknown, revoked, late, tried (too often)."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class PapersUnseen(ServiceError):
    """Who is to agree to a contract has not opened all of its papers; `kinds` names them."""

    def __init__(self, kinds: list[str]):
        super().__init__(", ".join(kinds))
        self.kinds = kinds


class ConsentMissing(ServiceError):
    """A consent that the contract needs was not given."""
