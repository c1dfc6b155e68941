"""What a service is handed for one call."""

from __future__ import annotations

from typing import NamedTuple

from config import Settings
from services.privacy import Vault


class Context(NamedTuple):
    """The settings, the vault and the moment of one call. `now` is read once (UTC epoch ms), so
    that everything a call writes down happened at the same time."""

    settings: Settings
    vault: Vault
    now: int
