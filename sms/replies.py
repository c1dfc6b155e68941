"""A template of `templates/sms/` and its values → the text that is sent.

The templates are written in good Vietnamese; for replies without accents they are folded
once, when they are read.
"""

from __future__ import annotations

import functools
from pathlib import Path

import jinja2

from services import clock
from services.notation import communes, formats
from services.notation.formats import masked_name
from sms import segments

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "sms"
# How much gives way until a text fits one part: the templates say what, step by step.
LOOSEST, TIGHTEST = 0, 4


def render(name: str, /, *, accents: bool = False, **values) -> str:
    """The text of templates/sms/NAME.txt, in as few parts as its rules of giving way allow.

    Nothing gives way for what would cost as many parts all the same.
    """
    template = _template(name, accents)
    longer = []
    for tight in range(LOOSEST, TIGHTEST + 1):
        text = " ".join(template.render(values, tight=tight, accents=accents).split())
        if not accents:
            text = segments.folded(text)  # values; the template is folded already
        if fits_one_part(text):
            return text
        longer.append(text)
    return min(longer, key=lambda text: segments.cost(text).parts)


def fits_one_part(text: str) -> bool:
    """True when `text` is sent as one message."""
    if segments.is_gsm7(text):
        return segments.septets(text) <= segments.GSM7_ONE
    return segments.code_units(text) <= segments.UCS2_ONE


@functools.cache
def _template(name: str, accents: bool) -> jinja2.Template:
    template = _environment(accents).get_template(name)
    template.globals = dict(template.globals)  # Jinja's chain of two is slow to go through
    return template


@functools.cache
def _environment(accents: bool) -> jinja2.Environment:
    def read(name: str) -> str:
        source = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
        return source if accents else segments.folded(source)

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(read), undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - these are texts, no pages
        trim_blocks=True, lstrip_blocks=True)
    made.filters.update(money=money, period=formats.period, day=formats.day,
                        short_day=formats.short_day, masked=masked_name, shorten=shorten,
                        clip=clip, local_hour=local_hour, local_day=local_day,
                        local_short_day=local_short_day)
    made.globals.update(bare_commune=communes.without_kind)
    return made


def money(amount: int) -> str:
    """546108 → "546.108đ", one word; without accents "546.108d"."""
    return formats.thousands(amount) + "đ"


def local_hour(ms: int) -> str:
    """Epoch milliseconds → "13:30"."""
    return clock.local(ms).strftime("%H:%M")


def local_day(ms: int) -> str:
    """Epoch milliseconds → "05/11/2026"; "" for what is no moment."""
    return formats.day(clock.local_day(ms)) if clock.is_moment(ms) else ""


def local_short_day(ms: int) -> str:
    """Epoch milliseconds → "05/11"; "" for what is no moment."""
    return formats.short_day(clock.local_day(ms)) if clock.is_moment(ms) else ""


def shorten(name: str, tight: int) -> str:
    """A person's name in less room: whole, middle names as initials, given name only."""
    parts = name.split()
    if tight <= 0 or len(parts) < 2:
        return clip(name, 40 if tight <= 0 else 20)
    if tight == 1:
        return clip(" ".join([parts[0], *(part[0] + "." for part in parts[1:-1]), parts[-1]]), 24)
    return clip(parts[-1], 12)


def clip(text: str, most: int) -> str:
    """At most `most` characters of `text`, cut at a word where there is one."""
    if len(text) <= most:
        return text
    cut = text[:most + 1].rsplit(" ", 1)[0]
    return cut[:most].rstrip(" ,;.-")
