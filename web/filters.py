"""How templates write amounts, periods, days and names, and how they read them aloud."""

from __future__ import annotations

from jinja2 import Environment

from db import reference
from services.kiosks import reading
from services.notation import formats, number_words
from web import languages, paging


def furnish(environment: Environment) -> None:
    """Give every template the same formats."""
    environment.filters.update(
        dong=formats.dong, thousands=formats.thousands, period=formats.period,
        day=day, short_day=short_day, moment=moment,
        masked_name=formats.masked_name, commune_name=reference.commune_name,
        in_words=in_words, dong_in_words=dong_in_words, period_in_words=period_in_words,
        day_in_words=day_in_words, spelled=spelled, spoken=reading.spell_out,
        bookmark=paging.word)
    environment.trim_blocks = True
    environment.lstrip_blocks = True


def day(iso: str) -> str:
    """A day in figures."""
    return formats.day(iso, languages.current())


def short_day(iso: str) -> str:
    """A day in figures, without its year."""
    return formats.short_day(iso, languages.current())


def moment(ms: int) -> str:
    """A moment in figures, local."""
    return formats.moment(ms, languages.current())


def in_words(number: int) -> str:
    """A number in the words of this request's language."""
    return number_words.in_words(number, languages.current())


def dong_in_words(amount: int) -> str:
    """An amount in words, with its unit."""
    return number_words.dong(amount, languages.current())


def period_in_words(bill) -> str:
    """The month and year of a bill in words."""
    return number_words.period(bill.year, bill.month, languages.current())


def day_in_words(iso: str) -> str:
    """A day in words."""
    return number_words.day(iso, languages.current())


def spelled(text: str) -> str:
    """A code or ticket, character by character."""
    return number_words.spelled(text, languages.current())
