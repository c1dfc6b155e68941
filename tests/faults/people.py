"""Many customers who owe, for the long runs."""

from __future__ import annotations

from db.bills import Bill
from db.connection import write
from db.customers import Customer

OWED, _A_CUSTOMER = 546_108, 100


def owed(count: int, office: str = "PA04DH8") -> list[str]:
    """New customers who owe `count` bills together; returns the bills' names."""
    made = [(f"{office}{number // _A_CUSTOMER:06}", 2030 + number % _A_CUSTOMER)
            for number in range(count)]
    write(lambda: _settle(made))
    return [f"{code}-{year}10-1" for code, year in made]


def _settle(made: list[tuple[str, int]]) -> None:
    for code in dict.fromkeys(code for code, _year in made):
        Customer.create(code=code, name="Người Thử", search="nguoi thu", given_search="thu nguoi",
                        address="Xóm 1", commune_code="05569", meter_no="M",
                        meter_point=code + "001", purpose="household", contract_medium="paper",
                        updated_at=0)
    for code, year in made:
        Bill.create(code=code, year=year, month=10, from_date=f"{year}-09-22",
                    to_date=f"{year}-10-21", old_index=0, new_index=1, kwh=1, subtotal=OWED,
                    vat=0, total=OWED, due_on=f"{year}-11-20", bill_no=f"{code}{year}")
