"""The citizen card as second proof: of who signed the customer's contract here."""

from __future__ import annotations

import pytest

from db.contracts import ContractRequest
from tests.kiosk.person import enter, text
from tests.villagers import HOA, NOON, PAO, Villager

NUMBER = "019168001234"
CARD = f"{NUMBER}|090123456|Lý Văn Páo|01011968|Nam|Xóm 3, Phổ Yên, Thái Nguyên|02032021"
PLACE = "/kiosk/proof/card"


@pytest.fixture
def signed(vault):
    """Call to have somebody's contract signed here with a citizen card."""
    def sign(who: Villager, number: str = NUMBER, at: int = NOON, stage: str = "signed") -> None:
        count = ContractRequest.select().count()
        ContractRequest.create(
            ticket=f"HD-{482_915 + count}", kind="resign", name=who.name, commune_code="05569",
            meet_when="any", channel="desk", created_at=NOON, stage=stage, signed_at=at,
            customer_code=who.code, citizen_hash=vault.keyed_hash(number, "citizen"))
    return sign


@pytest.mark.parametrize("read", [CARD, NUMBER, f" {NUMBER}\r\n", CARD.upper(), f"]Q1{CARD}",
                                  CARD.replace("Lý Văn Páo", "L? V?n P?o")])
def test_the_signers_card_opens_what_a_neighbour_may_not_see(client, signed, read: str) -> None:
    signed(PAO)
    enter(client, PAO)
    asked = client.get("/kiosk/proof?then=meter")
    assert "Dùng căn cước" in text(asked) and "Gửi mã cho tôi" not in text(asked)
    assert client.post(PLACE, data={"then": "meter", "card": read}).location == "/kiosk/meter"
    assert "Lý Văn Páo" in text(client.get("/kiosk/bills"))
    client.post("/kiosk/end")
    enter(client, PAO)
    assert client.get("/kiosk/meter").status_code == 303


def test_the_code_by_text_stays_beside_the_card(client, signed) -> None:
    signed(HOA)
    enter(client, HOA)
    asked = text(client.get("/kiosk/proof"))
    assert "Gửi mã cho tôi" in asked and "Dùng căn cước" in asked


def test_another_card_opens_nothing_and_is_not_shown_again(client, signed) -> None:
    signed(PAO)
    enter(client, PAO)
    for read in ("019168009999", CARD.replace("1234|", "1235|"), "", "abc", "12345"):
        answer = client.post(PLACE, data={"then": "meter", "card": read})
        assert answer.status_code == 422
        assert "Lỗi: Số căn cước chưa đúng." in text(answer)
        assert "data-scan=" not in answer.text and "0191680" not in answer.text
    answer = client.post(PLACE, data={"card": NUMBER})
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert client.get("/kiosk/meter").location == "/kiosk/proof?then=meter"


@pytest.mark.parametrize("stage", ["requested", "drafted", "refused"])
def test_who_has_not_signed_is_not_known_by_a_card(client, signed, stage: str) -> None:
    signed(PAO, stage=stage)
    enter(client, PAO)
    assert "Dùng căn cước" not in text(client.get("/kiosk/proof"))
    assert client.get(PLACE).location == "/kiosk/proof?then=bills"
    assert client.post(PLACE, data={"card": NUMBER}).location == "/kiosk/proof?then=bills"


def test_after_a_change_of_holder_the_former_ones_card_is_over(client, signed) -> None:
    signed(PAO)
    signed(PAO, number="019168007777", at=NOON + 1)
    enter(client, PAO)
    assert client.post(PLACE, data={"card": NUMBER}).status_code == 422
    assert client.post(PLACE, data={"card": "019168007777"}).location == "/kiosk/bills"


def test_without_a_code_nobody_gets_to_the_reader(client) -> None:
    assert client.get(PLACE).location == "/kiosk/customer"
