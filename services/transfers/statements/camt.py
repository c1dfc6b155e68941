"""camt.053 and camt.054 (ISO 20022), versions 02 to 13: statement and credit notification.

Read in the child, without entities, without DTD, without network, under any namespace. A document
may be about several accounts. Source: ISO 20022 message definitions, and published samples of
banks.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from lxml import etree

from services.decoding.jobs import Answer
from services.transfers.statements import camt_entries
from services.transfers.statements.camt_entries import Report
from services.transfers.statements.camt_fields import first
from services.transfers.statements.lines import InvalidStatement, Statement, account_key, is_ours

_TOGETHER = 2000  # movements in one answer
_REPORTS = ("{*}BkToCstmrStmt/{*}Stmt", "{*}BkToCstmrDbtCdtNtfctn/{*}Ntfctn")
_MESSAGES = ("{*}BkToCstmrStmt", "{*}BkToCstmrDbtCdtNtfctn")
_OF_THE_DAY = "{*}BkToCstmrAcctRpt"


def told(about: dict, data: bytes) -> Iterator[Answer]:
    """As `parse`, for the child: some movements at a time. `about`: ours, now."""
    found = parse(data, frozenset(about["ours"]), about["now"])
    parts: dict[str, list] = {"lines": found.lines, "outgoing": found.outgoing,
                              "left_out": found.left_out, "accounts": found.accounts}
    most = max(map(len, parts.values()))
    for at in range(0, max(most, 1), _TOGETHER):
        yield Answer({name: part[at:at + _TOGETHER] for name, part in parts.items()})


def parse(data: bytes, ours: Set[str], now: int) -> Statement:
    """What the document says; raises InvalidStatement. The digest is the caller's."""
    root = _root(data)
    # A document may stand in an envelope (BizMsgEnvlp) or be the message itself.
    messages = [message for name in _MESSAGES for message in root.iter(name)]
    if not messages:
        if next(root.iter(_OF_THE_DAY), None) is not None:
            raise InvalidStatement("a camt.052 tells of a day that is not over and may still"
                                   " change; take the camt.053 or camt.054")
        raise InvalidStatement("neither a camt.053 nor a camt.054 document")
    found = Statement([], [], [], [], "")
    for message in messages:
        for told in (*message.iterfind("{*}Stmt"), *message.iterfind("{*}Ntfctn")):
            _read(told, ours, now, found)
    return found


def _root(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False,
                             dtd_validation=False, huge_tree=False, remove_comments=True,
                             remove_pis=True)
    try:
        root = etree.fromstring(data.lstrip(b" \t\r\n"), parser)
    except etree.XMLSyntaxError as error:
        raise InvalidStatement(f"not well-formed XML: {error.msg}") from None
    if root.getroottree().docinfo.doctype:
        raise InvalidStatement("a document type or entities are not accepted")
    return root


def _read(told: etree._Element, ours: Set[str], now: int, found: Statement) -> None:
    account = account_key(first(told, "{*}Acct/{*}Id/{*}IBAN", "{*}Acct/{*}Id/{*}Othr/{*}Id"))
    if account not in found.accounts:
        found.accounts.append(account)
    report = Report(account, is_ours(account, ours), first(told, "{*}Acct/{*}Ccy"), now)
    for entry in told.iterfind("{*}Ntry"):
        camt_entries.read(entry, report, found)
