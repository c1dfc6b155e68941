"""What a scanner makes, small: papers, separators askew, PDF, TIFF and JPEG; and old contracts."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from db.archive import archive_entries
from db.archive.archive_entries import ArchiveEntry
from db.connection import write
from services import sealed_files
from services.archive import scanning, sheets, typing_twice
from services.archive.forms import Typed
from services.bills import qr_images
from tests.officers import HANH, Person, at_desk
from tests.villagers import HOA, NOON

SIZE = (620, 877)  # A4 at 75 dots an inch
# What stands on Hoa's paper, as one officer types it.
READING = {"contract_no": "0417/HĐ", "signed_on": "12/04/2016", "name": "Nguyễn Thị Hoà",
           "citizen_id": "090 123 456", "purpose": "household", "address": "Xóm Nà Mao",
           "old_commune": "Xã Bảo Linh", "old_district": "Huyện Định Hóa"}


def paper(text: str = "Hợp đồng mua bán điện") -> Image.Image:
    """A written page."""
    page = Image.new("RGB", SIZE, "#f4f0e6")
    draw = ImageDraw.Draw(page)
    for line in range(8):
        draw.text((90, 90 + 60 * line), text + f" {line}", fill="#222222", font_size=22)
    return page


def blank() -> Image.Image:
    """The back of a page."""
    return Image.new("RGB", SIZE, "#f4f0e6")


def sheet(number: str, degrees: float = 0) -> Image.Image:
    """A separator as it comes out of the scanner."""
    code = Image.open(io.BytesIO(qr_images.png(sheets.code_text(sheets.key_of(number)), 10)))
    page = Image.new("RGB", SIZE, "white")
    page.paste(code, (150, 200))
    return page.rotate(degrees, fillcolor="#dddddd", resample=Image.Resampling.BILINEAR)


def pdf(*pages: Image.Image) -> bytes:
    return _all(pages, "PDF", resolution=75)


def tiff(*pages: Image.Image) -> bytes:
    return _all(pages, "TIFF", compression="tiff_lzw")


def jpeg(page: Image.Image, **more) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80, **more)
    return out.getvalue()


def _all(pages: tuple[Image.Image, ...], kind: str, **more) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, kind, save_all=True, append_images=pages[1:], **more)
    return out.getvalue()


def entry(number: str = "0417/HĐ", code: str = HOA.code, commune: str = HOA.commune_code,
          name: str = HOA.name) -> int:
    """An old contract on the list; returns its number in the archive."""
    key = sheets.key_of(number)
    write(lambda: archive_entries.add([(key, number, code, name, "2016-04-12", "PA04DH", commune,
                                        archive_entries.LIST, NOON)]))
    found = archive_entries.by_key(key)
    assert found is not None
    return found.id


def hand_in(settings, vault, name: str, data: bytes, by: str = scanning.TERMINAL) -> int:
    """A file is handed in and read; returns its number."""
    store = sealed_files.of(settings, vault)
    row = scanning.hand_in(name, data, by, store, NOON)
    scanning.work(store, NOON)
    return row.id


def scanned(settings, vault, number: str = "0417/HĐ", **more) -> int:
    """An old contract whose scan has two pages."""
    made = entry(number, **more)
    hand_in(settings, vault, "stack.pdf", pdf(sheet(number), paper(number), paper("Trang 2")))
    return made


def typed(entry_id: int, vault, who: Person = HANH, **changes: str) -> str:
    """An officer types what stands on the paper; returns the state that this makes."""
    return typing_twice.save(entry_id, READING | changes, at_desk(who), vault, NOON)


def state(entry_id: int) -> str:
    found = archive_entries.get(entry_id)
    assert isinstance(found, ArchiveEntry)
    return found.state


def agreed(entry_id: int, vault) -> Typed:
    """What both readings, or the third look, say."""
    found = archive_entries.get(entry_id)
    assert found is not None
    said = typing_twice.agreed_data(found, vault)
    assert said is not None
    return said
