"""flask qr decode: one payload on the command line, or a line each from standard input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.bills import vietqr

HOA = vietqr.encode("970415", "113366668888", 546_108, "PA04DH00000171026")
EXAMPLES = json.loads((Path(__file__).parents[1] / "data/vietqr_examples.json").read_text())
FOREIGN = next(row["payload"] for row in EXAMPLES if row["kind"] == "emvco_reference")


@pytest.fixture
def decode(app):
    """decode(arg…, input=…): the command's outcome; no database is touched."""
    runner = app.test_cli_runner()
    return lambda *args, **more: runner.invoke(args=["qr", "decode", *args], **more)


@pytest.fixture(params=["sqlite"])
def database_kind(request) -> str:
    """The command opens no database, so one kind will do."""
    return request.param


def test_a_payload_becomes_one_json_object(decode) -> None:
    done = decode(HOA)
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout) == vietqr.decode(HOA)
    assert list(json.loads(done.stdout))[:3] == ["00", "01", "38"]


@pytest.mark.parametrize("bad", ["", " ", "6304", HOA[:-1] + "0", HOA + " "])
def test_a_bad_payload_is_one_line_on_standard_error(decode, bad: str) -> None:
    done = decode(bad)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_each_line_of_standard_input_gives_a_line(decode) -> None:
    done = decode(input=f"{HOA}\n{FOREIGN}\r\n{HOA}")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert found == [vietqr.decode(HOA), vietqr.decode(FOREIGN), vietqr.decode(HOA)]


def test_accented_text_is_written_as_it_is(decode) -> None:
    assert "最佳运输" in decode(FOREIGN).stdout


def test_a_bad_line_keeps_its_place_and_fails_in_the_end(decode) -> None:
    done = decode(input=b"\n" + HOA.encode() + b"\n\xff\xfe\n" + HOA.encode() + b"\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert [list(line) == ["error"] for line in found] == [True, False, True, False]
    assert done.stderr == ""


def test_no_lines_at_all_are_no_error(decode) -> None:
    done = decode(input="")
    assert (done.exit_code, done.output) == (0, "")


def test_help_tells_both_ways(decode) -> None:
    assert "standard input" in decode("--help").stdout
