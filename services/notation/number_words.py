"""Numbers, amounts and days in words, as they are read aloud. Pure.

Vietnamese is the northern reading taught at primary school: linh (not lẻ), nghìn (not
ngàn), an empty hundred is said ("không trăm"), and so is an empty group before a smaller
one ("một triệu không nghìn năm trăm"), because without it 1 000 500 is heard as one and a
half million. English is for the English screens.
"""

from __future__ import annotations

from services import clock

MOST = 999_999_999_999

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_GROUPS = ("", "nghìn", "triệu", "tỷ")

_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
          "eighteen", "nineteen")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH_GROUPS = ("", "thousand", "million", "billion")
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth",
             "eight": "eighth", "nine": "ninth", "twelve": "twelfth", "twenty": "twentieth",
             "thirty": "thirtieth"}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December")


def in_words(number: int, language: str = "vi") -> str:
    """546108 → "năm trăm bốn mươi sáu nghìn một trăm linh tám".

    Raises ValueError outside 0 … 999 999 999 999. Only "en" is read in English.
    """
    if not 0 <= number <= MOST:
        raise ValueError(f"cannot read {number} aloud")
    return _english(number) if language == "en" else _vietnamese(number)


def dong(amount: int, language: str = "vi") -> str:
    """An amount of money, with its unit; one that nobody could follow stays in figures."""
    number = in_words(amount, language) if 0 <= amount <= MOST else f"{amount}"
    return number + (" dong" if language == "en" else " đồng")


def no_day(language: str = "vi") -> str:
    """What stands in place of a day that cannot be meant."""
    return "date unknown" if language == "en" else "không rõ ngày"


def period(year: int, month: int, language: str = "vi") -> str:
    """ "tháng mười năm hai nghìn không trăm hai mươi sáu"; 13/2026 stays in figures."""
    if not (1 <= month <= 12 and 0 <= year <= 9999):
        return f"{month}/{year}"
    if language == "en":
        return f"{_MONTHS[month - 1]} {_english(year)}"
    # April is "tháng tư", never "tháng bốn".
    return f"tháng {'tư' if month == 4 else _vietnamese(month)} năm {_vietnamese(year)}"


def day(iso: str, language: str = "vi") -> str:
    """ "2026-11-05" → "ngày mùng năm tháng mười một năm hai nghìn không trăm hai mươi sáu";
    "không rõ ngày" for what is no day."""
    when = clock.day_of(iso)
    if when is None:
        return no_day(language)
    if language == "en":
        return f"the {_ordinal(when.day)} of {period(when.year, when.month, 'en')}"
    early = "mùng " if when.day <= 10 else ""
    return f"ngày {early}{_vietnamese(when.day)} {period(when.year, when.month)}"


def spelled(text: str, language: str = "vi") -> str:
    """A code or ticket sign by sign: "HD-482915" → "H D, bốn tám hai, chín một năm".

    Digits go in threes, as people note numbers down; other signs are pauses.
    """
    digits = _SMALL if language == "en" else _DIGITS
    parts: list[list[str]] = [[]]
    kind = ""
    for sign in text:
        now = "digit" if "0" <= sign <= "9" else "letter" if sign.isalpha() else ""
        if now != kind or (now == "digit" and len(parts[-1]) == 3):
            parts.append([])
        if now:
            parts[-1].append(digits[int(sign)] if now == "digit" else sign.upper())
        kind = now
    return ", ".join(" ".join(part) for part in parts if part)


def _groups(number: int) -> list[int]:
    """The number in threes, lowest first."""
    groups = []
    while number:
        number, rest = divmod(number, 1000)
        groups.append(rest)
    return groups


def _vietnamese(number: int) -> str:
    groups = _groups(number)
    if not groups:
        return _DIGITS[0]
    lowest = next(at for at, group in enumerate(groups) if group)
    top = len(groups) - 1
    words = []
    for at in range(top, lowest - 1, -1):
        three = _three(groups[at], whole=at < top) if groups[at] else _DIGITS[0]
        words.append(f"{three} {_GROUPS[at]}".rstrip())
    return " ".join(words)


def _three(number: int, whole: bool) -> str:
    """1 … 999; `whole`: something stands before it, so its empty hundred is said."""
    hundreds, rest = divmod(number, 100)
    if not hundreds and not whole:
        return _two(rest)
    words = f"{_DIGITS[hundreds]} trăm"
    if rest == 0:
        return words
    if rest < 10:
        return f"{words} linh {'tư' if rest == 4 else _DIGITS[rest]}"
    return f"{words} {_two(rest)}"


def _two(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    if tens == 1:
        return "mười" if ones == 0 else f"mười {'lăm' if ones == 5 else _DIGITS[ones]}"
    words = f"{_DIGITS[tens]} mươi"
    return words if ones == 0 else f"{words} {_AFTER_TENS.get(ones, _DIGITS[ones])}"


def _english(number: int) -> str:
    groups = _groups(number)
    if not groups:
        return _SMALL[0]
    words = [f"{_english_three(group)} {_ENGLISH_GROUPS[at]}".rstrip()
             for at, group in enumerate(groups) if group]
    # "two thousand and twenty-six": British, and easier to follow when heard.
    if len(groups) > 1 and 0 < groups[0] < 100:
        words[0] = f"and {words[0]}"
    return " ".join(reversed(words))


def _english_three(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _english_two(rest)
    words = f"{_SMALL[hundreds]} hundred"
    return words if rest == 0 else f"{words} and {_english_two(rest)}"


def _english_two(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] if ones == 0 else f"{_TENS[tens]}-{_SMALL[ones]}"


def _ordinal(number: int) -> str:
    head, dash, last = _english_two(number).rpartition("-")
    return head + dash + _ORDINALS.get(last, last + "th")
