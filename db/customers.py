"""Customers of the power company and the phones tied to them."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch, fetch_one, run, starts_with


class Customer(Model):
    """One supply point's holder, as the billing system knows them."""

    code = pw.CharField(max_length=13, primary_key=True)
    name = pw.CharField(max_length=120)
    search = pw.CharField(max_length=120)  # folded name: "nguyen thi hoa"
    given_search = pw.CharField(max_length=120)  # given name first: "hoa nguyen thi"
    address = pw.CharField(max_length=200)
    commune_code = pw.CharField(max_length=5, index=True)
    households = pw.IntegerField(default=1)
    meter_no = pw.CharField(max_length=40)
    meter_point = pw.CharField(max_length=16)
    purpose = pw.CharField(max_length=12)
    contract_no = pw.CharField(max_length=40, default="")
    contract_signed_on = pw.CharField(max_length=10, default="")
    contract_medium = pw.CharField(max_length=10)
    updated_at = pw.BigIntegerField()


class CustomerPhone(Model):
    """A phone that may be told about a customer's bills. The number itself is sealed;
    `phone_hash` is its keyed hash, for looking up."""

    code = pw.ForeignKeyField(Customer, column_name="code", index=False, on_delete="CASCADE")
    phone_hash = pw.CharField(max_length=32, index=True)
    phone_sealed = pw.BlobField()
    source = pw.CharField(max_length=12)  # "billing" or "registered"
    registered_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("code", "phone_hash"), True),)


def get(code: str) -> Customer | None:
    """The customer with this code, or None."""
    return Customer.get_or_none(Customer.code == code)


def name_of(code: str) -> str | None:
    """The customer's name, or None for an unknown code (hot path)."""
    row = fetch_one("SELECT name FROM customer WHERE code = ?", code)
    return row[0] if row else None


def owns_phone(code: str, phone_hash: str) -> bool:
    """True when this phone is on file for this customer."""
    return fetch_one("SELECT 1 FROM customer_phone WHERE code = ? AND phone_hash = ?",
                     code, phone_hash) is not None


def phone_on_file(code: str) -> tuple[str, bytes] | None:
    """(phone_hash, phone_sealed) to text for this customer, or None. A number that the
    customer registered goes before the billing system's."""
    row = fetch_one(
        "SELECT phone_hash, phone_sealed FROM customer_phone WHERE code = ?"
        " ORDER BY CASE source WHEN 'registered' THEN 0 ELSE 1 END, id LIMIT 1", code)
    return (row[0], bytes(row[1])) if row else None


def on_file_since(code: str, phone_hash: str) -> int | None:
    """Since when (ms) this phone is on file for this customer; None when it is not."""
    row = fetch_one("SELECT registered_at FROM customer_phone WHERE code = ? AND phone_hash = ?",
                    code, phone_hash)
    return row[0] if row else None


def namesakes(folded: str, commune_code: str, most: int) -> list[str]:
    """Codes of up to `most` customers of this folded name in a commune."""
    return [code for (code,) in fetch(
        "SELECT code FROM customer WHERE commune_code = ? AND search = ? ORDER BY code LIMIT ?",
        commune_code, folded, most)]


def note_contract(code: str, contract_no: str, day: str, now: int) -> bool:
    """The customer signed electronically on this day (ISO); False for an unknown code."""
    return run("UPDATE customer SET contract_no = ?, contract_signed_on = ?,"
               " contract_medium = 'electronic', updated_at = ? WHERE code = ?",
               contract_no, day, now, code) == 1


def phones_of(code: str) -> list[tuple[str, bytes, str]]:
    """(phone_hash, phone_sealed, source) of all phones on file, the first to text first."""
    rows = fetch("SELECT phone_hash, phone_sealed, source FROM customer_phone WHERE code = ?"
                 " ORDER BY CASE source WHEN 'registered' THEN 0 ELSE 1 END, id", code)
    return [(phone_hash, bytes(sealed), source) for phone_hash, sealed, source in rows]


def tie(code: str, phone: tuple[str, bytes], now: int) -> bool:
    """Put a phone (hash, sealed) that its owner registered on file for a customer; False when
    it is there already."""
    return run("INSERT INTO customer_phone (code, phone_hash, phone_sealed, source,"
               " registered_at) VALUES (?, ?, ?, 'registered', ?)"
               " ON CONFLICT (code, phone_hash) DO NOTHING", code, *phone, now) == 1


def codes_of_phone(phone_hash: str) -> list[str]:
    """Codes of the customers that this phone is on file for."""
    return [code for (code,) in fetch(
        "SELECT code FROM customer_phone WHERE phone_hash = ? ORDER BY id", phone_hash)]


def find_by_phone(phone_hash: str) -> list[Customer]:
    """Customers that this phone is on file for."""
    return list(Customer.select().join(CustomerPhone)
                .where(CustomerPhone.phone_hash == phone_hash).order_by(Customer.code))


def find_by_name(folded: str, commune_codes: list[str] | None, most: int = 20) -> list[Customer]:
    """Customers whose folded name matches, at most `most`.

    Within communes any part of the name matches; without (None) the name's or the
    given name's beginning, which an index answers at any size. Both find family and given
    name without those between: "trieu may".
    """
    first, _, last = folded.rpartition(" ")
    given_first = starts_with(Customer.given_search, f"{last} {first}".strip())
    query = Customer.select().order_by(Customer.search, Customer.code).limit(most)
    if commune_codes is None:
        return list(query.where(starts_with(Customer.search, folded)
                                | starts_with(Customer.given_search, folded) | given_first))
    return list(query.where(Customer.commune_code.in_(commune_codes)
                            & (Customer.search.contains(folded) | given_first)))
