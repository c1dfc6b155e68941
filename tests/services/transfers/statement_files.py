"""Statement files as banks send them."""

from __future__ import annotations

from pathlib import Path

NS = {"053": ("urn:iso:std:iso:20022:tech:xsd:camt.053.001.08", "BkToCstmrStmt", "Stmt"),
      "054": ("urn:iso:std:iso:20022:tech:xsd:camt.054.001.02", "BkToCstmrDbtCdtNtfctn", "Ntfctn")}


def details(text: str, reference: str = "FT26319000001", amount: str = "", payer: str = "HOA"):
    """One TxDtls."""
    money = f'<Amt Ccy="VND">{amount}</Amt>' if amount else ""
    return (f"<TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef></Refs>{money}"
            f"<RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties>"
            f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>")


def entry(amount: str, inner: str = "", *, side: str = "CRDT", status: str = "BOOK",
          currency: str = "VND", date: str = "<Dt>2026-11-15</Dt>", more: str = "",
          wrapped: bool = True) -> str:
    """One Ntry."""
    state = f"<Sts><Cd>{status}</Cd></Sts>" if wrapped else f"<Sts>{status}</Sts>"
    return (f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}{state}'
            f"<BookgDt>{date}</BookgDt><NtryDtls>{inner}</NtryDtls></Ntry>")


def document(*entries: str, kind: str = "053", head: str = "") -> str:
    """A whole file."""
    namespace, message, report = NS[kind]
    return (f'<?xml version="1.0" encoding="UTF-8"?>{head}<Document xmlns="{namespace}">'
            f"<{message}><GrpHdr><MsgId>M1</MsgId></GrpHdr><{report}><Id>S1</Id>"
            f"<Acct><Id><Othr><Id>113366668888</Id></Othr></Id></Acct>{''.join(entries)}"
            f"</{report}></{message}></Document>")


def file(folder: Path, content: str | bytes, name: str = "statement") -> Path:
    """Write it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
