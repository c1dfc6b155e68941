"""Officers and kiosks of before: what was stored keeps its meaning."""

from __future__ import annotations

import pytest

from db import connection, schema
from db import kiosks as kiosk_records
from db import officers as officer_records
from db import second_factor as second_factor_records
from db.connection import run, write

STEP = 59_000_000


@pytest.fixture(autouse=True)
def of_before(bare_url):
    """Officers as 0018 and earlier stored them, then brought up."""
    connection.init(bare_url)
    schema.build([name for name in schema.known() if name < "0019"])
    for name, communes, step in (("canbo", "", 0), ("hanh", "05569", 0), ("giamsat", "", STEP)):
        write(lambda name=name, communes=communes, step=step: run(
            "INSERT INTO officer (name, role, communes, password_hash, totp_last_step, failures,"
            " locked_until, created_at) VALUES (?, 'officer', ?, 'x', ?, 9, 99, 1)",
            name, communes, step))
    write(lambda: run("INSERT INTO kiosk_device (name, commune_code, place, printer, enrol_hash,"
                      " key_hash, created_at, enrolled_at) VALUES ('hall', '05569', '', '', 'w',"
                      " 'k', 1, 2), ('waits', '05569', '', '', 'v', '', 1, NULL)"))
    schema.migrate()
    yield
    connection.database.close()


@pytest.mark.parametrize(("name", "communes"), [
    ("canbo", "all"), ("hanh", "05569"), ("giamsat", "all")])
def test_no_communes_meant_all_and_says_so_now(name, communes):
    assert officer_records.get(name).communes == communes


def test_a_code_that_was_used_before_stays_used():
    assert not write(lambda: second_factor_records.use_step("giamsat", STEP, STEP + 1))
    assert write(lambda: second_factor_records.use_step("giamsat", STEP + 1, STEP + 2))
    assert write(lambda: second_factor_records.use_step("canbo", STEP, STEP + 1))


def test_an_enrolled_kiosk_stays_and_a_word_for_ever_is_none():
    assert kiosk_records.device("k").name == "hall"
    assert write(lambda: kiosk_records.enrol("v", "new", 3)) == ""
