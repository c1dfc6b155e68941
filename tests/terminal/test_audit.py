"""flask audit check."""

from __future__ import annotations

import pytest

from db.connection import fetch_row, run
from services.officers import audit_trail
from tests.villagers import NOON


@pytest.fixture(autouse=True)
def chain(app) -> None:
    for number in range(3):
        audit_trail.record(NOON, "canbo", "customer.view", f"PA04DH000001{number}")


def check(runner, *words):
    return runner.invoke(args=["audit", "check", *words])


def test_an_intact_chain_prints_its_head_and_length(runner):
    result = check(runner)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"intact: 3 rows, head {audit_trail.head()[0]}\n"


def test_a_noted_head_is_looked_for(runner):
    noted = audit_trail.head()[0]
    audit_trail.record(NOON, "vo", "signin", "vo")
    assert check(runner, "--head", noted.upper()).exit_code == 0
    assert check(runner, "--head", "0" * 63 + "1").exit_code == 1


def test_one_flipped_byte_is_named(runner):
    victim = fetch_row("SELECT MIN(id) + 1 FROM audit_entry")[0]
    run("UPDATE audit_entry SET subject = 'PA04DH0000012' WHERE id = ?", victim)
    result = check(runner)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"error: the audit chain breaks at audit row {victim}\n"


def test_a_deleted_last_row_is_named_by_the_noted_head(runner):
    noted, last = audit_trail.head()[0], fetch_row("SELECT MAX(id) FROM audit_entry")[0]
    run("DELETE FROM audit_entry WHERE id = ?", last)
    for words in ([], ["--head", noted]):
        result = check(runner, *words)
        assert result.exit_code == 1 and f"after audit row {last - 1}" in result.stderr


@pytest.mark.parametrize("head", ["x", "0" * 63, "g" * 64])
def test_what_is_no_head_is_exit_2(runner, head):
    result = check(runner, "--head", head)
    assert result.exit_code == 2 and result.stderr.startswith("error: ")
