"""python -m bench.footprint [ROOMS …]: how long things take to start, how much memory they hold.

One JSON line a set of rooms, such as `kiosk,links,sms`; without any: all rooms, then `kiosk`.
Memory is PSS (a page shared by n processes counts an n-th for each) of one web process with its
parent and of the worker, after a visit at the kiosk, a text message and a payment link.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from bench.servers import OURS, ROOT, Server, process_tree

ALL = ""
PAYLOAD = ("00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA"
           "53037045802VN63049E6F")  # of the VietQR specification
CODE, TOKEN = "PA04DH0000017", "bench-only-token"
FLASK = [sys.executable, "-m", "flask", "--app", "app"]


def main() -> None:
    for rooms in sys.argv[1:] or [ALL, "kiosk"]:
        with tempfile.TemporaryDirectory(prefix="quaydien-footprint-") as folder:
            print(json.dumps(_measure(rooms, Path(folder))), flush=True)


def _measure(rooms: str, folder: Path) -> dict:
    environ = {**os.environ, "DEMO": "1", "LIMITS": "off", "ROOMS": rooms, "WEB_WORKERS": "1",
               "DATABASE_URL": f"sqlite:///{folder / 'x.db'}", "FILES_DIR": str(folder),
               "KANNEL_TOKEN": TOKEN, "DEMO_PASSWORD": "bench-only-password"}
    if not rooms:
        del environ["ROOMS"]
    for words in (["db", "migrate"], ["db", "demo", "--customers", "200"]):
        subprocess.run([*FLASK, *words], cwd=ROOT, env=environ, check=True, capture_output=True)
    return {"rooms": rooms or "all", "command_s": _seconds(["qr", "decode", PAYLOAD], environ),
            "command_with_database_s": _seconds(["db", "check"], environ),
            **_running(rooms, environ)}


def _seconds(words: list[str], environ: dict[str, str], times: int = 7) -> float:
    taken = []
    for _ in range(times + 1):
        start = time.monotonic()
        subprocess.run([*FLASK, *words], cwd=ROOT, env=environ, check=True, capture_output=True)
        taken.append(time.monotonic() - start)
    return round(statistics.median(taken[1:]), 3)


def _running(rooms: str, environ: dict[str, str]) -> dict:
    start = time.monotonic()
    server = Server(OURS, environ)
    worker = subprocess.Popen([*FLASK, "sms", "send"], cwd=ROOT, env=environ)
    try:
        _ready(server.url)
        started = time.monotonic() - start
        _visit(server.url, rooms)
        _beating(server.url)
        web, sender = _pss_mb(server.process.pid), _pss_mb(worker.pid)
    finally:
        worker.terminate()
        worker.wait()
        server.stop()
    return {"server_s": round(started, 2), "web_pss_mb": web, "worker_pss_mb": sender,
            "pss_mb": round(web + sender, 1)}


def _ready(url: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url + "/healthz", timeout=1)
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server did not start")


def _beating(url: str) -> None:
    """Wait until the worker has been through its first rounds."""
    for _ in range(300):
        try:
            urllib.request.urlopen(url + "/readyz")
            return
        except urllib.error.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the worker did not start")


def _visit(url: str, rooms: str) -> None:
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(path: str) -> str:
        return browser.open(url + path).read().decode("utf-8", "replace")

    def post(path: str, **form: str) -> str:
        body = urllib.parse.urlencode(form).encode()
        ours = urllib.request.Request(url + path, body, {"Origin": url})
        return browser.open(ours).read().decode("utf-8", "replace")

    get("/kiosk/")
    token = re.search(r'name="csrf_token" value="([^"]+)"', get("/kiosk/customer"))
    page = post("/kiosk/customer", code=CODE, csrf_token=token[1] if token else "")
    pay = re.search(r'href="(/kiosk/pay/[^"]+)"', page)
    get(pay[1] if pay else "/kiosk/bills")
    if not rooms or "sms" in rooms:
        for number, text in enumerate((f"TD {CODE}", f"QR {CODE}", "TG", "xin chao")):
            answer = post("/sms/kannel", **{"from": "+84912000017", "to": "8055", "text": text,
                                            "id": str(number), "token": TOKEN})
            link = re.search(r"/q/[\w-]+", answer)
            if link and (not rooms or "links" in rooms):
                get(link[0])


def _pss_mb(pid: int) -> float:
    """PSS of a process and its children."""
    total = 0
    for one in process_tree(pid):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        total += int(found[1]) if found else 0
    return round(total / 1024, 1)


if __name__ == "__main__":
    main()
