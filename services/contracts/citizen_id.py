"""The citizen card (CCCD, Căn cước): the text of its QR code, and what its number must agree with.

Pure. Seven fields separated by "|": number, old number or nothing, name, birth DDMMYYYY, sex,
address, issued DDMMYYYY. Some cards leave the second field out, newer ones append more.
The number: 3 digits of the province, 1 of century and sex, 2 of the year, 6 more; no checksum.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from services.errors import InvalidInput

LONGEST = 600  # characters of a card's text
_OLDEST_YEARS = 130
_FEWEST_FIELDS = 6
_SEX = {"nam": "male", "nữ": "female"}
_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})|(\d{2})(\d{2})(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class Card(NamedTuple):
    """What a card says. Days are ISO; `sex` is "male" or "female"; `issued_on` may be ""."""

    number: str
    old_number: str
    name: str
    birth_date: str
    sex: str
    address: str
    issued_on: str


def read(text: str, today: date) -> Card:
    """The card behind the text of its QR code.

    Raises InvalidInput("card", …): empty, form, number, name, birth, sex, or disagrees when the
    number names another sex, century or year. The text itself is never to be kept.
    """
    card = _card(_fields(text), today)
    try:
        check(card.number, card.birth_date, card.sex, today)
    except InvalidInput as error:
        raise InvalidInput("card", error.reason) from None
    return card


def _fields(text: str) -> list[str]:
    """The seven fields, whichever way the card writes them."""
    text = unicodedata.normalize("NFC", text.strip("\ufeff\r\n\t \0"))
    if not text:
        raise InvalidInput("card", "empty")
    fields = [" ".join(field.split()) for field in text.split("|")]
    if len(text) > LONGEST or len(fields) < _FEWEST_FIELDS:
        raise InvalidInput("card", "form")
    if fields[1] and not re.fullmatch(r"[0-9]{9}", fields[1]):
        fields.insert(1, "")
    return [*fields, ""][:7]


def _card(fields: list[str], today: date) -> Card:
    number, old_number, name, birth, sex, address, issued = fields
    if sex.lower() not in _SEX:
        raise InvalidInput("card", "sex")
    if not any(sign.isalpha() for sign in name) or not address:
        raise InvalidInput("card", "form")
    try:
        issued_on = day(issued, today) if issued else ""
        return Card(number, old_number, name, day(birth, today), _SEX[sex.lower()], address,
                    issued_on)
    except InvalidInput:
        raise InvalidInput("card", "birth") from None


def day(text: str, today: date) -> str:
    """A birthday as people or cards write it → ISO; raises InvalidInput("birth_date")."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        year, month, number = found.groups()
    elif found := _DAY.fullmatch(text):
        number, month, year = [part for part in found.groups() if part]
    else:
        raise InvalidInput("birth_date")
    try:
        read_day = date(int(year), int(month), int(number))
    except ValueError:
        raise InvalidInput("birth_date") from None
    if read_day > today or read_day.year < today.year - _OLDEST_YEARS:
        raise InvalidInput("birth_date")
    return read_day.isoformat()


def check(number: str, birth_date: str, sex: str, today: date) -> None:
    """The number is well formed, and agrees with the birthday (ISO) and the sex ("" = not known).

    Raises InvalidInput("citizen_id", "number" or "disagrees").
    """
    if not re.fullmatch(r"[0-9]{12}", number) or number.startswith("000"):
        raise InvalidInput("citizen_id", "number")
    year = (19 + int(number[3]) // 2) * 100 + int(number[4:6])
    if year > today.year:
        raise InvalidInput("citizen_id", "number")
    if year != int(birth_date[:4]) or sex not in ("", sex_of(number)):
        raise InvalidInput("citizen_id", "disagrees")


def sex_of(number: str) -> str:
    """ "male" or "female", by the fourth digit."""
    return "female" if int(number[3]) % 2 else "male"


def masked(number: str) -> str:
    """ "019168001234" → "019*****1234"."""
    return number[:3] + "*" * 5 + number[-4:] if number else ""
