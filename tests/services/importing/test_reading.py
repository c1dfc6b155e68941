"""Reading CSV strictly: whatever is in the cells comes out, whatever is broken is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.importing import reading
from services.importing.faults import Faults, Unreadable
from tests.billing_files import write

COLUMNS = ("code", "name", "note")
HEADER = "code,name,note\n"

cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\ufffd\ufeff"), max_size=30)
rows_of_cells = st.lists(st.tuples(cells, cells, cells).filter(
    lambda row: any(cell.strip() for cell in row)), max_size=30)


def read(path: Path, columns=COLUMNS) -> tuple[list[tuple], list[str], list[int]]:
    """(rows in the order of `columns`, faults, line of each row)."""
    faults, rows, lines = Faults(), [], []
    for block in reading.read(path, columns, faults, lambda _chunk: None):
        rows += zip(*(block.columns[name] for name in columns), strict=True)
        lines += block.lines
    return rows, [str(fault) for fault in faults.kept], lines


def read_text(path: Path, text: str | bytes):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


@settings(max_examples=150, deadline=None)
@given(rows=rows_of_cells, delimiter=st.sampled_from(",;"),
       start=st.sampled_from(["", "\ufeff"]), end=st.sampled_from(["\n", "\r\n"]))
def test_whatever_was_written_is_read(tmp_path_factory, rows, delimiter, start, end) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    write(path, [COLUMNS, *rows], delimiter, start, end)
    found, faults, _lines = read(path)
    assert (found, faults) == (rows, [])


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_give_rows_or_faults_and_nothing_else(tmp_path_factory, data) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    found, faults, lines = read_text(path, HEADER.encode() + data)
    assert all(len(row) == 3 for row in found)
    assert len(found) == len(lines)
    assert len(found) + len(faults) <= data.count(b"\n") + 1


def test_columns_may_stand_in_any_order(tmp_path) -> None:
    found, _faults, _lines = read_text(tmp_path / "f.csv", "note,code,name\nn,c,m\n")
    assert found == [("c", "m", "n")]


def test_lines_are_counted_from_the_header(tmp_path) -> None:
    text = HEADER + "a,b,c\n\n" + 'd,"two\nlines",f\ng,h,i'
    found, faults, lines = read_text(tmp_path / "f.csv", text)
    assert [row[0] for row in found] == ["a", "d", "g"]
    assert (lines, faults) == ([2, 4, 6], [])


def test_a_row_far_down_keeps_its_line_across_blocks(tmp_path) -> None:
    text = HEADER + "x,y,z\n" * 99_998 + "x,y\n" + "x,y,z\n" * 5
    found, faults, _lines = read_text(tmp_path / "f.csv", text)
    assert len(found) == 100_003
    assert faults == ["line 100000: 'x,y': 2 cells instead of 3"]


@pytest.mark.parametrize("empty", [
    ",,", " , ,\t", ",", ",,,,,,", '"","",""', '" ",,', "\N{NO-BREAK SPACE},,\N{NO-BREAK SPACE}",
    "\u3000,,", "   ", '""', ";;",
])
@pytest.mark.parametrize("before", ["a,b,c\n", 'a,"b",c\n'], ids=["plain", "quoted"])
def test_a_row_of_empty_cells_is_no_row(tmp_path, empty, before) -> None:
    delimiter = ";" if ";" in empty else ","
    text = (HEADER + before + empty + "\n" + before).replace(",", delimiter)
    found, faults, lines = read_text(tmp_path / "f.csv", text)
    assert (found, faults, lines) == ([("a", "b", "c")] * 2, [], [2, 4])


@pytest.mark.parametrize("empty", [",,\n", ";;;\n", "\n \t\n", '"",,\n,,\n', "\ufeff,,\n"])
def test_a_row_of_empty_cells_above_the_header_is_no_row(tmp_path, empty) -> None:
    found, faults, lines = read_text(tmp_path / "f.csv", empty + HEADER + "a,b,c\n")
    assert (found, faults, lines) == ([("a", "b", "c")], [], [empty.count("\n") + 2])


def test_rows_of_empty_cells_alone_are_an_empty_file(tmp_path) -> None:
    assert read_text(tmp_path / "f.csv", HEADER + ",,\n" * 1000) == ([], [], [])


def test_a_row_with_one_cell_is_a_row(tmp_path) -> None:
    assert read_text(tmp_path / "f.csv", HEADER + ",,x\n")[0] == [("", "", "x")]


@pytest.mark.parametrize(("row", "reason"), [
    ("a,b", "2 cells instead of 3"),
    ("a,b,c,d", "4 cells instead of 3"),
    ('a,"b"x,c', "a stray quote or line break"),
    ("a,b\rB,c", "a stray quote or line break"),
    ("a,b," + "c" * 9000, "a row longer than 8192 characters, or a quote left open"),
    ('a,"b,c', "a quote is left open"),
])
def test_a_broken_row_is_named_and_left_out(tmp_path, row, reason) -> None:
    found, faults, _lines = read_text(tmp_path / "f.csv", HEADER + "1,2,3\n" + row)
    assert found == [("1", "2", "3")]
    assert len(faults) == 1 and faults[0].startswith("line 3: ") and faults[0].endswith(reason)


def test_a_quote_left_open_does_not_swallow_the_file(tmp_path) -> None:
    text = HEADER + 'a,"b,c\n' + "1,2,3\n" * 5000
    found, faults, _lines = read_text(tmp_path / "f.csv", text)
    assert len(faults) == 1 and faults[0].startswith("line 2: ")
    assert len(found) > 3000


def test_other_encodings_are_named_by_line(tmp_path) -> None:
    data = HEADER.encode() + b"a,Hoa,c\na," + "Nguyễn Thị Mẩy".encode("utf-16-le") + b",c\n"
    _found, faults, _lines = read_text(tmp_path / "f.csv", data)
    assert faults[0].startswith("line 3: ")
    assert "not UTF-8 text" in faults[0]


@pytest.mark.parametrize(("text", "complaint"), [
    ("", "the file is empty"),
    ("\n\n", "line 1: the header is missing"),
    (",,\ncode,name\n", "line 2: missing column: note"),
    ("code,name\n", "line 1: missing column: note"),
    ("code,name,note,colour,tên\n", "line 1: unknown column: colour, tên"),
    ("code,name,note,name\n", "line 1: column named twice: name"),
    ("code|name|note\n", "line 1: unknown column: 'code|name|note';"
                         " missing column: code, name, note"),
    ("code,name,note\n".encode("utf-16"), "line 1: the file is not UTF-8 text"),
    (HEADER + "x" * 100_000, "line 2: longer than 8192 characters"),
])
def test_what_cannot_be_an_import_is_refused_whole(tmp_path, text, complaint) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_text(tmp_path / "f.csv", text)
    assert str(refusal.value) == complaint


def test_a_line_without_end_is_not_read_into_memory(tmp_path) -> None:
    path = tmp_path / "f.csv"
    with open(path, "wb") as file:
        file.truncate(3 * 1024**3)  # sparse: zero bytes, no line break
    with pytest.raises(Unreadable, match="longer than"):
        read(path)


def test_the_reader_tells_every_byte_it_read(tmp_path) -> None:
    path, seen = write(tmp_path / "f.csv", [COLUMNS, *[("a", "b", "c")] * 70_000]), []
    list(reading.read(path, COLUMNS, Faults(), lambda chunk: seen.append(len(chunk))))
    assert sum(seen) == path.stat().st_size and len(seen) > 1
