"""QR codes: our one-path SVG and 1-bit PNG beside what the qrcode library makes by itself."""

from __future__ import annotations

import io
from collections.abc import Iterator

import qrcode
from qrcode.image.svg import SvgPathImage

from bench.timing import median_ms, time_call
from services.bills import qr_images, vietqr

NAMES = ["qr_svg", "qr_png"]


def measure(count: int) -> Iterator[dict]:
    """One line for SVG, one for PNG; milliseconds a picture, sizes in bytes."""
    payloads = [vietqr.encode("970415", "113366668888", 546_108 + number, "PA04DH00000171026")
                for number in range(count)]
    library = [time_call(_library, payload) for payload in payloads[:max(10, count // 10)]]
    makers = (lambda payload: qr_images.svg(payload).encode(), qr_images.png)
    for name, make in zip(NAMES, makers, strict=True):
        ours = [time_call(make, payload) for payload in payloads]
        ms, library_ms = median_ms(ours), median_ms(library)
        yield {"case": name, "ratio": round(library_ms / ms, 2), "ms": ms, "bytes": ours[0].size,
               "bare_ms": library_ms, "bare_bytes": library[0].size}
        qr_images.matrix.cache_clear()


def _library(payload: str) -> bytes:
    file = io.BytesIO()
    qrcode.make(payload, image_factory=SvgPathImage).save(file)
    return file.getvalue()
