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
from services.notation import folding, garbled

LONGEST = 600  # characters of a card's text
_OLDEST_YEARS = 130
_FEWEST_FIELDS = 6
_SEX = {"nam": "male", "nu": "female"}
# "Nữ" by a reader that spoils letters: a sign instead of one or several, or the keys of an accent.
_SPOILT_SEX = re.compile(r"n(?:u?[^\sa-z]{0,4}|uwx|u[wx74]{1,2})", re.IGNORECASE)
_READERS_MARK = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")  # AIM: which kind of code a reader read
_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})|(\d{2})(\d{2})(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class Card(NamedTuple):
    """What a card says. Days are ISO; `sex` is "male" or "female"; `issued_on` may be "". Name and
    address are "" when the reader spoilt one of them: they are to be typed by hand."""

    number: str
    old_number: str
    name: str
    birth_date: str
    sex: str
    address: str
    issued_on: str

    @property
    def is_garbled(self) -> bool:
        """The reader spoilt the letters; what is in digits is good."""
        return not self.name


def read(text: str, today: date) -> Card:
    """The card behind the text of its QR code.

    Raises InvalidInput("card", …): empty, form, number, birth, sex, or disagrees when the
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
    text = unicodedata.normalize("NFC", bare(text))
    if not text:
        raise InvalidInput("card", "empty")
    fields = [" ".join(field.split()) for field in text.split("|")]
    if len(text) > LONGEST or len(fields) < _FEWEST_FIELDS:
        raise InvalidInput("card", "form")
    if fields[1] and not re.fullmatch(r"[0-9]{9}", fields[1]):
        fields.insert(1, "")
    return [*fields, ""][:7]


def bare(text: str) -> str:
    """What a reader typed, without what it adds before and behind."""
    return _READERS_MARK.sub("", text.strip("\ufeff\r\n\t \0"), count=1)


def _card(fields: list[str], today: date) -> Card:
    number, old_number, name, birth, sex, address, issued = fields
    if not any(sign.isalpha() or sign in "?\ufffd" for sign in name) or not address:
        raise InvalidInput("card", "form")
    if garbled.is_garbled(name, address):
        name = address = ""
    try:
        issued_on = day(issued, today) if issued else ""
        return Card(number, old_number, name, day(birth, today), _sex(sex, number), address,
                    issued_on)
    except InvalidInput as error:
        raise InvalidInput("card", "sex" if error.field == "sex" else "birth") from None


def _sex(told: str, number: str) -> str:
    """The number tells it too, so a word that a reader spoilt is not needed."""
    known = _SEX.get(folding.unaccented(told).lower())
    if known:
        return known
    if not _SPOILT_SEX.fullmatch(told):
        raise InvalidInput("sex")
    return sex_of(number) if re.fullmatch(r"[0-9]{12}", number) else ""


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
