"""Statement files as banks send them: our own XML, in the structures that published samples of
banks have; the people are invented."""

from __future__ import annotations

from pathlib import Path

from services.transfers.statements import camt
from services.transfers.statements.lines import Statement
from tests.villagers import NOON

ACCOUNT, SECOND_ACCOUNT = "113366668888", "999900001111"
MESSAGES = {"053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
            "052": ("BkToCstmrAcctRpt", "Rpt")}
VERSIONS = {"053": "08", "054": "02", "052": "08"}


def details(text: str, reference: str = "FT26319000001", amount: str = "", payer: str = "HOA",
            more: str = "", currency: str = "VND"):
    """One TxDtls; without a reference the bank gave it no number."""
    money = f'<Amt Ccy="{currency}">{amount}</Amt>' if amount else ""
    own = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (f"<TxDtls><Refs>{own}<EndToEndId>NOTPROVIDED</EndToEndId></Refs>{money}{more}"
            f"<RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties>"
            f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>")


def entry(amount: str, inner: str = "", *, side: str = "CRDT", status: str = "BOOK",
          currency: str = "VND", date: str = "<Dt>2026-11-15</Dt>", more: str = "",
          wrapped: bool = True, reference: str = "", batch: int = 0) -> str:
    """One Ntry; `status` "" for none, `batch` how many transfers it says it holds."""
    state = f"<Sts><Cd>{status}</Cd></Sts>" if wrapped else f"<Sts>{status}</Sts>"
    own = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    booked = f"<BookgDt>{date}</BookgDt>" if date else ""
    group = f"<Btch><NbOfTxs>{batch}</NbOfTxs></Btch>" if batch else ""
    money = f'<Amt Ccy="{currency}">' if currency else "<Amt>"
    return (f"<Ntry>{money}{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}"
            f"{state if status else ''}{booked}{own}<NtryDtls>{group}{inner}</NtryDtls></Ntry>")


def report(*entries: str, kind: str = "053", account: str = ACCOUNT, currency: str = "VND") -> str:
    """The statement of one account; `account` "" for none."""
    of = (f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
          if account else "")
    name = MESSAGES[kind][1]
    return (f"<{name}><Id>S1</Id><CreDtTm>2026-11-16T01:00:00</CreDtTm>{of}{''.join(entries)}"
            f"</{name}>")


def message(*reports: str, kind: str = "053", head: str = "", version: str = "") -> str:
    """A whole file about one or several accounts."""
    name = MESSAGES[kind][0]
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version or VERSIONS[kind]}"
    return (f'<?xml version="1.0" encoding="UTF-8"?>{head}<Document xmlns="{space}">'
            f"<{name}><GrpHdr><MsgId>M1</MsgId></GrpHdr>{''.join(reports)}</{name}></Document>")


def document(*entries: str, kind: str = "053", head: str = "", version: str = "") -> str:
    """A whole file about ACCOUNT."""
    return message(report(*entries, kind=kind), kind=kind, head=head, version=version)


def read(content: str | bytes, *ours: str) -> Statement:
    """What a camt document says to us; `ours` without any is ACCOUNT."""
    data = content.encode() if isinstance(content, str) else content
    return camt.parse(data, frozenset(ours or [ACCOUNT]), NOON)


def file(folder: Path, content: str | bytes, name: str = "statement") -> Path:
    """Write it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
