"""Paper slips: a picture of 576 dots, sent to an ESC/POS printer as raster.

As a picture because the text mode of such printers knows no Vietnamese. The width is that of
80 mm paper at 203 dots an inch.
"""

from __future__ import annotations

import functools
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from services.bills import qr_images
from services.errors import PrinterAbsent

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

WIDTH = 576  # dots
_MARGIN, _LEADING, _PATIENCE_S = 16, 10, 5
_FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
_ADDRESS = re.compile(r"tcp://([\w.-]+)(?::(\d{1,5}))?|file://(/.+)")
_RAW_PORT = 9100


class SlipLine(NamedTuple):
    """One line of a slip; the words wrap where the paper ends."""

    words: str
    size: int = 28
    bold: bool = False


def is_address(text: str) -> bool:
    """True for tcp://HOST[:PORT] and file:///PATH."""
    return _ADDRESS.fullmatch(text) is not None


def print_slip(address: str, lines: list[SlipLine], payload: str) -> None:
    """Print lines, a QR code of `payload` under the first, and cut.

    Raises PrinterAbsent when the printer cannot be reached, is out of reach for five seconds
    or the address is none.
    """
    from escpos.printer import (  # loaded where it is used: docs/decisions/0006-rooms.md
        File,
        Network,
    )

    job = raster(picture(lines, payload))
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise PrinterAbsent("the address is not tcp://HOST:PORT or file:///PATH")
    try:
        printer = (File(match[3], auto_flush=True) if match[3] else
                   Network(match[1], int(match[2] or _RAW_PORT), timeout=_PATIENCE_S))
        printer.open()
        try:
            printer._raw(job)
        finally:
            printer.close()
    except Exception as error:  # escpos raises its own, socket's and OSError
        raise PrinterAbsent(f"{type(error).__name__}: {error}") from error


def raster(slip: Image.Image) -> bytes:
    """The ESC/POS commands that print a picture and cut the paper."""
    from escpos.printer import Dummy  # loaded where it is used: docs/decisions/0006-rooms.md

    printer = Dummy()
    paper = {"media": {"width": {"mm": 80, "pixels": WIDTH}}}
    printer.profile.profile_data = {**printer.profile.profile_data, **paper}
    printer.image(slip, impl="bitImageRaster")
    printer.cut()
    return printer.output


def picture(lines: list[SlipLine], payload: str) -> Image.Image:
    """The slip in black and white, as tall as it needs to be."""
    from PIL import Image, ImageDraw  # loaded where it is used: docs/decisions/0006-rooms.md

    code = Image.open(io.BytesIO(qr_images.png(payload, 8)))
    rows = [(piece, line) for line in lines for piece in _wrap(line)]
    heights = [line.size + _LEADING for _words, line in rows]
    slip = Image.new("1", (WIDTH, sum(heights) + code.height + 4 * _MARGIN), 1)
    paper, y = ImageDraw.Draw(slip), _MARGIN
    for at, (words, line) in enumerate(rows):
        if at and rows[at - 1][1] is lines[0] and line is not lines[0]:
            slip.paste(code, ((WIDTH - code.width) // 2, y))
            y += code.height
        _write(paper, y, words, line)
        y += heights[at]
    return slip


def _wrap(line: SlipLine) -> list[str]:
    pieces: list[str] = [""]
    for word in (part for whole in line.words.split() for part in _parts(whole, line)):
        longer = f"{pieces[-1]} {word}".strip()
        if pieces[-1] and _width(longer, line) > WIDTH - 2 * _MARGIN:
            pieces.append(word)
        else:
            pieces[-1] = longer
    return pieces


def _parts(word: str, line: SlipLine) -> list[str]:
    """The word, in parts where it is wider than the paper: a long code, an address."""
    parts = [""]
    for letter in word:
        if _width(parts[-1] + letter, line) > WIDTH - 2 * _MARGIN:
            parts.append("")
        parts[-1] += letter
    return parts


def _write(paper: ImageDraw.ImageDraw, y: int, words: str, line: SlipLine) -> None:
    x: float = _MARGIN
    for letter in words:
        font = _font(letter, line)
        paper.text((x, y + line.size), letter, font=font, fill=0, anchor="ls")
        x += font.getlength(letter)


def _width(words: str, line: SlipLine) -> float:
    return sum(_font(letter, line).getlength(letter) for letter in words)


def _font(letter: str, line: SlipLine) -> ImageFont.FreeTypeFont:
    """The screens' own font lies in two files: letters of Vietnamese, and the rest of Latin."""
    code = ord(letter)
    ours = 0x1EA0 <= code <= 0x1EF9 or code in (0x102, 0x103, 0x110, 0x111, 0x128, 0x129, 0x168,
                                                0x169, 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x20AB)
    return _face("vietnamese" if ours else "latin", 700 if line.bold else 400, line.size)


@functools.cache
def _face(script: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont  # loaded where it is used: docs/decisions/0006-rooms.md

    return ImageFont.truetype(_FONTS / f"noto-sans-{script}-{weight}-normal.woff2", size)
