"""The list of promotions, and the file they come from."""

from __future__ import annotations

import json

import pytest

from db import reference
from db.connection import write
from db.partners import Partner
from db.promotions import Promotion
from services.payments import promotion_files
from tests.partners.test_promotions import TERMS, offer
from tests.staff.conftest import english, text
from tests.villagers import NOON


def test_each_promotion_is_shown_with_its_end_and_its_source(canbo) -> None:
    offer(rate_percent=7.5)
    page = canbo.get("/staff/promotions")
    for said in ("Viettel TET27", "7,5%, nhiều nhất 20.000 đ", "Hóa đơn từ 200.000 đ",
                 "mỗi mã 1 lần", "01/11/2026 đến hết 30/11/2026 Đang áp dụng", "Viettel 100%",
                 "0 đ trên 50.000 đ", "Thông báo 01/11/2026"):
        assert said in text(page)
    assert english(page) == []


@pytest.mark.parametrize(("terms", "said"), [
    ({"ends_on": "2026-11-14"}, "Đã hết hạn"), ({"starts_on": "2026-11-16"}, "Chưa bắt đầu"),
    ({}, "Đang áp dụng"),
])
def test_how_a_promotion_stands_today(canbo, terms, said) -> None:
    offer(**terms)
    assert said in text(canbo.get("/staff/promotions"))


def test_without_any_the_page_says_so(canbo) -> None:
    assert "Chưa có khuyến mãi nào" in text(canbo.get("/staff/promotions"))


def test_the_demos_promotions_are_five_to_ten_percent_with_sources(app) -> None:
    for name in ("vnpay", "zalopay", "vietcombank"):
        Partner.create(name=name, title=name, kind="intermediary")
    rows = promotion_files.parse(reference.promotions())
    write(lambda: promotion_files.put(rows, "test", NOON))
    assert Promotion.select().count() == len(rows) >= 5
    assert all(500 <= row.rate <= 1000 and row.source for row in Promotion.select())


def test_the_command_takes_a_file_in(runner, tmp_path) -> None:
    path = tmp_path / "promotions.json"
    path.write_text(json.dumps([TERMS]), encoding="utf-8")
    result = runner.invoke(args=["payments", "promotions", str(path)])
    assert (result.exit_code, result.stdout) == (0, "promotions: 1\n")
    assert Promotion.get().id == "TET27"


# what is wrong in the file → what the one line says
WRONG = [
    ("{}", "not a list"), ("[1", "not JSON"), ("[1]", "entry 1: not an object"),
    ([TERMS | {"colour": 1}], "entry 1: field 'colour' is unknown"),
    ([{k: v for k, v in TERMS.items() if k != "cap"}], "entry 1: field 'cap' is missing"),
    ([TERMS | {"id": "a b"}], 'entry 1: id: "a b"'), ([TERMS | {"rate_percent": 60}], "rate"),
    ([TERMS | {"rate_percent": 5.001}], "rate_percent: 5.001"), ([TERMS | {"cap": True}], "cap"),
    ([TERMS | {"funders": {"viettel": 99}}], "the shares make 99, not 100"),
    ([TERMS | {"funders": {}}], "funders"), ([TERMS | {"source": ""}], "source"),
    ([TERMS | {"starts_on": "2026-12-01"}], "ends_on: 2026-11-30 is before 2026-12-01"),
    ([TERMS | {"ends_on": "2026-11-31"}], "ends_on"), ([TERMS, TERMS], "'TET27' stands twice"),
    ([TERMS, TERMS | {"id": "B", "channel": "nobody"}], "no partner is called 'nobody'"),
]


@pytest.mark.parametrize(("content", "words"), WRONG)
def test_a_file_that_is_wrong_is_one_line_and_changes_nothing(runner, tmp_path, content,
                                                              words) -> None:
    path = tmp_path / "promotions.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    result = runner.invoke(args=["payments", "promotions", str(path)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr and result.stderr.count("\n") == 1
    assert Promotion.select().count() == 0
