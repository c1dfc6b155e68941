"""The people of the tests. Hoa owes one bill, Sơn nothing, Mẩy two, Páo has no phone."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from db import reference
from db.bills import Bill
from db.connection import write
from db.customers import Customer, CustomerPhone
from db.partners import Partner
from services import clock
from services.bills import tariffs
from services.notation import codes, folding
from services.privacy import Vault

NOON = clock.at_local(date(2026, 11, 15), 12)  # the day on which the stories play


class Villager(NamedTuple):
    """A customer; `owed` are (year, month, kWh) not yet paid."""

    code: str
    name: str
    commune_code: str
    phone: str
    owed: tuple = ()
    paid: tuple = ()


HOA = Villager("PA04DH0000017", "Nguyễn Thị Hoa", "05569", "+84912000017",
               owed=((2026, 10, 222),), paid=((2026, 9, 180), (2026, 8, 240)))
SON = Villager("PA04DH0000025", "Ma Văn Sơn", "05569", "+84987000025", paid=((2026, 10, 90),))
MAY = Villager("PA04VN0000033", "Triệu Thị Mẩy", "05716", "+84363000033",
               owed=((2026, 9, 50), (2026, 10, 100)))
PAO = Villager("PA04PY0000041", "Lý Văn Páo", "05860", "", owed=((2026, 10, 500),))
ALL = [HOA, SON, MAY, PAO]


def settle(vault: Vault) -> None:
    """Put everybody, their bills and the demo partners into the database."""
    write(lambda: _settle(vault))


def _settle(vault: Vault) -> None:
    for name in ("viettel", "momo"):
        Partner.create(name=name, title=name.title(), kind="intermediary")
    for person in ALL:
        _settle_one(person, vault)


def _settle_one(person: Villager, vault: Vault) -> None:
    folded = folding.folded(person.name)
    Customer.create(
        code=person.code, name=person.name, search=folded,
        given_search=folding.given_name_first(folded), address="Xóm 1",
        commune_code=person.commune_code, households=1, meter_no="M" + person.code[-5:],
        meter_point=codes.meter_point(person.code), purpose="household",
        contract_medium="electronic", updated_at=NOON)
    if person.phone:
        phone_hash, sealed = vault.seal_phone(person.phone)
        CustomerPhone.create(code=person.code, phone_hash=phone_hash, phone_sealed=sealed,
                             source="billing", registered_at=NOON - 30 * clock.DAY)
    for state, bills in (("settled", person.paid), ("unpaid", person.owed)):
        for year, month, kwh in bills:
            _bill(person.code, year, month, kwh, state)


def _bill(code: str, year: int, month: int, kwh: int, state: str) -> Bill:
    first, last = date(year, month - 1, 22), date(year, month, 21)
    charge = tariffs.charge(kwh, first, last, reference.tariff_table())
    return Bill.create(
        code=code, year=year, month=month, from_date=first.isoformat(), to_date=last.isoformat(),
        old_index=1000, new_index=1000 + kwh, kwh=kwh, subtotal=charge.subtotal, vat=charge.vat,
        total=charge.total, due_on=date(year, month + 1, 20).isoformat(),
        bill_no=f"{code[-4:]}{year}{month:02}", state=state)
