"""ROOMS: a process opens the doors that it is told, and loads no more than it uses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from app import URL_MAP, create_app
from config import ROOMS, ROOT, ConfigError, Settings
from tests.conftest import ENVIRON
from tests.villagers import HOA

# An address of each room that answers, in whatever way, when the room is open.
ADDRESSES = {"kiosk": "/kiosk/", "links": "/q/none-there", "sms": "/sms/kannel",
             "staff": "/staff/signin", "partners": "/partners/openapi.json"}
# What no kiosk needs: each takes a part of a second and ten megabytes or more.
HEAVY = {"pyhanko", "pypdf", "pypdfium2", "typst", "lxml", "escpos", "twilio", "argon2"}
# What reads files from outside. `zipfile` and `xml` come with Python's own importlib.
READERS = {"PIL", "lxml", "pypdf", "pypdfium2", "pyhanko", "zxingcpp"}
LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"


def test_every_room_is_in_the_map() -> None:
    assert tuple(URL_MAP) == ROOMS


def test_a_room_named_twice_is_opened_once(database_url: str) -> None:
    assert _app(database_url, "links, kiosk,links").test_client().get("/").status_code == 303


def test_the_start_of_a_closed_kiosk_leads_nowhere(database_url: str) -> None:
    assert _app(database_url, "staff").test_client().get("/").status_code == 404


@pytest.mark.parametrize("room", ADDRESSES)
def test_a_closed_room_answers_404_and_the_others_stand(room: str, database_url: str) -> None:
    others = ",".join(name for name in ADDRESSES if name != room)
    client = _app(database_url, others).test_client()
    assert client.get(ADDRESSES[room]).status_code == 404
    for other in set(ADDRESSES) - {room, "links"}:
        assert client.get(ADDRESSES[other]).status_code != 404


def test_the_link_page_of_an_open_room_tells_that_a_link_is_gone(database_url: str) -> None:
    page = _app(database_url, "links").test_client().get(ADDRESSES["links"])
    assert page.status_code == 404 and "Liên kết đã hết hạn" in page.text


@pytest.mark.parametrize(("rooms", "told"), [
    ("links", "Lỗi: Không có trang này."), ("staff", "Lỗi: Không có trang này."),
    ("kiosk", "Lỗi: Không có trang này."),
])
def test_what_is_not_there_is_told_by_a_room_that_is_open(rooms: str, told: str,
                                                          database_url: str) -> None:
    client = _app(database_url, rooms).test_client()
    page = client.get("/none")
    assert page.status_code == 404 and told in page.text


@pytest.mark.parametrize(("rooms", "told"), [("kiosk,attic", "attic"), (" , ", "no room")])
def test_a_room_that_does_not_exist_is_refused(rooms: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        Settings.load({**ENVIRON, "ROOMS": rooms})


def test_a_kiosk_loads_no_other_door_and_nothing_heavy(tmp_path) -> None:
    environ = {"ROOMS": "kiosk", "DATABASE_URL": f"sqlite:///{tmp_path}/kiosk.db"}
    loaded = _loaded(f"import app; app.create_app(); {LOADED}", environ)
    assert {"kiosk.screens", "db.connection"} <= loaded
    assert not {"staff", "sms", "partners", "links", "terminal"} & loaded
    assert not HEAVY & loaded


# What each door does with a file that is handed in; the last line names what is wrong with it.
DOORS_FOR_FILES = """
import pathlib, tempfile
from services.archive import pictures
from services.contracts import photos
from services.decoding.errors import TooHeavy, Unfit
from services.errors import ServiceError
from services.importing.einvoices import fields, rows
from services.importing.faults import Faults, Notes
from services.kiosks import barcodes
from services.transfers.statements import reading

def tried(work):
    try:
        work()
    except (ServiceError, TooHeavy, Unfit):
        return
    raise AssertionError("nothing was wrong")

def of_invoices(data):
    path.write_bytes(data)
    reader = rows.InvoiceReader(data[:2] == b"PK", fields.load(fields.DEFAULT), {})
    list(reader.read(path, ["code"], Faults(), Notes(), len))

def of_a_bank():
    path.write_bytes(b"<Document/>")
    reading.read(path, None, frozenset(), 0)

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "x")
    tried(lambda: photos.clean(b"\\xff\\xd8\\xff" + bytes(99)))
    tried(lambda: pictures.count(b"%PDF-1.7 nothing"))
    tried(lambda: list(pictures.read(b"II*\\0" + bytes(99), [1])))
    tried(lambda: barcodes.read(b"\\xff\\xd8\\xff"))
    tried(lambda: of_invoices(b"<a/>"))
    tried(lambda: of_invoices(b"PK\\x03\\x04" + bytes(99)))
    tried(of_a_bank)
"""


def test_whatever_is_handed_in_is_read_in_another_process(tmp_path) -> None:
    program = f"import app; app.create_app()\n{DOORS_FOR_FILES}\n{LOADED}"
    loaded = _loaded(program, {"DATABASE_URL": f"sqlite:///{tmp_path}/all.db"})
    assert "services.archive.pictures" in loaded
    assert not READERS & {name.partition(".")[0] for name in loaded}


def test_a_command_without_records_loads_no_door_and_no_database(tmp_path) -> None:
    payload = "0002"  # wrong, and told so: the command ran
    command = ("from flask.cli import main\nimport sys\n"
               f"sys.argv = ['flask', '--app', 'app', 'qr', 'decode', '{payload}']\n"
               f"try:\n    main()\nfinally:\n    {LOADED}")
    loaded = _loaded(command, {"DATABASE_URL": f"sqlite:///{tmp_path}/none.db"})
    assert "services.bills.vietqr" in loaded
    assert not {"kiosk", "staff", "sms", "db", "peewee", "psycopg", "htmx_flask"} & loaded
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("words", "told"), [
    (["speech", "build"], r"(?m)^vi: \d+ texts"),
    (["partners", "order", "vnpay", HOA.code, "2026-10"], "vnp_OrderInfo=Tien\\+dien\\+ky"),
    (["sms", "say", HOA.phone, "TD"], "546.108d"),
    (["routes"], "/kiosk/customer"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_a_command_in_a_process_of_its_own_has_all_that_it_uses(
        words: list[str], told: str, app, tmp_path) -> None:
    environ = {"DATABASE_URL": app.extensions["office"].settings.database_url,
               "SPEECH_DIR": str(tmp_path), "VNPAY_TMN_CODE": "QUAYDIEN", "VNPAY_SECRET": "word"}
    ended = _process(["-m", "flask", "--app", "app", *words], environ)
    assert (ended.returncode, ended.stderr) == (0, "") and re.search(told, ended.stdout)


def _app(database_url: str, rooms: str):
    return create_app(Settings.load({**ENVIRON, "DATABASE_URL": database_url, "ROOMS": rooms,
                                     "KANNEL_TOKEN": "word"}))


def _loaded(program: str, environ: dict[str, str]) -> set[str]:
    ended = _process(["-c", program], environ)
    return set(json.loads(ended.stderr.splitlines()[-1]))


def _process(words: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, text=True, capture_output=True,
                          env={**os.environ, **ENVIRON, **environ})
