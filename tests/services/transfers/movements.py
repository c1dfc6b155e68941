"""Documents of a bank in few words, and what the records say of them."""

from __future__ import annotations

from db.transfers import BankCredit
from tests.services.transfers.statement_files import MESSAGES
from tests.services.transfers.test_credits import OWED, SEPTEMBER
from tests.villagers import HOA, MAY


def camt(*entries: str, kind: str = "053", account: str = "113366668888", message: str = "") -> str:
    """A document about one account; `message` makes its bytes differ."""
    name, report = MESSAGES[kind]
    return (f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08">'
            f"<{name}><GrpHdr><MsgId>{message}</MsgId></GrpHdr>"
            f"<{report}><Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>{''.join(entries)}"
            f"</{report}></{name}></Document>")


def entry(amount: int, number: str = "", text: str = "", *, day: str = "2026-11-15",
          side: str = "CRDT", more: str = "", payers: str = "", inner: str = "") -> str:
    """One Ntry with a detail of its text, or with `inner` as its details."""
    reference = f"<AcctSvcrRef>{number}</AcctSvcrRef>" if number else ""
    theirs = f"<EndToEndId>{payers}</EndToEndId><TxId>{payers}</TxId>" if payers else ""
    inner = inner or (f"<TxDtls><Refs>{theirs}</Refs><RmtInf><Ustrd>{text}</Ustrd></RmtInf>"
                      "</TxDtls>")
    return (f'<Ntry><Amt Ccy="VND">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}'
            f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>{reference}"
            f"<NtryDtls>{inner}</NtryDtls></Ntry>")


def detail(amount: int, text: str, number: str = "") -> str:
    reference = f"<AcctSvcrRef>{number}</AcctSvcrRef>" if number else ""
    return (f'<TxDtls><Refs>{reference}</Refs><Amt Ccy="VND">{amount}</Amt>'
            f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>")


def states() -> list[tuple[int, str]]:
    return [(row.amount, row.state) for row in BankCredit.select().order_by(BankCredit.id)]


# A sum of two bills, and its details with and without numbers of their own.
PARTS = (detail(OWED, f"{HOA.code}1026", "FT26319000101")
         + detail(SEPTEMBER, f"{MAY.code}0926", "FT26319000102"))
SUM = OWED + SEPTEMBER
NUMBERLESS = detail(OWED, f"{HOA.code}1026") + detail(SEPTEMBER, f"{MAY.code}0926")
COUNT = "<Btch><NbOfTxs>2</NbOfTxs></Btch>"
