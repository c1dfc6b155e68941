"""Each provider's report ten times at the same moment, a hundred times over, at the real server:
one posting each, no 5xx. The control sends ten different payments for one order: the judge must
see that this is not one posting."""

from __future__ import annotations

import http.client
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from config import Settings
from db import checking as checking_records
from db.bills import Bill
from db.connection import fetch, write
from db.customers import Customer
from db.orders import OrderRow
from services import clock
from services.bills import billing
from services.providers import orders, registry
from tests.conftest import ENVIRON, PUBLIC_URL, Server
from tests.faults.ground import ground, kinds, tell
from tests.partners.callbacks.transfers import Casso, PayOs, SePay
from tests.standins import accounts

ROUNDS, AT_ONCE, OWED = 100, 10, 546_108
NAMES = ("vnpay", "zalopay", "momo", "payos", "casso", "sepay")
Call = tuple[str, str, bytes, dict]  # method, path, body, headers


class Recorder:
    """Stands where a test client stands, and keeps the request instead of sending it."""

    def post(self, url: str, data: bytes, headers: dict | None = None) -> Call:
        return "POST", url, data, headers or {}


def main() -> int:
    return 1 if False in [run(kind) for kind in kinds()] else 0


def run(kind: str) -> bool:
    with ground(kind) as (_folder, url), accounts.running() as machines:
        settings = machines.settings(Settings.load(
            {**ENVIRON, "DATABASE_URL": url, "PUBLIC_URL": PUBLIC_URL}))
        names = [f.upper() for f in ("vnpay_tmn_code", "vnpay_secret", "zalopay_key2",
                                     "momo_access_key", "momo_secret", "payos_secret",
                                     "casso_secret", "sepay_secret")]
        server = Server(url, workers=2, **{name: getattr(settings, name.lower()) for name in names})
        try:
            return all([one(kind, server, machines, settings, name) for name in NAMES]
                       + [control(kind, server, machines, settings)])
        finally:
            server.stop()


def one(kind: str, server: Server, machines, settings, name: str) -> bool:
    codes = people(name)
    began = time.monotonic()
    statuses = [status for number, code in enumerate(codes, 1)
                for status in at_once(server, [report(name, machines, settings, code, number)]
                                      * AT_ONCE)]
    took = time.monotonic() - began
    right = max(statuses) < 300 and settled_once(name, codes) and sound()
    return tell("callbacks at once", kind, right, provider=name, rounds=ROUNDS, at_once=AT_ONCE,
                reports_a_second=round(len(statuses) / took))


def control(kind: str, server: Server, machines, settings) -> bool:
    """Ten payments of their own for one order: a judge that finds them right is blind."""
    codes = people("control")[:1]
    made = ordered("vnpay", machines, settings, codes[0])
    at_once(server, [("GET", "/partners/callbacks/vnpay?" + machines.vnpay.ipn(
        made.order_ref, vnp_TransactionNo=f"7{n}"), b"", {}) for n in range(AT_ONCE)])
    return tell("callbacks at once, control", kind, not settled_once("vnpay", codes) and sound())


def report(name: str, machines, settings, code: str, number: int) -> Call:
    if name in ("payos", "casso", "sepay"):
        teller = {"payos": PayOs(), "casso": Casso(), "sepay": SePay()}[name]
        return transfer(teller, code, number)
    made = ordered(name, machines, settings, code)
    path = f"/partners/callbacks/{name}"
    if name == "vnpay":
        return "GET", f"{path}?{machines.vnpay.ipn(made.order_ref)}", b"", {}
    body = (machines.zalopay.callback if name == "zalopay" else machines.momo.ipn)(made.order_ref)
    return "POST", path, body, {}


def ordered(name: str, machines, settings, code: str) -> OrderRow:
    made = orders.create(registry.get(name, settings), billing.due(code).unpaid[0], "Tien dien",
                         clock.now_ms(), accounts.send)
    if name == "vnpay":
        machines.vnpay.open(made.pay_url)
    return made


def transfer(teller: PayOs | Casso | SePay, code: str, number: int) -> Call:
    now = clock.now_ms()
    when = {"payos": {}, "casso": {"at": now}, "sepay": {"at": now // 1000}}[teller.name]
    name = {"payos": "FT1", "casso": "FT2", "sepay": "FT3"}[teller.name]
    return teller.tell(Recorder(), OWED, f"CT DEN {code} GD", f"{name}{number:010}", **when)


def at_once(server: Server, calls: list[Call]) -> list[int]:
    gate = Barrier(len(calls))

    def go(call: Call) -> int:
        method, path, body, headers = call
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        line.connect()
        gate.wait()
        line.request(method, path, body, headers)
        status = line.getresponse().status
        line.close()
        return status

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def people(name: str) -> list[str]:
    """New customers with one bill each."""
    first = {known: number for number, known in enumerate((*NAMES, "control"))}[name]
    codes = [f"PA04DH{first + 1}{number:06}" for number in range(ROUNDS)]
    write(lambda: [_settle(code) for code in codes])
    return codes


def _settle(code: str) -> None:
    Customer.create(code=code, name="Người Thử", search="nguoi thu", given_search="thu nguoi",
                    address="Xóm 1", commune_code="05569", meter_no="M", meter_point=code + "001",
                    purpose="household", contract_medium="paper", updated_at=0)
    Bill.create(code=code, year=2026, month=10, from_date="2026-09-22", to_date="2026-10-21",
                old_index=0, new_index=1, kwh=1, subtotal=OWED, vat=0, total=OWED,
                due_on="2026-11-20", bill_no=code)


def settled_once(name: str, codes: list[str]) -> bool:
    return all(fetch("SELECT p.partner, p.state, b.state FROM payment p"
                     " JOIN bill b ON b.id = p.bill_id WHERE b.code = ?", code)
               == [(name, "posted", "received")] for code in codes)


def sound() -> bool:
    return list(checking_records.problems()) == []


if __name__ == "__main__":
    sys.exit(main())
