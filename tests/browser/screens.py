"""A walk through every screen and state of the kiosk."""

from __future__ import annotations

from collections.abc import Iterator

from db.calls import DONE, TAKEN, Call
from tests.browser.kiosk import Person


def screens(person: Person) -> Iterator[str]:
    """Walk through every screen and state; yields the name of the one that stands there now."""
    page = person.page
    yield "welcome"
    yield from _bills(person)
    yield from _contract(person)
    page.goto("/kiosk/outages")
    yield "outages: which commune"
    page.goto("/kiosk/outages/05569")
    yield "outages"
    page.goto("/kiosk/outages/05716")
    yield "no outages"
    page.goto("/kiosk/info")
    yield "more"
    page.goto("/kiosk/info/saving")
    yield "saving"
    page.goto("/kiosk/info/cash")
    yield "cash"
    page.goto("/kiosk/enrol")
    yield "enrol"
    page.goto("/kiosk/help")
    yield "help"
    person.touch("button", "Gọi cán bộ")
    person.see(".ticket")
    yield "help on its way"
    for state in (TAKEN, DONE):
        Call.update(state=state, officer="nguyen.thi.phuong.lan").execute()
        page.goto("/kiosk/help")
        yield f"help {state}"
    page.goto("/kiosk/nowhere")
    yield "error"


def _bills(person: Person) -> Iterator[str]:
    page = person.page
    page.goto("/kiosk/customer")
    yield "code"
    page.locator("#code").fill("PA04DH00")
    person.touch("button", "Tiếp tục")
    person.see(".summary")
    yield "code refused"
    page.goto("/kiosk/scan")
    yield "scan"
    page.goto("/kiosk/phone")
    yield "phone"
    page.locator("#phone").fill("12")
    person.touch("button", "Tiếp tục")
    person.see(".summary")
    yield "phone refused"
    person.enter("PA04PY0000041")
    page.goto("/kiosk/proof?then=meter")
    yield "no phone on file"
    person.enter("PA04DH0000025")
    yield "nothing owed"
    person.enter("PA04VN0000033")
    yield "two bills"
    person.enter("PA04DH0000017")
    yield "bills"
    page.goto("/kiosk/proof?then=meter")
    yield "proof"
    person.ask_for_a_code()
    yield "otp"
    code = person.read_the_text()
    page.locator("#otp").fill("000000" if code != "000000" else "000001")
    person.touch("button", "Tiếp tục")
    person.see(".summary")
    yield "otp refused"
    page.locator("#otp").fill(code)
    person.touch("button", "Tiếp tục")
    person.see(".tiers")
    yield "why"
    page.goto("/kiosk/bills")
    yield "bills, proven"
    page.goto("/kiosk/history")
    yield "history"
    page.goto("/kiosk/meter")
    yield "meter"
    page.goto("/kiosk/pay/202610-1")
    yield "pay"
    person.touch("button", "In phiếu")
    person.see(".ticket")
    yield "slip"
    page.goto("/kiosk/pay/202610-1/text")
    yield "text"
    page.locator("#phone").fill("12")
    person.touch("button", "Gửi")
    person.see(".summary")
    yield "text refused"
    page.locator("#phone").fill("0912000017")
    person.touch("button", "Gửi")
    person.see(".sent .good")
    yield "text sent"
    person.enter("PA04DH0000025")
    page.goto("/kiosk/pay/202610-1")
    yield "paid"


def _contract(person: Person) -> Iterator[str]:
    page = person.page
    page.goto("/kiosk/contract/name")
    yield "contract: name"
    page.locator("#name").fill("4")
    person.touch("button", "Tiếp tục")
    person.see(".summary")
    yield "contract: name refused"
    page.locator("#name").fill("Triệu Thị Mẩy")
    person.touch("button", "Tiếp tục")
    person.see("#phone")
    yield "contract: phone"
    person.touch("button", "Không có điện thoại")
    person.see(".initials")
    yield "contract: commune"
    page.get_by_role("link", name="P", exact=True).click()
    person.see(".places")
    yield "contract: communes with P"
    person.touch("link", "Tên xã cũ")
    person.see(".places small")
    yield "contract: old communes with P"
    page.goto("/kiosk/contract/commune")
    page.locator("#q").fill("zzz")
    person.touch("button", "Tiếp tục")
    person.see(".summary")
    yield "contract: commune refused"
    page.locator("#q").fill("Định Hóa")
    person.touch("button", "Tiếp tục")
    person.see("[name=purpose]")
    yield "contract: purpose"
    person.touch("button", "Tiếp tục")
    person.see("[name=when]")
    yield "contract: when"
    person.touch("button", "Tiếp tục")
    person.see(".answers")
    yield "contract: check"
    person.touch("button", "Gửi yêu cầu")
    person.see(".ticket")
    yield "contract: ticket"
    ticket = page.locator(".ticket strong").inner_text()
    page.goto("/kiosk/contract/papers")
    page.locator("#ticket").fill("1")
    person.touch("button", "Tiếp tục")
    person.see(".summary")
    yield "papers: ticket refused"
    page.locator("#ticket").fill(ticket)
    person.touch("button", "Tiếp tục")
    person.see(".tiles .tile")
    yield "papers: which"
    page.goto("/kiosk/contract/papers/identity")
    yield "papers: photograph"
    yield from _reading(person, ticket)


def _reading(person: Person, ticket: str) -> Iterator[str]:
    """Đọc hợp đồng up to where a contract must be there; from there test_handover.py goes on."""
    page = person.page
    page.goto("/kiosk/agreement")
    yield "reading: ticket"
    page.locator("#ticket").fill("1")
    person.touch("button", "Tiếp tục")
    person.see(".summary")
    yield "reading: ticket refused"
    page.locator("#ticket").fill(ticket)
    person.touch("button", "Tiếp tục")
    person.see("section.card.good")
    yield "reading: nothing to read yet"
