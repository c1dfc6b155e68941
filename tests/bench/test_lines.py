"""What `python -m bench` prints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench import cases, imports, pages, papers, servers

ROOT = Path(__file__).resolve().parents[2]


def test_the_bare_server_is_started_like_ours() -> None:
    command = servers._web_command()
    assert command.count(servers.OURS) == 1
    assert "--threads" in command and "--workers" in command


def test_qr_lines_are_json_with_both_sides() -> None:
    done = subprocess.run([sys.executable, "-m", "bench", "--quick", "--only", "qr"], cwd=ROOT,
                          capture_output=True, text=True, timeout=120, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["case"] for line in lines] == ["qr_svg", "qr_png"]
    assert all(line["ms"] > 0 and line["bare_ms"] > 0 and line["ratio"] > 0 for line in lines)


def test_a_contract_is_drafted_and_sealed_beside_the_bare_engine() -> None:
    lines = list(papers.measure(2))
    assert [line["case"] for line in lines] == papers.NAMES
    assert all(line["ms"] > 0 and line["bare_ms"] > 0 and line["bytes"] > 50_000 for line in lines)


def test_imports_are_measured_on_both_engines(tmp_path) -> None:
    lines = list(imports.measure(tmp_path, 30, ""))
    assert [line["case"] for line in lines] == imports.NAMES
    assert all(line["rows_per_s"] > 0 and line["bare_rows_per_s"] > 0 for line in lines)


def test_growth_of_a_first_import_is_measured_on_both_engines(tmp_path) -> None:
    lines = list(imports.measure_growth(tmp_path, 10, ""))
    assert [line["case"] for line in lines] == imports.GROWTH_NAMES
    assert [line["rows"] for line in lines] == [[10, 20, 40, 80]] * 2


def test_a_request_names_its_length() -> None:
    class Server:
        port = 80

    assert cases._request("GET", Server, "/kiosk/bills").endswith(b"\r\nHost: 127.0.0.1:80\r\n\r\n")
    posted = cases._request("POST", Server, "/x", "A: b\r\n", "abc")
    assert posted == (b"POST /x HTTP/1.1\r\nHost: 127.0.0.1:80\r\nA: b\r\n"
                      b"Content-Length: 3\r\n\r\nabc")


def test_pages_are_measured_on_both_engines(tmp_path) -> None:
    lines = list(pages.measure(tmp_path, 2_000))
    assert [line["case"] for line in lines] == pages.NAMES
    assert all(line["p50_ms"] > 0 and line["few_p50_ms"] > 0 for line in lines)
