"""Customer codes such as PA04DH0000017: their form, and repair of what people type.

13 characters: two letters of the corporation, two digits of the province, two
letters or digits of the office, seven digits.
"""

from __future__ import annotations

import re

from services.errors import InvalidCode
from services.notation.folding import unaccented

CODE = re.compile(r"P[A-Z][0-9]{2}[A-Z0-9]{2}[0-9]{7}")
# A digit or two too many are a slip of the hand; a meter point or a reference has more.
_SCANNED = re.compile(CODE.pattern + r"(?![0-9]{1,2}(?![0-9]))")
_TO_DIGIT = str.maketrans("OQILZSB", "0011258")
_TO_LETTER = str.maketrans("01", "OI")
MOST_SCANNED = 512  # characters; a version 13 QR code holds fewer letters than that
_MOST_TYPED = 40  # longer input is not a code with slips, it is something else


def repair(text: str) -> str:
    """The customer code meant by `text`; raises InvalidCode.

    Spaces, dots, dashes and lower case are cleaned. A letter where only a digit can
    stand (O for 0, I or l for 1) becomes that digit and the other way round; the two
    office characters may be either, so they stay as typed.
    """
    if len(text) > _MOST_TYPED:
        raise InvalidCode(text[:_MOST_TYPED])
    kept = re.sub(r"[\s.\-_/,]", "", unaccented(text).upper())
    if len(kept) != 13 or not kept.isascii():
        raise InvalidCode(text)
    code = (kept[:2].translate(_TO_LETTER) + kept[2:4].translate(_TO_DIGIT)
            + kept[4:6] + kept[6:].translate(_TO_DIGIT))
    if not CODE.fullmatch(code):
        raise InvalidCode(text)
    return code


def code_in_scan(text: str) -> str:
    """The one code inside what a reader saw on a paper bill: the bare code, a VietQR payload
    whose reference begins with it, an address. "" for none or for two different ones.
    """
    found = set(_SCANNED.findall(text[:MOST_SCANNED].upper()))
    return found.pop() if len(found) == 1 else ""


def is_code(text: str) -> bool:
    """True when `text` is a customer code as written, without repair."""
    return CODE.fullmatch(text) is not None


def meter_point(code: str) -> str:
    """The code of the customer's meter point."""
    return code + "001"
