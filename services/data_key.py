"""Is DATA_KEY the key with which the records are sealed?

With another one nothing that is sealed opens: no text could be sent and nobody would be known by
telephone. So known words lie sealed in the database (`db/data_keys.py`), and whoever starts looks
at them first. Records from before there were such words must open instead, most of them: a few
may have been sealed while the key was wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from db import connection, data_keys
from db.connection import fetch, write
from services.errors import ServiceError
from services.privacy import Vault

log = logging.getLogger("quaydien")

REFUSAL = ("DATA_KEY is not the key with which this database is sealed: set that one;"
           " nothing was changed")
_ABOUT = "data key"
_WORDS = "Quay Dien"


class RecordsRefused(ServiceError):
    """These records and these settings do not belong together; the message says why, in a line."""


def check(vault: Vault, now: int) -> None:
    """Raises RecordsRefused when the records are sealed with another key. The first to look at
    records without a check value makes it, also of two at once."""
    found = data_keys.checks()
    if not found:
        _refuse_unless(_opens_most(vault, data_keys.sealed_phones()))
        sealed = vault.seal(_WORDS, _ABOUT)
        note_if_possible(lambda: data_keys.add_first(sealed, now))
        found = data_keys.checks() or [sealed]
    _refuse_unless(_opens_any(vault, found))


def note_if_possible(work: Callable[[], object]) -> None:
    """Write what a first start notes. A database that can only be read is served all the same:
    the next start notes it."""
    try:
        write(work)
    except connection.UNAVAILABLE as error:
        log.warning("the keys are not noted, the database cannot be written: %s",
                    connection.trouble(error))


def fits(vault: Vault, steps: Collection[str], fetched: Callable[..., list] = fetch) -> bool:
    """True when what `fetched` reads, such as a backup, is sealed with this key, or nothing is.
    `steps`: names of the migrations it has had."""
    found = data_keys.checks(fetched) if "0015_keys" in steps else []
    if found:
        return _opens_any(vault, found)
    return "0004_office" not in steps or _opens_most(vault, data_keys.sealed_phones(fetched))


def _refuse_unless(fits_here: bool) -> None:
    if not fits_here:
        raise RecordsRefused(REFUSAL)


def _opens_any(vault: Vault, checks: list[bytes]) -> bool:
    return any(vault.opens(sealed, _ABOUT) for sealed in checks)


def _opens_most(vault: Vault, phones: list[bytes]) -> bool:
    return 2 * sum(vault.opens(sealed, "phone") for sealed in phones) >= len(phones)
