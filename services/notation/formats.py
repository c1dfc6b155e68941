"""How amounts, periods, days and names are written for people."""

from __future__ import annotations

from services import clock
from services.notation import number_words


def thousands(number: int) -> str:
    """546108 → "546.108"."""
    return f"{number:,}".replace(",", ".")


def dong(amount: int) -> str:
    """546108 → "546.108 đ" with a space that never breaks, for screens."""
    return thousands(amount) + "\N{NO-BREAK SPACE}đ"


def period(bill) -> str:
    """ "10/2026" of a bill; "10/2026 (kỳ 2)" where a month has more than one."""
    return f"{bill.month:02}/{bill.year}" + (f" (kỳ {bill.ky})" if bill.ky > 1 else "")


def periods(bills) -> str:
    """ "10/2026", or "09/2026-10/2026" of several bills, oldest first."""
    first, last = period(bills[0]), period(bills[-1])
    return first if first == last else f"{first}-{last}"


def day(iso: str, language: str = "vi") -> str:
    """ "2026-11-25" → "25/11/2026"; "không rõ ngày" for what is no day."""
    found = clock.day_of(iso)
    return found.strftime("%d/%m/%Y") if found else number_words.no_day(language)


def short_day(iso: str, language: str = "vi") -> str:
    """ "2026-11-25" → "25/11"; "không rõ ngày" for what is no day."""
    found = clock.day_of(iso)
    return found.strftime("%d/%m") if found else number_words.no_day(language)


def moment(ms: int, language: str = "vi") -> str:
    """Epoch milliseconds → "14:05 25/11/2026", local; "không rõ ngày" for what is no moment."""
    if not clock.is_moment(ms):
        return number_words.no_day(language)
    return clock.local(ms).strftime("%H:%M %d/%m/%Y")


def masked_name(name: str) -> str:
    """ "Nguyễn Thị Hoa" → "N*** T** H**": enough to know one's own, not a neighbour's."""
    return " ".join(part[0] + "*" * max(2, min(len(part) - 1, 3)) for part in name.split())
