"""Checks by the column: the whole column passes exactly when each cell would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.importing.bills import _KINDS as BILL_KINDS
from services.importing.checking import Among, Day, Each, FreeText, OneOf, Whole, check
from services.importing.customers import CODE, phone
from services.importing.faults import MOST_SHOWN, Faults, ImportRefused
from services.importing.outages import moment
from services.importing.reading import RowBlock

KINDS = [Among(1, 12), Whole(9), Day(), Day(may_be_empty=True), FreeText(5),
         FreeText(5, may_be_empty=True), OneOf(frozenset({"a", "b"}), "a or b"), CODE,
         Each(phone, "phone")]
cell = st.one_of(
    st.sampled_from(["", "0", "1", "12", "13", "007", "+5", " 5", "1_0", "٣", "2026-10-21",
                     "2026-02-30", "2026-1-1", "a", "b", "A\u0301", "x\0", "PA04DH0000017",
                     "0912000017"]), st.text(max_size=8))


@given(kind=st.sampled_from(KINDS), cells=st.lists(cell, min_size=1, max_size=6))
def test_a_column_passes_when_each_cell_passes(kind, cells) -> None:
    one_by_one = [kind.read([text]) for text in cells]
    whole = kind.read(cells)
    if None in one_by_one:
        assert whole is None
    else:
        assert list(whole) == [values[0] for values in one_by_one]


@pytest.mark.parametrize(("kind", "text", "value"), [
    (Whole(2), "7", "7"), (Whole(2), "07", "07"), (Whole(2), "0", "0"), (Whole(2), "99", "99"),
    (Whole(2), "100", None), (Whole(4), "-1", None), (Whole(4), "+1", None),
    (Whole(4), "1.0", None), (Whole(4), "1 0", None), (Whole(4), "", None),
    (Whole(4), "٣", None), (Whole(4), "²", None), (Whole(4), "1_0", None),
    (Among(1, 12), "9", "9"), (Among(1, 12), "09", "09"), (Among(1, 12), "12", "12"),
    (Among(1, 12), "0", None), (Among(1, 12), "13", None), (Among(1, 12), "", None),
    (Among(1, 12), "009", None),
    (Day(), "2026-10-21", "2026-10-21"), (Day(), "2024-02-29", "2024-02-29"),
    (Day(), "2026-02-29", None), (Day(), "21/10/2026", None), (Day(), "20261021", None),
    (Day(), "2026-10-21 ", None), (Day(), "0001-01-01", None), (Day(), "", None),
    (Day(), "1899-12-31", None), (Day(), "2099-12-31", "2099-12-31"), (Day(), "2100-01-01", None),
    (Day(), "9999-12-31", None), (FreeText(9), "a\u202eb", None), (FreeText(9), "a\x85b", "a b"),
    (Day(may_be_empty=True), "", ""),
    (FreeText(10), "  Xóm \u00a0 Nà\nMao ", "Xóm Nà Mao"),
    (FreeText(20), "Nguye\u0302\u0303n", "Nguyễn"),
    (FreeText(3), "abcd", None), (FreeText(3), " ", None),
    (FreeText(3, may_be_empty=True), " ", ""),
    (FreeText(9), "a\0b", None), (FreeText(9), "a\u200bb", None), (FreeText(9), "a\x1bb", None),
])
def test_what_a_cell_may_hold(kind, text, value) -> None:
    found = kind.read([text])
    assert (found[0] if found else None) == value


@pytest.mark.parametrize(("text", "value"), [
    ("", ""), ("0912000017", "+84912000017"), ("+84 912 000 017", "+84912000017"),
    ("84912000017", "+84912000017"), ("0208 3 856 789", None), ("02083856789", None),
])
def test_phones_are_brought_to_one_form(text, value) -> None:
    assert phone(text) == value


@pytest.mark.parametrize("text", ["12345", "+1 202 555 0100", "khong co", "0012000017", "8055"])
def test_what_is_no_phone_is_refused(text) -> None:
    assert Each(phone, "").read(["", text]) is None


@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-20T07:30", "2026-11-20 24:00",
                                  "2026-11-31 07:30", "2026-11-20 07:30:00", ""])
def test_what_is_no_local_time_is_refused(text) -> None:
    assert Each(moment, "").read([text]) is None


def block(**columns) -> RowBlock:
    count = len(next(iter(columns.values())))
    return RowBlock(range(2, 2 + count), columns)


def test_bad_cells_are_named_and_their_rows_left_out() -> None:
    faults = Faults()
    checked = check(block(month=["1", "13", "x"], ky=["1", "1", "0"]),
                    {name: BILL_KINDS[name] for name in ("month", "ky")}, faults)
    assert (list(checked.lines), checked.values) == ([2], {"month": ["1"], "ky": ["1"]})
    assert [(f.line, f.column, f.value) for f in faults.kept] == [
        (3, "month", "13"), (4, "month", "x"), (4, "ky", "0")]


def test_a_block_of_bad_rows_leaves_nothing() -> None:
    assert check(block(a=["x", "y"]), {"a": Whole(1)}, Faults()).lines == []


def test_the_first_faults_are_shown_and_the_rest_counted() -> None:
    faults = Faults()
    for line in range(5000, 2, -1):
        faults.add(line, "kwh", "x" * 100, "a whole number expected")
    faults.add(2, "code", "PA04DH0000001", "no such customer", times=7)
    with pytest.raises(ImportRefused) as refusal:
        faults.raise_if_any()
    assert [fault.line for fault in refusal.value.faults] == list(range(2, 2 + MOST_SHOWN))
    assert refusal.value.count == 4998 + 7
    assert str(refusal.value.faults[1]) == (
        f"line 3, column kwh: '{'x' * 40}…': a whole number expected")


@pytest.mark.parametrize("text", ["0001-01-01 07:30", "1999-12-31 23:59", "2100-01-01 00:00",
                                  "9999-12-31 23:59"])
def test_an_outage_that_nobody_can_mean_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError):
        moment(text)
