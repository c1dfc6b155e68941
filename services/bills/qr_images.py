"""QR pictures from the qrcode matrix: 1-bit PNG and one-path SVG, small and quick.

One fixed mask spares the trial of all eight; any mask is valid to a reader.
"""

from __future__ import annotations

import functools
import struct
import zlib

QUIET = 4  # modules of white around the code, ISO/IEC 18004
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@functools.lru_cache(maxsize=256)
def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Modules of the code for `text`, quiet zone included; True is dark."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    import qrcode
    from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

    mode = MODE_ALPHA_NUM if _ALPHANUMERIC.issuperset(text) else MODE_8BIT_BYTE
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, mask_pattern=2,
                         border=QUIET)
    code.add_data(QRData(text.encode(), mode=mode), optimize=0)
    code.make(fit=True)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


def svg_path(text: str) -> tuple[int, str]:
    """(size in modules, one path of all dark runs) for an inline SVG."""
    rows = matrix(text)
    runs = (f"M{x} {y}h{width}v1h-{width}z"
            for y, row in enumerate(rows) for x, width in _runs(row))
    return len(rows), "".join(runs)


def svg(text: str) -> str:
    """A whole SVG file of the code."""
    size, path = svg_path(text)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
            f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
            f'<path d="{path}"/></svg>')


def png(text: str, scale: int = 4) -> bytes:
    """A 1-bit greyscale PNG, `scale` pixels a module."""
    lines = []
    for row in matrix(text):
        bits = "".join(("0" if dark else "1") * scale for dark in row)
        padded = bits + "0" * (-len(bits) % 8)
        line = b"\0" + int(padded, 2).to_bytes(len(padded) // 8, "big")
        lines.append(line * scale)
    side = len(matrix(text)) * scale
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
            + _chunk(b"IDAT", zlib.compress(b"".join(lines), 9)) + _chunk(b"IEND", b""))


def _runs(row: tuple[bool, ...]):
    start = None
    for x, dark in enumerate((*row, False)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None


def _chunk(kind: bytes, data: bytes) -> bytes:
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))
