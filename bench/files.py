"""Files of the billing system to import, and the same rows as tuples for the raw way."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from db.incoming import incoming_bills
from services.notation import codes, folding
from services.privacy import Vault

CUSTOMER_FILE = ("code", "name", "address", "commune_code", "phone", "households", "meter_no",
                 "purpose", "contract_no", "contract_signed_on", "contract_medium")
CUSTOMER = ("code", "name", "search", "given_search", "address", "commune_code", "households",
            "meter_no", "meter_point", "purpose", "contract_no", "contract_signed_on",
            "contract_medium", "updated_at")
PHONE = ("code", "phone_hash", "phone_sealed", "source", "registered_at")
BILL = (*incoming_bills.COLUMNS, "state")
MONTHS = 10


class Files(NamedTuple):
    """The two files, and what they become in the tables: rows by table name."""

    customers: Path
    bills: Path
    rows: dict[str, list[tuple]]


def write(folder: Path, count: int, vault: Vault) -> Files:
    """`count` customers, ten bills each."""
    people = list(_people(count))
    bills = [bill for person in people for bill in _bills(person[0])]
    files = Files(folder / "customers.csv", folder / "bills.csv", {
        "customer": [_customer_row(person) for person in people],
        "customer_phone": [(person[0], *vault.seal_phone("+84" + person[4][1:]), "billing", 0)
                           for person in people],
        "bill": [(*bill, "unpaid") for bill in bills]})
    _save(files.customers, CUSTOMER_FILE, people)
    _save(files.bills, incoming_bills.COLUMNS, bills)
    return files


def _people(count: int) -> Iterator[tuple]:
    for number in range(count):
        yield (f"PA04DH{number:07}", "Nguyễn Thị Hoa", f"Xóm {number % 30}", "05569",
               f"09{number:08}", 1, f"M{number}", "household", f"{number:014}", "2020-05-01",
               "electronic")


def _bills(code: str) -> Iterator[tuple]:
    for month in range(1, MONTHS + 1):
        yield (code, 2025, month, 1, f"2025-{month:02}-01", f"2025-{month:02}-28", 1000, 1222,
               222, 505_656, 40_452, 546_108, f"2025-{month + 1:02}-20", f"{code[-7:]}{month:02}")


def _customer_row(person: tuple) -> tuple:
    code, name, address, commune, _phone, households, meter, *contract = person
    folded = folding.folded(name)
    return (code, name, folded, folding.given_name_first(folded), address, commune, households,
            meter, codes.meter_point(code), *contract, 0)


def _save(path: Path, columns: tuple[str, ...], rows: list[tuple]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
