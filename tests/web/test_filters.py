"""What templates can write and read aloud."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import g, render_template_string

BILL = SimpleNamespace(total=546_108, month=10, year=2026, ky=1, due_on="2026-11-20")


@pytest.mark.parametrize(("template", "vietnamese", "english"), [
    ("{{ 546108|in_words }}", "năm trăm bốn mươi sáu nghìn một trăm linh tám",
     "five hundred and forty-six thousand one hundred and eight"),
    ("{{ 50000|dong_in_words }}", "năm mươi nghìn đồng", "fifty thousand dong"),
    ("{{ bill|period_in_words }}", "tháng mười năm hai nghìn không trăm hai mươi sáu",
     "October two thousand and twenty-six"),
    ("{{ bill.due_on|day_in_words }}",
     "ngày hai mươi tháng mười một năm hai nghìn không trăm hai mươi sáu",
     "the twentieth of November two thousand and twenty-six"),
    ("{{ 'HD-482915'|spelled }}", "H D, bốn tám hai, chín một năm",
     "H D, four eight two, nine one five"),
    ("{{ bill|period }} {{ bill.total|dong }}", "10/2026 546.108\xa0đ", "10/2026 546.108\xa0đ"),
])
def test_a_template_speaks_the_language_of_the_request(app, template: str, vietnamese: str,
                                                       english: str) -> None:
    with app.test_request_context():
        assert render_template_string(template, bill=BILL) == vietnamese
        g.language = "en"
        assert render_template_string(template, bill=BILL) == english
