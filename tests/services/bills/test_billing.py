"""What is owed, how a bill is named outside, and why it is what it is."""

from __future__ import annotations

import pytest

from db.bills import Bill
from db.connection import write
from db.customers import Customer
from services.bills import billing, vietqr
from services.bills.tariffs import TierLine
from services.errors import NoResidentialTariff, UnknownBill, UnknownCustomer
from tests.villagers import HOA, MAY, PAO, SON

HOA_BILL = f"{HOA.code}-202610-1"
pytestmark = pytest.mark.usefixtures("app")


def change_customer(code: str, **values) -> None:
    write(lambda: Customer.update(**values).where(Customer.code == code).execute())


def change_bill(public_id: str, **values) -> None:
    bill_id = billing.find(public_id).id
    write(lambda: Bill.update(**values).where(Bill.id == bill_id).execute())


def test_hoa_owes_one_bill_and_her_name_is_masked() -> None:
    account = billing.due(HOA.code)
    assert [(bill.public_id, bill.total) for bill in account.unpaid] == [(HOA_BILL, 546_108)]
    assert (account.name_masked, account.total) == ("N*** T** H**", 546_108)


def test_may_owes_two_bills_the_older_first() -> None:
    account = billing.due(MAY.code)
    assert [(bill.month, bill.total) for bill in account.unpaid] == [(9, 107_136), (10, 217_836)]
    assert account.total == 324_972


def test_son_owes_nothing() -> None:
    assert billing.due(SON.code).unpaid == []


def test_nobody_has_this_code() -> None:
    with pytest.raises(UnknownCustomer):
        billing.due("PA04DH9999999")


def test_a_bill_is_found_by_its_name_outside() -> None:
    bill = billing.find(HOA_BILL)
    assert (bill.code, bill.year, bill.month, bill.ky) == (HOA.code, 2026, 10, 1)
    assert bill.public_id == HOA_BILL


@pytest.mark.parametrize("name", [
    "", "x", HOA.code, f"{HOA.code}-202610", f"{HOA.code}-202610-2", f"{HOA.code}-202613-1",
    f"{HOA.code}-202610-1 ", f"{HOA.code}-202610-1\n", HOA_BILL.lower(), f"{HOA.code}-2026١٠-1",
    "PA04DH9999999-202610-1", f"{HOA.code}\0-202610-1",
])
def test_no_bill_has_this_name(name: str) -> None:
    with pytest.raises(UnknownBill):
        billing.find(name)


def test_the_bank_reference_is_code_and_month() -> None:
    assert billing.reference_of(billing.find(HOA_BILL)) == "PA04DH00000171026"


def test_the_code_of_one_bill_asks_its_amount_and_names_it() -> None:
    fields = vietqr.decode(billing.payload_of_account(billing.due(HOA.code), "970415",
                                                      "113366668888", "QRPUSH"))
    assert (fields["54"], fields["62"]["08"]) == ("546108", "PA04DH00000171026")
    assert fields["38"]["02"] == "QRPUSH"


def test_the_code_of_several_bills_asks_their_sum_and_names_the_customer() -> None:
    account = billing.due(MAY.code)
    fields = vietqr.decode(billing.payload_of_account(account, "970415", "113366668888",
                                                      "QRIBFTTA"))
    assert (fields["54"], fields["62"]["08"]) == ("324972", MAY.code)


def test_hoas_bill_explains_itself_tier_by_tier() -> None:
    charge = billing.explain(HOA.code, billing.find(HOA_BILL))
    assert charge.lines == [
        TierLine(1, 50, 1984, 99_200), TierLine(2, 50, 2050, 102_500),
        TierLine(3, 100, 2380, 238_000), TierLine(4, 22, 2998, 65_956)]
    assert (charge.subtotal, charge.vat_percent, charge.vat, charge.total) == (
        505_656, 8, 40_452, 546_108)


def test_two_households_on_the_meter_pay_less_for_the_same() -> None:
    change_customer(HOA.code, households=2)
    charge = billing.explain(HOA.code, billing.find(HOA_BILL))
    assert [line.kwh for line in charge.lines] == [100, 100, 22]
    assert charge.total < 546_108


@pytest.mark.parametrize("purpose", ["production", "business", "public"])
def test_only_households_have_tiers(purpose: str) -> None:
    change_customer(PAO.code, purpose=purpose)
    with pytest.raises(NoResidentialTariff, match=purpose):
        billing.explain(PAO.code, billing.find(f"{PAO.code}-202610-1"))


def test_a_bill_from_before_the_tariff_table_is_not_explained() -> None:
    change_bill(HOA_BILL, from_date="2019-09-22", to_date="2019-10-21")
    with pytest.raises(NoResidentialTariff, match="2019-09-22"):
        billing.explain(HOA.code, billing.find(HOA_BILL))


def test_a_bill_is_explained_only_to_its_own_customer() -> None:
    with pytest.raises(UnknownBill):
        billing.explain(SON.code, billing.find(HOA_BILL))
    with pytest.raises(UnknownCustomer):
        billing.explain("PA04DH9999999", billing.find(HOA_BILL))
