"""Keyed digests as the providers use them, compared in constant time."""

from __future__ import annotations

import hmac
from collections.abc import Iterable


def keys(setting: str) -> list[str]:
    """The keys in a setting, the newest first. During a rotation it holds two, separated
    by a space: the first signs, either verifies."""
    return setting.split()


def digest(key: str, text: str | bytes, algorithm: str) -> str:
    """Lower-case hex HMAC of `text`; `algorithm` is "sha256" or "sha512"."""
    return hmac.new(key.encode(), _bytes(text), algorithm).hexdigest()


def verify(text: str | bytes, signature: object, live_keys: Iterable[str],
           algorithm: str) -> bool:
    """True when any live key made `signature` (hex, either case) of `text`.

    All keys are tried, always, so that the time tells nothing.
    """
    given = signature.lower() if isinstance(signature, str) else ""
    results = [_same(digest(key, text, algorithm), given) for key in live_keys]
    return any(results)


def is_key(given: str, live_keys: Iterable[str]) -> bool:
    """True when `given` is a live key itself."""
    results = [_same(key, given) for key in live_keys]
    return any(results)


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(_bytes(expected), _bytes(given))


def _bytes(text: str | bytes) -> bytes:
    # surrogatepass: what cannot be written as UTF-8 gets some bytes, just never the right ones.
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
