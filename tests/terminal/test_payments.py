"""flask payments statement, flask payments sweep, and the worker that does the latter."""

from __future__ import annotations

import json

import pytest

from db.bills import Bill
from db.orders import ProviderOrder
from db.partners import Partner
from services import periodic
from services.bills import billing
from services.clock import MINUTE
from services.providers import orders
from services.transfers.statements import intake
from tests.services.transfers.statement_files import details, document, entry, file
from tests.standins import accounts
from tests.villagers import HOA


@pytest.fixture
def statement(runner):
    """Call with options and a file: the command's result, for VietinBank."""
    Partner.get_or_create(name="vietinbank", defaults={"title": "VietinBank", "kind": "bank"})
    return lambda *arguments: runner.invoke(args=["payments", "statement", *map(str, arguments)])


def test_a_statement_is_taken_in_and_summed_up(statement, tmp_path) -> None:
    path = file(tmp_path, document(entry("546108", details("PA04DH00000171026")),
                                   entry("7", details("x", "FT2")),
                                   entry("9", details("phi", "FT3"), side="DBIT")))
    dry = statement("vietinbank", path, "--dry-run")
    assert (dry.exit_code, dry.stdout) == (0, "matched: 1\nunmatched: 1\nleft_out: 1\n")
    assert dry.stderr == "left out: entry FT3: outgoing 9\n"
    assert Bill.get(Bill.code == HOA.code, Bill.month == 10).state == "unpaid"
    assert statement("vietinbank", path).stdout == "matched: 1\nunmatched: 1\nleft_out: 1\n"
    again = statement("vietinbank", path, "--json")
    assert json.loads(again.stdout) == {**dict.fromkeys(intake.KEYS, 0), "known": 2, "left_out": 1}


def test_what_is_doubtful_is_told_by_the_exit_code(statement, tmp_path) -> None:
    line = "15/11/2026,50000,tien dien gop\n"
    morning = file(tmp_path, "when,amount,text\n" + line, "am.csv")
    evening = file(tmp_path, f"when,amount,text\n{line}15/11/2026,20000,nha Lan\n", "pm.csv")
    assert (statement("vietinbank", morning).exit_code) == 0
    for _run in ("dry", "real"):
        found = statement("vietinbank", evening, *(["--dry-run"] if _run == "dry" else []))
        assert (found.exit_code, found.stdout) == (1, "unmatched: 1\nheld: 1\n")
    again = statement("vietinbank", evening)
    assert (again.exit_code, again.stdout) == (0, "known: 2\n")


def test_a_csv_with_its_map(statement, tmp_path) -> None:
    columns = file(tmp_path, json.dumps({"when": "Ngày", "amount": "Có", "text": "Nội dung"}),
                   "map.json")
    path = file(tmp_path, "Ngày;Có;Nội dung\n15/11/2026;546.108;PA04DH0000017\n", "sao-ke.csv")
    assert statement("vietinbank", path, "--columns", columns).stdout == "matched: 1\n"


def test_bad_input_is_one_line(statement, tmp_path) -> None:
    good, bad = file(tmp_path, document()), file(tmp_path, "<x", "bad.xml")
    for arguments, code, words in ((("nobody", good), 2, "no partner"),
                                   (("vietinbank", bad), 2, "bad.xml: not well-formed"),
                                   (("vietinbank", tmp_path / "gone"), 1, "No such file"),
                                   (("vietinbank", good, "--columns", bad), 2, "not JSON")):
        result = statement(*arguments)
        assert (result.exit_code, result.stdout) == (code, ""), arguments
        assert words in result.stderr
        assert result.stderr.count("\n") == 1


@pytest.fixture
def machines():
    with accounts.running() as running:
        yield running


@pytest.fixture
def paid_unnoticed(app, machines, settings, clock, change_settings) -> None:
    """A payment at MoMo of which no report came."""
    ours = machines.settings(settings)
    change_settings(**{name: getattr(ours, name) for name in (
        "momo_partner_code", "momo_access_key", "momo_secret", "momo_api_base")})
    made = orders.create(machines.providers(settings)["momo"],
                         billing.due(HOA.code).unpaid[0], "Tien dien", clock(), accounts.send)
    machines.momo.orders[made.order_ref]["paid"] = True
    clock.ms += 2 * MINUTE


def test_sweep_asks_once(runner, paid_unnoticed) -> None:
    assert runner.invoke(args=["payments", "sweep"]).stdout == "asked about 1 orders\n"
    assert ProviderOrder.get().state == "paid"
    assert runner.invoke(args=["payments", "sweep"]).stdout == "asked about 0 orders\n"


def test_the_worker_asks_too_and_texts_the_receipt_the_next_time(runner, paid_unnoticed) -> None:
    assert runner.invoke(args=["sms", "send", "--once"]).exit_code == 0
    assert Bill.get(Bill.code == HOA.code, Bill.month == 10).state == "received"


def test_a_job_that_fails_does_not_end_the_others(app, here) -> None:
    done = []

    def fail(*_arguments: object) -> None:
        raise RuntimeError("a defect")

    jobs = [periodic.Job("bad", 1, fail), periodic.Job("good", 1, lambda *_: done.append(1))]
    periodic.run_once(lambda: here, jobs)
    assert done == [1]
