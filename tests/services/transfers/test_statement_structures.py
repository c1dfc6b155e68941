"""How banks build the entries of a camt document. Each structure occurs in published samples (of
Swiss, Dutch, German and other banks); the files here are our own, the people invented."""

from __future__ import annotations

import codecs

import pytest

from services import clock
from services.transfers.statements.lines import StatementLine
from tests.services.transfers.statement_files import details, document, entry, read

HOA, LAN = "PA04DH00000171026", "PA04VN00000330926"
TWO = details(HOA, "A", "546108") + details(LAN, "B", "107136.00")


def numbered(*amounts: str, reference: str = "") -> str:
    """Details of these amounts, without numbers of their own."""
    return "".join(details(f"t{amount}", reference, amount) for amount in amounts)


# structure → (an entry, (number, amount, bundle, its amount, parts) of each line)
NUMBERS = {
    "the entry's number, without details": (
        entry("100", reference="E1"), [("E1", 100, "", 0, 1)]),
    "the detail's number alone": (
        entry("100", details("a", "D1")), [("D1", 100, "", 0, 1)]),
    "one number twice": (
        entry("100", details("a", "E1"), reference="E1"), [("E1", 100, "", 0, 1)]),
    "one detail whose number is another": (
        entry("100", details("a", "D1"), reference="E1"), [("D1", 100, "E1", 100, 1)]),
    "one detail without a number": (
        entry("100", details("a", ""), reference="E1"), [("E1", 100, "", 0, 1)]),
    "no number at all": (
        entry("100", details("a", "")), [("", 100, "", 0, 1)]),
    "a counter of the document": (
        entry("100", more="<NtryRef>1</NtryRef>"), [("", 100, "", 0, 1)]),
    "a batch of one": (
        entry("100", details("a", "D1"), reference="E1", batch=1), [("D1", 100, "E1", 100, 1)]),
    "a bundle": (
        entry("653244", TWO, reference="E1", batch=2),
        [("A", 546108, "E1", 653244, 1), ("B", 107136, "E1", 653244, 1)]),
    "a bundle without a number of its own": (
        entry("653244", TWO), [("A", 546108, "", 653244, 1), ("B", 107136, "", 653244, 1)]),
    "a bundle of details without numbers": (
        entry("300", numbered("100", "200"), reference="E1"),
        [("E1/1", 100, "E1", 300, 1), ("E1/2", 200, "E1", 300, 1)]),
    "a bundle whose details repeat its number": (
        entry("300", numbered("100", "200", reference="E1"), reference="E1"),
        [("E1/1", 100, "E1", 300, 1), ("E1/2", 200, "E1", 300, 1)]),
    "details that share a number": (
        entry("300", numbered("100", "200", reference="S1")),
        [("S1/1", 100, "S1", 300, 1), ("S1/2", 200, "S1", 300, 1)]),
    "some details with a number": (
        entry("600", details("a", "A", "100") + numbered("200", "300"), reference="E1"),
        [("A", 100, "E1", 600, 1), ("E1/2", 200, "E1", 600, 1), ("E1/3", 300, "E1", 600, 1)]),
    "details without any number": (
        entry("300", numbered("100", "200")), [("", 100, "", 300, 1), ("", 200, "", 300, 1)]),
    "several groups of details": (
        entry("653244", details(HOA, "A", "546108") + "</NtryDtls><NtryDtls>"
              + details(LAN, "B", "107136"), reference="E1"),
        [("A", 546108, "E1", 653244, 1), ("B", 107136, "E1", 653244, 1)]),
    "a batch without details": (
        entry("900", reference="E1", batch=3), [("E1", 900, "", 0, 3)]),
    "two batches without details": (
        entry("900", "<Btch><NbOfTxs>2</NbOfTxs></Btch>", reference="E1", batch=3),
        [("E1", 900, "", 0, 5)]),
    "a batch of which one detail is shown": (
        entry("900", details("a", "A", "300"), reference="E1", batch=3), [("E1", 900, "", 0, 3)]),
    "details without amounts": (
        entry("900", details("a", "A") + details("b", "B"), reference="E1"),
        [("E1", 900, "", 0, 2)]),
    "details that do not add up": (
        entry("900", numbered("100", "200"), reference="E1"), [("E1", 900, "", 0, 2)]),
    "details in another currency": (
        entry("900", details("a", "A", "4", currency="USD") + details("b", "B", "5",
                                                                      currency="USD")),
        [("", 900, "", 0, 2)]),
    "details in parts of a đồng": (
        entry("900", numbered("100.5", "799.5"), reference="E1"), [("E1", 900, "", 0, 2)]),
    "charges taken off": (
        entry("98", details("a", "A", "100", more="<Chrgs><Amt>2</Amt></Chrgs>"), reference="A"),
        [("A", 98, "", 0, 1)]),
}


@pytest.mark.parametrize("structure", NUMBERS)
def test_the_number_is_the_bank_s_and_parts_know_their_bundle(structure: str) -> None:
    content, expected = NUMBERS[structure]
    found = read(document(content))
    assert [(line.number, line.amount, line.bundle, line.bundle_amount, line.parts)
            for line in found.lines] == expected
    assert (found.outgoing, found.left_out) == ([], [])


@pytest.mark.parametrize("none", [
    "NOTPROVIDED", "NONREF", "notprovided", "Not Provided", "N/A", "NONE", "-", "0", "0000000000",
    " ", "NOTAVAILABLE", "UNKNOWN"])
def test_a_word_for_no_number_is_none(none: str) -> None:
    found = read(document(entry("100", details("a", none), reference=none)))
    assert [line.number for line in found.lines] == [""]


@pytest.mark.parametrize("field", ["EndToEndId", "TxId", "InstrId", "UETR", "PmtInfId", "MsgId",
                                   "ClrSysRef", "ChqNb"])
def test_what_the_payer_s_side_filled_is_shown_and_never_the_number(field: str) -> None:
    inner = f"<TxDtls><Refs><{field}>PA04DH0000017</{field}></Refs></TxDtls>"
    line = read(document(entry("100", inner, more="<NtryRef>7</NtryRef>"))).lines[0]
    assert (line.number, line.evidence) == ("", f"{field} PA04DH0000017, NtryRef 7")


def test_two_equal_entries_without_numbers_are_two() -> None:
    equal = entry("50000", details("tien dien gop", ""))
    found = read(document(equal, equal)).lines
    assert len(found) == 2 and found[0] == found[1]


def test_amounts_of_details_stand_in_several_places() -> None:
    def at(amount: str, place: str) -> str:
        opened = "".join(f"<{name}>" for name in place.split("/"))
        closed = "".join(f"</{name}>" for name in reversed(place.split("/")))
        return f'<TxDtls>{opened}<Amt Ccy="VND">{amount}</Amt>{closed}</TxDtls>'

    for place in ("AmtDtls/TxAmt", "AmtDtls/InstdAmt"):
        found = read(document(entry("300", at("100", place) + at("200", place))))
        assert [line.amount for line in found.lines] == [100, 200], place


# Sides: details may be told on the other side than their entry, reversals come back.

BACK, RETURN = "<RvslInd>true</RvslInd>", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
OTHER_SIDE = "<CdtDbtInd>DBIT</CdtDbtInd>"
SIDES = {
    "a debit": (entry("9", details("phi", "D1"), side="DBIT"), [], [("D1", 9)]),
    "a net entry": (
        entry("100", details("a", "A", "150") + details("b", "B", "50", more=OTHER_SIDE)),
        [("A", 150, False, False)], [("B", 50)]),
    "a net debit": (
        entry("100", details("a", "A", "150") + details(
            "b", "B", "50", more="<CdtDbtInd>CRDT</CdtDbtInd>"), side="DBIT"),
        [("B", 50, False, False)], [("A", 150)]),
    "all details on the other side": (
        entry("200", details("a", "A", "150", more=OTHER_SIDE) + details(
            "b", "B", "50", more=OTHER_SIDE), reference="E1"),
        [("E1", 200, False, False)], []),
    "a credit taken back": (
        entry("9", details("hoan", "A"), side="DBIT", more=BACK), [("A", 9, True, False)], []),
    "a credit taken back, as 1": (
        entry("9", details("hoan", "A"), side="DBIT", more="<RvslInd>1</RvslInd>"),
        [("A", 9, True, False)], []),
    "a credit taken back without a number": (
        entry("9", side="DBIT", more=BACK), [("", 9, True, False)], []),
    "a credit sent back": (
        entry("9", details("hoan", "A", more=RETURN), side="DBIT"), [("A", 9, True, False)], []),
    "a bundle taken back": (
        entry("653244", TWO, side="DBIT", more=BACK),
        [("A", 546108, True, False), ("B", 107136, True, False)], []),
    "a bundle taken back whose details keep their side": (
        entry("653244", TWO.replace("<RltdPties>", "<CdtDbtInd>CRDT</CdtDbtInd><RltdPties>"),
              side="DBIT", more=BACK),
        [("A", 546108, True, False), ("B", 107136, True, False)], []),
    "our own money back": (
        entry("9", details("hoan", "A"), more=BACK), [("A", 9, False, True)], []),
    "our own money back, as a return": (
        entry("9", details("hoan", "A", more=RETURN)), [("A", 9, False, True)], []),
    "said to be no reversal": (
        entry("9", details("a", "A"), more="<RvslInd>false</RvslInd>"),
        [("A", 9, False, False)], []),
}


@pytest.mark.parametrize("case", SIDES)
def test_money_that_leaves_or_comes_back_is_no_payer_s(case: str) -> None:
    content, expected, outgoing = SIDES[case]
    found = read(document(content))
    assert [(line.number, line.amount, line.reverses, line.returned)
            for line in found.lines] == expected
    assert [(line.number, line.amount) for line in found.outgoing] == outgoing


# Texts, payers, dates

TEXTS = {
    "several pieces": ("<Ustrd>PA04DH0000017</Ustrd><Ustrd>10/2026</Ustrd>",
                       "PA04DH0000017 10/2026"),
    "structured": (f"<Strd><CdtrRefInf><Ref>{HOA}</Ref></CdtrRefInf></Strd>", HOA),
    "structured with more": (f"<Strd><CdtrRefInf><Ref>1</Ref></CdtrRefInf>"
                             f"<AddtlRmtInf>{HOA}</AddtlRmtInf></Strd>", f"1 {HOA}"),
    "both": (f"<Ustrd>tien dien</Ustrd><Strd><CdtrRefInf><Ref>{HOA}</Ref></CdtrRefInf></Strd>",
             f"tien dien {HOA}"),
    "empty": ("<Ustrd/><Ustrd> </Ustrd>", "BANK SAYS"),
    "marked": ("<Ustrd><![CDATA[a & b]]></Ustrd>", "a & b"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_the_text_from_wherever_the_bank_puts_it(case: str) -> None:
    remittance, expected = TEXTS[case]
    inner = f"<TxDtls><RmtInf>{remittance}</RmtInf></TxDtls>"
    more = "<AddtlNtryInf>BANK SAYS</AddtlNtryInf>"
    assert read(document(entry("5", inner, more=more))).lines[0].text == expected


def test_what_is_said_of_a_bundle_is_no_text_of_its_parts() -> None:
    more = f"<AddtlNtryInf>{HOA}</AddtlNtryInf>"
    parts = '<TxDtls><Amt Ccy="VND">1</Amt></TxDtls><TxDtls><Amt Ccy="VND">2</Amt></TxDtls>'
    assert [line.text for line in read(document(entry("3", parts, more=more))).lines] == ["", ""]
    assert [line.text for line in read(document(entry("3", more=more))).lines] == [HOA]


@pytest.mark.parametrize("party", [
    "<Dbtr><Nm>Hoa</Nm></Dbtr>", "<Dbtr><Pty><Nm>Hoa</Nm></Pty></Dbtr>",
    "<Dbtr><Id/></Dbtr><UltmtDbtr><Nm>Hoa</Nm></UltmtDbtr>",
    "<UltmtDbtr><Pty><Nm>Hoa</Nm></Pty></UltmtDbtr><Cdtr><Nm>EVN</Nm></Cdtr>"])
def test_the_payer_in_old_and_new_versions(party: str) -> None:
    inner = f"<TxDtls><RltdPties>{party}</RltdPties></TxDtls>"
    assert read(document(entry("5", inner))).lines[0].payer == "Hoa"


VALUE = "<ValDt><Dt>2026-11-17</Dt></ValDt>"
OWN = "<TxDtls><RltdDts><AccptncDtTm>2026-11-14T09:00:00</AccptncDtTm></RltdDts></TxDtls>"
DATES = {
    "booked only": (entry("5"), "2026-11-15", "2026-11-15"),
    "booked and valued": (entry("5", more=VALUE), "2026-11-15", "2026-11-17"),
    "valued only": (entry("5", date="", more=VALUE.replace("17", "14")), "2026-11-14",
                    "2026-11-14"),
    "the detail's": (entry("5", OWN, date=""), "2026-11-14", "2026-11-14"),
    "a day with a zone": (entry("5", date="<Dt>2026-11-15+02:00</Dt>"), "2026-11-15",
                          "2026-11-15"),
    "a day of London": (entry("5", date="<Dt>2026-11-15Z</Dt>"), "2026-11-15", "2026-11-15"),
    "a moment of London": (entry("5", date="<DtTm>2026-11-14T18:30:00.123Z</DtTm>"), "2026-11-15",
                           "2026-11-15"),
    "valued in the year 9999": (entry("5", more="<ValDt><Dt>9999-12-31</Dt></ValDt>"),
                                "2026-11-15", "2026-11-15"),
}


@pytest.mark.parametrize("case", DATES)
def test_the_day_from_wherever_the_bank_puts_it(case: str) -> None:
    content, booked, valued = DATES[case]
    line = read(document(content)).lines[0]
    assert (clock.local_day(line.paid_at), line.day) == (booked, valued)


# The document itself

PLAIN = document(entry("5", details("Hoà", "FT1")))
FORMS = {
    "a BOM": codecs.BOM_UTF8 + PLAIN.encode(),
    "empty lines before it": "\r\n\n" + PLAIN,
    "Latin-1": PLAIN.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "UTF-16": PLAIN.replace("UTF-8", "UTF-16").encode("utf-16"),
    "no declaration": PLAIN.partition("?>")[2],
    "no namespace": PLAIN.replace(" xmlns=", " data="),
    "a namespace with a prefix": PLAIN.replace("<", "<a:").replace("<a:/", "</a:").replace(
        "<a:?", "<?").replace(" xmlns=", " xmlns:a="),
    "an envelope": PLAIN.replace("<Document", "<BizMsgEnvlp><AppHdr/><Document")
    + "</BizMsgEnvlp>",
    "comments": PLAIN.replace("<BookgDt>", "<!-- <Sts>PDNG</Sts> --><BookgDt>"),
    "lines and spaces": PLAIN.replace("><", ">\r\n   <").replace("<Ustrd>", "<Ustrd>\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_document_in_another_form(form: str) -> None:
    assert read(FORMS[form]).lines == read(PLAIN).lines
    assert isinstance(read(PLAIN).lines[0], StatementLine)
