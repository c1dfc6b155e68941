"""What officers type from a scan: checked, and compared field by field. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from services.archive import sheets
from services.contracts import citizen_id
from services.contracts.requests import PURPOSES
from services.errors import InvalidInput

# Tones, in the order of their marks: where a tone stands in its word is a matter of taste
# (Hòa, Hoà).
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_LONGEST = {"contract_no": 40, "name": 120, "address": 200, "old_commune": 80,
            "old_district": 80}
_NEEDED = ("name", "old_commune")
# Identity cards of those years had nine digits; citizen cards have twelve.
_ID = re.compile(r"[0-9]{9}|(?!000)[0-9]{12}")


class Typed(NamedTuple):
    """What a contract says. Empty where the paper says nothing or cannot be read, except name,
    purpose and commune. `signed_on` is ISO."""

    contract_no: str = ""
    signed_on: str = ""
    name: str = ""
    citizen_id: str = ""
    purpose: str = ""
    address: str = ""
    old_commune: str = ""
    old_district: str = ""


FIELDS = Typed._fields


def check(form: Mapping[str, str], today: date) -> Typed:
    """The form as it is kept; raises InvalidInput naming the first wrong field."""
    values = {field: value(field, form.get(field, ""), today) for field in FIELDS}
    return Typed(**values)


def value(field: str, text: str, today: date) -> str:
    """One field as it is kept; raises InvalidInput(field)."""
    written = " ".join(unicodedata.normalize("NFC", text).split())
    if field == "signed_on":
        return _day(written, today)
    if field == "citizen_id":
        return _number(written)
    if field == "purpose":
        if written not in PURPOSES:
            raise InvalidInput(field)
        return written
    if len(written) > _LONGEST[field] or not written.isprintable():
        raise InvalidInput(field)
    if field in _NEEDED and len(written) < 2:
        raise InvalidInput(field)
    return written


def _day(written: str, today: date) -> str:
    if not written:
        return ""
    try:
        return citizen_id.day(written, today)
    except InvalidInput:
        raise InvalidInput("signed_on") from None


def _number(written: str) -> str:
    number = re.sub(r"[ .]", "", written)
    if number and not _ID.fullmatch(number):
        raise InvalidInput("citizen_id")
    return number


def differences(first: Typed, second: Typed) -> list[str]:
    """The fields in which two readings differ, in the order of the form."""
    return [field for field in FIELDS
            if folded(field, getattr(first, field)) != folded(field, getattr(second, field))]


def folded(field: str, text: str) -> str:
    """A value as it is compared. Spaces, capitals, points and commas, and where in a word its
    tone stands do not matter; other accents do: Văn Lang is not Văn Lăng."""
    if field == "contract_no":
        return sheets.key_of(text)
    if field in ("signed_on", "citizen_id", "purpose"):
        return text
    words = re.sub(r"[^\w/]+", " ", text.lower()).split()
    return " ".join(map(_tone_last, words))


def _tone_last(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(sign for sign in letters if sign in _TONES)
    rest = "".join(sign for sign in letters if sign not in _TONES)
    return unicodedata.normalize("NFC", rest) + tones


def differences_from_list(typed: Typed, listed: Typed) -> list[str]:
    """Fields in which the paper differs from the list; what the list leaves empty is not
    compared."""
    return [field for field in differences(typed, listed) if getattr(listed, field)]
