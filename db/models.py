"""Every table, for the schema check and the migration generator."""

from __future__ import annotations

import peewee

from db.adjustments import BillAdjustment, BillCorrection
from db.agreements import Agreement
from db.archive.archive_entries import ArchiveEntry, ArchiveTyping
from db.archive.archive_files import ArchiveFile
from db.archive.archive_scans import ArchivePage
from db.audit import AuditEntry, AuditHead
from db.bills import Bill
from db.calls import Call, DeskNote
from db.campaigns import Campaign
from db.cash import CashPart, CashShift, CashTaking
from db.clips import SpeechClip
from db.contracts import ContractRequest
from db.counters import Counter
from db.customers import Customer, CustomerPhone
from db.data_keys import DataKey
from db.einvoices import BillLookup, ReplacedInvoice
from db.handover import ContractCopy, ContractLink
from db.heartbeats import Heartbeat
from db.house_state import HouseState
from db.kiosks import KioskDevice, KioskSession
from db.known_devices import KnownDevice
from db.ledger import LedgerEntry
from db.limits import LimitCount, LimitRefusal
from db.meetings import MeetingRule, MeetingSlot
from db.messages import Conversation, InboundMessage, OptOut
from db.officers import Officer, OfficerSession
from db.orders import ProviderEvent, ProviderOrder
from db.otp import OneTimeCode
from db.outages import Outage
from db.outbox.outbox import OutboxMessage
from db.papers import ContractPage, ContractPaper, PaperLook
from db.partners import Partner, PartnerKey
from db.payment_links import PayLink
from db.payments import Payment
from db.places import Place
from db.promotions import Promotion, PromotionUse
from db.reconciliation import ReconciledDay, ReconciliationBreak
from db.refunds import Refund
from db.second_factor import RecoveryCode, TotpStep
from db.signin_tries import SignInTry
from db.smpp import EarlyReceipt, SmppPart
from db.strays import Stray
from db.tellings import BankStatement, CreditTelling
from db.transfers import BankCredit, CreditUse

ALL = [
    SpeechClip, BillAdjustment, BillCorrection,
    AuditEntry, AuditHead, Campaign, Customer, Bill, Call, Conversation, ContractRequest, Counter,
    CustomerPhone, DeskNote, Heartbeat, InboundMessage, KioskDevice, KioskSession, Partner, Payment,
    LedgerEntry, LimitCount, LimitRefusal, Officer, OfficerSession, KnownDevice, RecoveryCode,
    SignInTry, TotpStep, OptOut, Outage, OutboxMessage, PartnerKey,
    PayLink, Place, EarlyReceipt, SmppPart, BankCredit, BankStatement, CreditTelling, CreditUse,
    CashPart, CashShift, CashTaking, Refund,
    ContractCopy, ContractLink,
    Agreement, ContractPage, ContractPaper, PaperLook, MeetingRule, MeetingSlot,
    OneTimeCode, ProviderEvent, ProviderOrder, Promotion, PromotionUse, ReconciledDay,
    ReconciliationBreak, Stray,
    ArchiveEntry, ArchiveTyping, ArchiveFile, ArchivePage,
    BillLookup, ReplacedInvoice, DataKey, HouseState,
]


# Tables of earlier schemas: a database that is not migrated yet may still have them.
FORMER = ("lookup",)


def in_order() -> list[type[peewee.Model]]:
    """Every table after those that it points to."""
    return peewee.sort_models(ALL)  # type: ignore[attr-defined]
