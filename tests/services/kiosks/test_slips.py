"""Slips on paper: what the printer would show, and what happens when it is not there."""

from __future__ import annotations

import socket
import threading

import pytest
import zxingcpp
from PIL import Image

from services.errors import PrinterAbsent
from services.kiosks import slips
from services.kiosks.slips import SlipLine

PAYLOAD = "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA5303704"
LINES = [SlipLine("Phiếu trả tiền điện", 40, bold=True),
         SlipLine("Số phiếu 482 915", 52, bold=True),
         SlipLine("Quý khách nhờ người có điện thoại thông minh quét mã này ở bất cứ đâu.")]


def unpacked(job: bytes) -> Image.Image:
    """The picture in GS v 0 blocks, as a printer puts it together."""
    rows, at = b"", 0
    while (at := job.find(b"\x1dv0", at)) >= 0:
        wide = job[at + 4] + 256 * job[at + 5]
        high = job[at + 6] + 256 * job[at + 7]
        rows += job[at + 8:at + 8 + wide * high]
        at += 8 + wide * high
    return Image.frombytes("1", (8 * wide, len(rows) // wide), bytes(255 - b for b in rows))


def test_the_paper_shows_the_code_and_is_as_wide_as_it_can_be() -> None:
    paper = unpacked(slips.raster(slips.picture(LINES, PAYLOAD)))
    assert paper.width == slips.WIDTH
    assert zxingcpp.read_barcodes(paper.convert("L"))[0].text == PAYLOAD


def test_every_letter_of_the_language_has_a_shape_of_its_own() -> None:
    letters = "aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
    shapes = {(mask.size, bytes(mask)) for letter in letters
              for mask in [slips._font(letter, LINES[0]).getmask(letter)]}
    assert len(shapes) == len(letters)


def test_long_lines_wrap_inside_the_paper() -> None:
    pieces = slips._wrap(LINES[2])
    assert len(pieces) > 1 and " ".join(pieces) == LINES[2].words
    assert max(slips._width(piece, LINES[2]) for piece in pieces) <= slips.WIDTH


def test_a_word_wider_than_the_paper_goes_on_in_the_next_line() -> None:
    line = SlipLine("Mã tra cứu hóa đơn: " + "TN7K2M9QX4" * 6)
    pieces = slips._wrap(line)
    assert "".join(pieces).replace(" ", "") == line.words.replace(" ", "")
    assert max(slips._width(piece, line) for piece in pieces) <= slips.WIDTH


def test_a_file_printer_gets_the_job_and_the_cut(tmp_path) -> None:
    device = tmp_path / "lp0"
    slips.print_slip(f"file://{device}", LINES, PAYLOAD)
    job = device.read_bytes()
    assert zxingcpp.read_barcodes(unpacked(job).convert("L"))[0].text == PAYLOAD
    assert b"\x1dV" in job  # GS V: cut


def test_a_network_printer_gets_the_same_job() -> None:
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def listen() -> None:
            peer, _address = listening.accept()
            with peer:
                while part := peer.recv(65536):
                    got.append(part)
        thread = threading.Thread(target=listen)
        thread.start()
        slips.print_slip(f"tcp://127.0.0.1:{listening.getsockname()[1]}", LINES, PAYLOAD)
        thread.join(10)
    assert b"".join(got) == slips.raster(slips.picture(LINES, PAYLOAD))


@pytest.mark.parametrize("address", [
    "tcp://127.0.0.1:1", "file:///nowhere/lp0", "usb://04b8:0e15", "lp0", "file://relative"])
def test_a_printer_that_is_not_there_has_a_name(address: str) -> None:
    with pytest.raises(PrinterAbsent):
        slips.print_slip(address, LINES, PAYLOAD)
