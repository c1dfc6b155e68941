"""camt.053 and camt.054: what counts as a credit, and what a hostile file may not do."""

from __future__ import annotations

import pytest

from services import clock
from services.transfers.statements import camt
from services.transfers.statements.lines import InvalidStatement, StatementLine
from tests.services.transfers.statement_files import details, document, entry, file

TEXT = "CT DEN:123 PA04DH00000171026 GD 456"
DAY = 1794675600000  # 2026-11-15, local midnight


@pytest.mark.parametrize("kind", ["053", "054"])
def test_a_booked_credit(tmp_path, kind: str) -> None:
    parsed = camt.parse(file(tmp_path, document(entry("546108.00", details(TEXT)), kind=kind)))
    assert parsed.others == 0
    assert parsed.credits == [StatementLine("FT26319000001", 546108, TEXT, DAY, "HOA",
                                            "113366668888", "FT26319000001")]
    assert clock.local_day(parsed.credits[0].paid_at) == "2026-11-15"


OTHERS = {
    "money going out": entry("5000", details("x"), side="DBIT"),
    "not yet booked": entry("5000", details("x"), status="PDNG"),
    "not yet booked, old form": entry("5000", details("x"), status="PDNG", wrapped=False),
    "taken back": entry("5000", details("x"), more="<RvslInd>true</RvslInd>"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_no_income_is_counted_apart(tmp_path, case: str) -> None:
    parsed = camt.parse(file(tmp_path, document(OTHERS[case], entry("7000", details("y")))))
    assert ([line.amount for line in parsed.credits], parsed.others) == ([7000], 1)


def test_the_old_form_of_the_status(tmp_path) -> None:
    path = file(tmp_path, document(entry("5000", details("x"), wrapped=False)))
    assert len(camt.parse(path).credits) == 1


def test_a_bundle_is_split_by_the_amounts_of_its_details(tmp_path) -> None:
    bundle = entry("653244", details("PA04DH00000171026", "A", "546108")
                   + details("PA04VN00000330926", "B", "107136.00"))
    parsed = camt.parse(file(tmp_path, document(bundle)))
    assert [(line.txn_id, line.amount, line.text) for line in parsed.credits] == [
        ("A", 546108, "PA04DH00000171026"), ("B", 107136, "PA04VN00000330926")]


def test_the_parts_of_a_bundle_that_share_its_number_are_told_apart(tmp_path) -> None:
    more = "<AcctSvcrRef>BATCH1</AcctSvcrRef>"
    bundle = entry("300", details("a", "BATCH1", "100") + details("b", "BATCH1", "200"), more=more)
    parsed = camt.parse(file(tmp_path, document(bundle)))
    assert [line.txn_id for line in parsed.credits] == ["BATCH1/1", "BATCH1/2"]


def test_a_bundle_whose_parts_do_not_add_up_stays_whole_for_an_officer(tmp_path) -> None:
    bundle = entry("500", details("PA04DH0000017", "A", "100") + details("b", "B", "200"))
    parsed = camt.parse(file(tmp_path, document(bundle)))
    assert [(line.amount, line.text) for line in parsed.credits] == [(500, "PA04DH0000017 b")]


def test_text_payer_and_number_from_wherever_the_bank_puts_them(tmp_path) -> None:
    inner = ("<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><TxId>TX9</TxId></Refs>"
             "<RltdPties><Dbtr><Pty><Nm>Nguyễn Thị Hoa</Nm></Pty></Dbtr></RltdPties>"
             "<RmtInf><Strd><CdtrRefInf><Ref>PA04DH00000171026</Ref></CdtrRefInf></Strd></RmtInf>"
             "<AddtlTxInf>tien dien</AddtlTxInf></TxDtls>")
    path = file(tmp_path, document(entry("100", inner, date="<DtTm>2026-11-15T12:00:00Z</DtTm>")))
    line = camt.parse(path).credits[0]
    assert (line.txn_id, line.payer, line.text) == (
        "TX9", "Nguyễn Thị Hoa", "PA04DH00000171026 tien dien")
    assert clock.local(line.paid_at).hour == 19


def test_without_any_number_the_facts_make_one_the_same_each_time(tmp_path) -> None:
    def parse(text: str) -> str:
        bare = entry("100", "", more=f"<AddtlNtryInf>{text}</AddtlNtryInf>")
        return camt.parse(file(tmp_path, document(bare))).credits[0].txn_id

    assert parse("PA04DH0000017") == parse("PA04DH0000017") != parse("PA04DH0000025")


REFUSED = {
    "not XML": ("Ntry;Amt", "not well-formed"),
    "empty": ("", "not well-formed"),
    "cut off": (document(entry("5", details("x")))[:-30], "not well-formed"),
    "another document": ("<Document/>", "neither a camt.053 nor"),
    "entities": (document(entry("5", details("&pay;")),
                          head='<!DOCTYPE x [<!ENTITY pay SYSTEM "file:///etc/passwd">]>'),
                 "document type"),
    "a bomb of entities": (document(entry("5", details("&b;")), head="<!DOCTYPE x [<!ENTITY a '"
                           + "x" * 1000 + "'><!ENTITY b '" + "&a;" * 1000 + "'>]>"),
                           "amplification"),
    "another currency": (document(entry("5", details("x"), currency="USD")), "no amount in VND"),
    "a part of a đồng": (document(entry("5.50", details("x"))), "no amount in VND"),
    "nothing": (document(entry("0", details("x"))), "no amount in VND"),
    "an amount in words": (document(entry("five", details("x"))), "no amount in VND"),
    "no day": (document(entry("5", details("x"), date="")), "no booking date"),
    "a day of nowhere": (document(entry("5", details("x"), date="<Dt>2026-13-45</Dt>")),
                         "no booking date"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path, case: str) -> None:
    content, reason = REFUSED[case]
    with pytest.raises(InvalidStatement, match=reason):
        camt.parse(file(tmp_path, content))


def test_a_file_beyond_the_cap_is_not_even_read(tmp_path) -> None:
    path = tmp_path / "huge.xml"
    with open(path, "wb") as huge:
        huge.truncate(camt.MOST_BYTES + 1)
    with pytest.raises(InvalidStatement, match="larger than"):
        camt.parse(path)
