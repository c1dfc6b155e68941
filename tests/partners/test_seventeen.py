"""The eight intermediaries and nine banks are data: each is there and has a key that signs."""

from __future__ import annotations

from db import partners, reference
from db.connection import write
from db.partners import Partner
from services.payments import partner_keys
from tests.partners.signing import PartnerClient
from tests.villagers import HOA

INTERMEDIARIES = ["viettel", "ecpay", "vnpay", "vnpt", "zalopay", "momo", "payoo", "shopeepay"]
BANKS = ["vietcombank", "vietinbank", "bidv", "agribank", "mbbank", "techcombank", "vpbank",
         "acb", "lpbank"]


def test_all_seventeen_are_known_by_name_and_kind() -> None:
    kinds = {name: kind for name, _title, kind in reference.partners()}
    assert [name for name, kind in kinds.items() if kind == "intermediary"] == INTERMEDIARIES
    assert [name for name, kind in kinds.items() if kind == "bank"] == BANKS
    assert kinds["payooshop"] == "shop" and kinds["cash"] == "counter"


def test_each_gets_a_key_and_asks_with_it(runner, client, vault, clock) -> None:
    write(partners.add_known)
    for name in [*INTERMEDIARIES, *BANKS]:
        made = runner.invoke(args=["partners", "key", name])
        assert made.exit_code == 0
        key = partner_keys.key(name, vault, clock())
        answer = PartnerClient(client, key, clock).get(f"/partners/v1/customers/{HOA.code}/bills")
        assert [bill["amount"] for bill in answer.json["bills"]] == [546_108]
    assert Partner.select().count() >= 17


def test_a_shop_finds_the_bill_by_the_customer_code_and_takes_the_cash(client, vault,
                                                                       clock) -> None:
    write(partners.add_known)
    shop = PartnerClient(client, partner_keys.key("payooshop", vault, clock()), clock)
    bill = shop.get(f"/partners/v1/customers/{HOA.code}/bills").json["bills"][0]
    assert shop.pay("PS-1", bill_id=bill["bill_id"]).json["status"] == "posted"
