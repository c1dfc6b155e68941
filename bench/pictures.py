"""QR codes: our one-path SVG and 1-bit PNG beside what the qrcode library makes by itself."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Iterator

import qrcode
from qrcode.image.svg import SvgPathImage

from services.bills import qr_images, vietqr

NAMES = ["qr_svg", "qr_png"]


def measure(count: int) -> Iterator[dict]:
    """One line for SVG, one for PNG; milliseconds a picture, sizes in bytes."""
    payloads = [vietqr.encode("970415", "113366668888", 546_108 + number, "PA04DH00000171026")
                for number in range(count)]
    library = [_time(_library, payload) for payload in payloads[:max(10, count // 10)]]
    makers = (lambda payload: qr_images.svg(payload).encode(), qr_images.png)
    for name, make in zip(NAMES, makers, strict=True):
        ours = [_time(make, payload) for payload in payloads]
        ms, library_ms = _median_ms(ours), _median_ms(library)
        yield {"case": name, "ratio": round(library_ms / ms, 2), "ms": ms, "bytes": ours[0][1],
               "bare_ms": library_ms, "bare_bytes": library[0][1]}
        qr_images.matrix.cache_clear()


def _library(payload: str) -> bytes:
    file = io.BytesIO()
    qrcode.make(payload, image_factory=SvgPathImage).save(file)
    return file.getvalue()


def _time(make: Callable[[str], bytes], payload: str) -> tuple[float, int]:
    start = time.perf_counter()
    picture = make(payload)
    return time.perf_counter() - start, len(picture)


def _median_ms(timed: list[tuple[float, int]]) -> float:
    return round(1000 * statistics.median(seconds for seconds, _ in timed), 3)
