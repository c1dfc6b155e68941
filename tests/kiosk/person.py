"""A person in front of the kiosk, as the tests move them."""

from __future__ import annotations

import json
import re

from db.kiosks import KioskSession
from services.payments import payments
from tests.villagers import Villager


def enter(client, who: Villager | str):
    """Give the customer code and read the answer (303 to the bills, or the error page)."""
    code = who if isinstance(who, str) else who.code
    return client.post("/kiosk/customer", data={"code": code})


def prove(client, who: Villager | str) -> None:
    """Give the code; the second proof is given as well, by whatever way."""
    enter(client, who)
    row = KioskSession.select().order_by(KioskSession.expires_at.desc()).get()
    data = json.dumps({**json.loads(row.data), "proof": True})
    KioskSession.update(data=data).where(KioskSession.id_hash == row.id_hash).execute()


def text(answer) -> str:
    """The page as people read it: no tags, single spaces."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", answer.get_data(as_text=True),
                  flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def title(answer) -> str:
    """What stands in <title>."""
    return re.search(r"<title>(.*?)</title>", answer.get_data(as_text=True))[1]


def heading(answer) -> str:
    """The page's one <h1>."""
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.get_data(as_text=True), flags=re.S)
    assert len(found) == 1, found
    return re.sub(r"<[^>]+>", "", found[0]).strip()


def pay(bill, number: str, now: int):
    """A partner reports the payment of a bill."""
    report = payments.Report("momo", number, bill.public_id, bill.total, now, number)
    return payments.post(report, now)[0]
