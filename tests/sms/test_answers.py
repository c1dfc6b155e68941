"""What each word answers, to whom, and how often."""

from __future__ import annotations

import pytest

from db import messages as message_records
from db.bills import Bill
from db.calls import Call
from db.connection import write
from db.customers import CustomerPhone
from db.outages import Outage
from services.clock import HOUR
from sms import segments
from tests.villagers import HOA, MAY, NOON, PAO, SON


def test_td_tells_period_amount_and_due_date(hoa) -> None:
    assert hoa("td pa04 dh 0000017") == (
        "QUAYDIEN: Nguyen Thi Hoa, PA04DH0000017 no tien dien 10/2026: 546.108d,"
        " han 20/11/2026. Tra tien: soan QR PA04DH0000017")


def test_td_tells_every_unpaid_bill(may) -> None:
    reply = may(f"TD {MAY.code}")
    assert "09/2026 107.136d han 20/10" in reply and "10/2026 217.836d han 20/11" in reply
    assert "tong 324.972d" in reply


def test_td_of_who_owes_nothing_says_so(stranger) -> None:
    assert "khong no" in stranger(f"TD {SON.code}")


def test_td_tells_a_stranger_what_is_owed_and_nothing_else(stranger) -> None:
    write(lambda: Bill.update(state="received").where(
        (Bill.code == HOA.code) & (Bill.month == 10)).execute())
    assert stranger(f"TD {HOA.code}").endswith("khong no tien dien.")


def test_td_tells_that_money_came_in_before_the_books_are_settled(hoa) -> None:
    write(lambda: Bill.update(state="received").where(
        (Bill.code == HOA.code) & (Bill.month == 10)).execute())
    assert hoa(f"TD {HOA.code}").endswith(
        "khong no tien dien. Da nhan 546.108d ky 10/2026.")


def test_a_stranger_sees_amounts_but_no_name(stranger) -> None:
    reply = stranger(HOA.code)
    assert "546.108d" in reply and "N*** T** H**" in reply and "Hoa" not in reply


def test_the_same_reply_by_the_long_road(hoa, stranger) -> None:
    quick = hoa(f"TD {HOA.code}")
    hoa("HD")  # inside a talk the long road is taken
    assert hoa(f"TD {HOA.code}").startswith(quick)


def test_td_alone_answers_for_the_numbers_own_code(hoa) -> None:
    assert "PA04DH0000017 no tien dien" in hoa("TD")


def test_td_alone_answers_for_the_last_code_asked(stranger) -> None:
    stranger(f"TD {HOA.code}")
    assert HOA.code in stranger("td")
    assert HOA.code in stranger("QR")


def test_the_last_code_goes_before_ones_own(may) -> None:
    may(f"TD {HOA.code}")
    assert HOA.code in may("TD")
    may(f"TD {MAY.code}")
    assert MAY.code in may("TD")


def test_a_number_with_two_codes_is_asked_which_by_digit(hoa) -> None:
    phone_hash, sealed = hoa.office.vault.seal_phone(HOA.phone)
    write(lambda: CustomerPhone.create(code=SON.code, phone_hash=phone_hash, phone_sealed=sealed,
                                       source="registered", registered_at=NOON))
    assert hoa("TD").endswith("1 PA04DH0000017, 2 PA04DH0000025")
    assert "PA04DH0000025 khong no" in hoa("2")


def test_without_any_code_the_way_is_shown(stranger) -> None:
    reply = stranger("TD")
    assert "TD PA04DH0000017" in reply and "GAP" in reply


def test_a_code_that_nobody_has_is_told(stranger) -> None:
    reply = stranger("TD PA04DH9999999")
    assert "Khong thay ma PA04DH9999999" in reply and "GAP" in reply


@pytest.mark.parametrize("text", ["TD PA04DH000017", "pa04dh00000s7"])
def test_a_doubtful_code_is_asked_back(hoa, text: str) -> None:
    assert "Ma chua ro" in hoa(text)


def test_two_codes_in_one_text_are_asked_back(hoa) -> None:
    assert "mot ma" in hoa(f"TD {HOA.code} {SON.code}")


def test_qr_gives_link_reference_and_slip_number(hoa) -> None:
    reply = hoa(f"qr {HOA.code}")
    assert "https://quaydien.example/q/" in reply and "PA04DH00000171026" in reply
    token = reply.split("/q/")[1].split()[0]
    assert len(token) == 10 and reply.split()[-1].isdigit() and len(reply.split()[-1]) == 6


def test_qr_of_several_bills_pays_them_together(may) -> None:
    reply = may("QR")
    assert "324.972d" in reply and f": {MAY.code}. " in reply


def test_qr_of_who_owes_nothing_gives_no_link(stranger) -> None:
    reply = stranger(f"QR {SON.code}")
    assert "khong no" in reply and "/q/" not in reply


def test_last_payments_go_to_the_number_on_file_only(hoa, stranger) -> None:
    assert "da tra: 09/2026 " in hoa("LS") and "08/2026 " in hoa("LS")
    assert "DK" in stranger(f"LS {HOA.code}") and "09/2026" not in stranger(f"LS {HOA.code}")


def test_the_reading_goes_to_the_number_on_file_only(hoa, stranger) -> None:
    assert "chi so 1222 ngay 21/10/2026, dung 222 kWh ky 10/2026" in hoa(f"CS {HOA.code}")
    assert "222" not in stranger(f"CS {HOA.code}")


def test_ls_does_not_take_a_neighbours_code_that_was_asked_before(hoa) -> None:
    hoa(f"TD {MAY.code}")
    assert HOA.code in hoa("LS")


def test_strangers_get_the_same_refusal_for_codes_that_are_there_and_not(stranger) -> None:
    assert stranger(f"LS {HOA.code}") == stranger("LS PA04DH9999999")


def test_planned_outages_of_the_customers_commune(hoa, clock) -> None:
    start = NOON + 20 * HOUR
    write(lambda: Outage.create(commune_code=HOA.commune_code, area="Xóm Nà Mao",
                                starts_at=start, ends_at=start + 3 * HOUR, reason="sửa"))
    assert hoa("CD") == "QUAYDIEN: Xa Dinh Hoa cat dien 08:00-11:00 ngay 16/11 (Xom Na Mao)."
    assert hoa("CD dinh hoa") == hoa(f"CD {HOA.code}")


HERE = HOA.commune_code
CUTS = {"now": (-1, 2), "later": (1, 3), "tomorrow": (24, 26), "over": (-3, -1)}
NONE = "Xa Dinh Hoa hom nay khong co lich cat dien."


@pytest.mark.parametrize(("cut", "told"), [
    ("now", "Xa Dinh Hoa dang cat theo lich den 14:00 (Xom Na Mao)."),
    ("later", "Xa Dinh Hoa luc nay khong co lich cat, se cat 13:00-15:00 (Xom Na Mao)."),
    ("tomorrow", NONE), ("over", NONE),
])
@pytest.mark.parametrize("text", ["mat dien roi", "Mất điện từ sáng", "MAT", "CUP", "matdien",
                                  "nha em bi mat dien", f"mat dien {HOA.code}"])
def test_the_power_is_out(hoa, clock, cut, told, text) -> None:
    begins, ends = CUTS[cut]
    write(lambda: Outage.create(commune_code=HERE, area="Xóm Nà Mao", reason="",
                                starts_at=clock.ms + begins * HOUR, ends_at=clock.ms + ends * HOUR))
    reply = hoa(text)
    assert reply == f"QUAYDIEN: Mat dien: goi 19006769. {told} Can bo goi lai: soan GAP"
    assert segments.cost(reply).parts == 1


@pytest.mark.parametrize(("text", "told"), [
    ("mat dien o dinh hoa", NONE), ("mat dien dinh hoa", NONE),
    ("mat dien roi", "Co lich cat dien khong: soan MAT va ma KH."),
    (f"MAT {HOA.code}", NONE), ("mat dien PA04DH9999999", "PA04DH9999999"),
])
def test_a_stranger_whose_power_is_out(stranger, text, told) -> None:
    assert told in stranger(text)


@pytest.mark.parametrize("text", ["mat tien", "mat ma khach hang", "mat so dien thoai", "mat sim"])
def test_what_else_may_be_lost_is_no_outage(stranger, text) -> None:
    reply = stranger(text)
    assert "mat dien" not in reply.lower() and "GAP" in reply


def test_without_a_planned_outage_the_hotline_is_told(may) -> None:
    reply = may("cd")
    assert "chua co lich cat dien" in reply and "19006769" in reply


def test_five_codes_a_day_for_a_stranger(stranger, clock) -> None:
    for number in range(5):
        assert "Khong thay" in stranger(f"TD PA04DH000100{number}")
    assert "da hoi du 5 ma" in stranger(f"TD {HOA.code}")
    assert stranger(f"QR {HOA.code}") == ""  # told once an hour
    clock.ms += 2 * HOUR
    assert "da hoi du 5 ma" in stranger(f"QR {HOA.code}")
    assert "Khong thay" in stranger("TD PA04DH0001000")  # one of the five
    clock.ms += 24 * HOUR
    assert "546.108d" in stranger(f"TD {HOA.code}")


def test_ones_own_code_is_not_counted(hoa) -> None:
    for number in range(5):
        hoa(f"TD PA04DH000100{number}")
    assert "546.108d" in hoa(f"TD {HOA.code}")
    assert "da hoi du 5 ma" in hoa(f"TD {PAO.code}")


def test_without_limits_strangers_ask_on(stranger, change_settings) -> None:
    change_settings(limits=False)
    for number in range(7):
        assert "Khong thay" in stranger(f"TD PA04DH000100{number}")


def test_dk_of_ones_own_code_is_done_already(hoa) -> None:
    assert "da dang ky voi PA04DH0000017" in hoa(f"DK {HOA.code}")


def test_dk_of_another_number_tells_it_nothing_before_it_is_confirmed(stranger) -> None:
    stranger(f"DK {HOA.code}")
    assert "TD" not in stranger("LS") and "DK" in stranger("LS")


def test_dk_of_a_code_that_nobody_has_raises_no_call(stranger) -> None:
    assert "Khong thay" in stranger("DK PA04DH9999999")
    assert Call.select().count() == 0


def test_huy_ends_reminders_and_tells_the_way_back(hoa) -> None:
    reply = hoa("HUY")
    assert "soan DK" in reply
    assert message_records.opted_out(hoa.hash)


@pytest.mark.parametrize("way_back", ["DK", f"DK {HOA.code}"])
def test_dk_turns_reminders_on_again_and_says_so(hoa, way_back: str) -> None:
    hoa("huy")
    assert "Da bat lai tin nhac" in hoa(way_back)
    assert not message_records.opted_out(hoa.hash)


def test_gap_puts_a_call_on_the_desk_once(hoa) -> None:
    hoa(f"TD {HOA.code}")
    reply = hoa("GAP")
    call = Call.get()
    assert call.ticket in reply and call.phone_hash == hoa.hash
    assert hoa("gap") == reply
    assert Call.select().count() == 1


def test_help_names_the_words(stranger) -> None:
    said = stranger("TG")
    for word in ("TD", "QR", "LS", "CS", "CD", "HD", "HS", "DK", "GAP", "CODAU", "HUY"):
        assert word in said
    assert stranger("") == stranger("?") == stranger("help") == said


def test_codau_turns_accents_on_and_khongdau_off(hoa) -> None:
    plain = hoa("TD")
    assert "có dấu" in hoa("CODAU")
    assert "nợ tiền điện 10/2026: 546.108đ" in hoa("TD")
    assert "khong dau" in hoa("KHONGDAU")
    assert hoa("TD") == plain


def test_an_unknown_text_is_offered_the_nearest_word(hoa) -> None:
    reply = hoa("tdx qwerty")
    assert "Co phai TD (xem tien dien)?" in reply and "TG" in reply and "GAP" in reply
    assert "546.108d" in hoa("1")


def test_an_old_digit_leads_nowhere(hoa) -> None:
    hoa("qwerty")
    hoa("TG")
    assert "Khong co lua chon nay" in hoa("1")
    assert "Khong co lua chon nay" in hoa("7")
