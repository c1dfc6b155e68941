"""SMPP_URL: the operator's account, read once.

smpp://user:password@host:port/?system_type=VMA&source=8055&rate=30 (ssmpp:// for TLS)
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"smpp": 2775, "ssmpp": 3550}
# Longest values that a bind carries (SMPP 3.4, 4.1.1), without the closing NUL.
_LONGEST = {"system_id": 15, "password": 8, "system_type": 12}
_INTERNATIONAL, _NETWORK, _ALPHANUMERIC = 1, 3, 5  # type of number, 5.2.5


class BadUrl(ValueError):
    """SMPP_URL cannot be used; the message says why."""


class Account(NamedTuple):
    """Where and as whom we bind, and what this centre is like."""

    host: str
    port: int
    tls: bool
    system_id: str
    password: str
    system_type: str
    source: str  # sender number or name; "" = the short code
    source_ton: int
    source_npi: int
    alphabet: str  # what data coding 0 means there: gsm or latin1
    enquire_s: int  # seconds of silence before we ask whether the line lives
    window: int  # submissions under way at once
    answer_s: int  # seconds to wait for an answer

    def with_sender(self, short_code: str) -> Account:
        """The same account with its sender filled in."""
        source = self.source or short_code
        ton = self.source_ton if self.source_ton >= 0 else _type_of(source)
        return self._replace(source=source, source_ton=ton)


def parse(url: str) -> Account:
    """Account of an SMPP_URL; raises BadUrl."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise BadUrl("SMPP_URL: expected smpp://user:password@host:port/")
    account = Account(
        parts.hostname, _port(parts), parts.scheme == "ssmpp",
        unquote(parts.username), unquote(parts.password or ""), options.pop("system_type", ""),
        options.pop("source", ""), _number(options, "source_ton", -1),
        _number(options, "source_npi", 0), options.pop("alphabet", "gsm"),
        _number(options, "enquire_s", 30), _number(options, "window", 10),
        _number(options, "answer_s", 10))
    _check(account, options)
    return account


def _port(parts) -> int:
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise BadUrl("SMPP_URL: the port is no port number") from None


def _number(options: dict[str, str], name: str, default: int) -> int:
    text = options.pop(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,6}", text):
        raise BadUrl(f"SMPP_URL: {name} must be a whole number")
    return int(text)


def _check(account: Account, unknown: dict[str, str]) -> None:
    if unknown:
        raise BadUrl(f"SMPP_URL: unknown option {', '.join(sorted(unknown))}")
    for name, most in _LONGEST.items():
        if len(getattr(account, name)) > most:
            raise BadUrl(f"SMPP_URL: {name} has more than {most} characters")
        if not getattr(account, name).isascii():
            raise BadUrl(f"SMPP_URL: {name} must be ASCII")
    if not -1 <= account.source_ton <= 255 or not 0 <= account.source_npi <= 255:
        raise BadUrl("SMPP_URL: source_ton and source_npi are one octet")
    if account.alphabet not in ("gsm", "latin1"):
        raise BadUrl("SMPP_URL: alphabet is gsm or latin1")
    if min(account.enquire_s, account.window, account.answer_s) < 1:
        raise BadUrl("SMPP_URL: enquire_s, window and answer_s are at least 1")


def _type_of(source: str) -> int:
    if source.startswith("+"):
        return _INTERNATIONAL
    return _NETWORK if source.isdigit() else _ALPHANUMERIC
