"""Vietnamese telephone numbers: one written form, +84 and nine digits."""

from __future__ import annotations

import re

from services.errors import InvalidInput

_SPACERS = re.compile(r"[\s.\-()]")
_MOBILE = re.compile(r"(?:\+84|84|0)([35789][0-9]{8})")
_MOST_TYPED = 40


def normalise(text: str) -> str:
    """ "0912 000 017" → "+84912000017"; raises InvalidInput for what is no mobile number here."""
    match = _MOBILE.fullmatch(_SPACERS.sub("", text)) if len(text) <= _MOST_TYPED else None
    if match is None:
        raise InvalidInput("phone")
    return "+84" + match[1]


def local_form(msisdn: str) -> str:
    """ "+84912000017" → "0912000017", as people say it."""
    return "0" + msisdn.removeprefix("+84") if msisdn.startswith("+84") else msisdn


def masked(msisdn: str) -> str:
    """ "+84912000017" → "091****017"."""
    digits = local_form(msisdn)
    return digits[:3] + "****" + digits[-3:]
