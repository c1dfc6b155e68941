"""Which role may open which address of the officers' door, and how far it must reach: one table.
The guard asks it before any page; an address without a row is closed, and a test tells of it.

A page about a record asks besides whether that record lies within the officer's communes
(`services/officers/reach.py` and the subjects' own questions): the table says only what is needed
to come so far.
"""

from __future__ import annotations

from typing import NamedTuple

from services.officers.rights import LEADERS, ROLES, SignedIn

ADMIN = ("admin",)
DESK = ("officer", *LEADERS)  # money, papers, contracts
OPEN = ()  # nobody has to be signed in

# How far an officer must reach.
NOWHERE = "nothing here is about a customer"
SOME = "some communes; what is shown lies in them"
WHOLE = "all communes: what is shown or done cannot be parted by commune"


class Row(NamedTuple):
    """Views of one file that need the same."""

    blueprint: str
    views: str  # by space
    roles: tuple[str, ...]
    reach: str


TABLE = (
    Row("staff_signin", "form enter code enter_code", OPEN, NOWHERE),
    Row("staff_signin", "leave", ROLES, NOWHERE),
    Row("staff_account", "account time_left stay change_password leave_everywhere end_session"
        " print_codes forget_factor", ROLES, NOWHERE),
    Row("staff_calls", "newest", ROLES, NOWHERE),
    Row("staff_officers", "index officer reset_factor", LEADERS, NOWHERE),
    Row("staff_officers", "add change disable enable end_session end_sessions set_password", ADMIN,
        NOWHERE),
    Row("staff_desk", "index work add_note", ROLES, SOME),
    Row("staff_desk", "take give_back", DESK, SOME),
    Row("staff_endings", "end take_back", DESK, SOME),
    Row("staff_register", "page approve refuse", DESK, SOME),
    Row("staff_customers", "form search results customer bill", ROLES, SOME),
    Row("staff_customers", "set_off", DESK, SOME),
    Row("staff_messages", "form search found again", DESK, SOME),
    Row("staff_messages", "limits", LEADERS, SOME),
    Row("staff_messages", "cost", LEADERS, WHOLE),
    Row("staff_campaigns", "page start", LEADERS, WHOLE),
    Row("staff_contracts", "form create", ROLES, SOME),
    Row("staff_contracts", "file meet note_supply plan_meetings", DESK, SOME),
    Row("staff_papers", "upload accept refuse original tell see page", DESK, SOME),
    Row("staff_signing", "draft send_code sign approve turn_down seal read picture signed", DESK,
        SOME),
    Row("staff_handover", "print_copy copy text share given revoke", DESK, SOME),
    Row("staff_cash", "index open_shift count close shift form take taking receipt receipt_pdf",
        DESK, SOME),
    Row("staff_cash", "shifts_of_day agree", LEADERS, SOME),
    Row("staff_transfers", "index credit choose assign keep owe", DESK, SOME),
    Row("staff_doubts", "separate same original ask agree decline", DESK, SOME),
    Row("staff_refunds", "index refund slip give approve turn_down", DESK, SOME),
    Row("staff_payments", "payment receipt receipt_pdf undo", DESK, SOME),
    Row("staff_payments", "export_form export", LEADERS, WHOLE),
    Row("staff_reconciliation", "days day resolve export untaken resolve_stray", DESK, SOME),
    Row("staff_reconciliation", "take_in", DESK, WHOLE),
    Row("staff_promotions", "index", DESK, NOWHERE),
    Row("staff_speech", "coverage record drop listen", DESK, NOWHERE),
    Row("staff_archive", "progress contracts find contract take_out rescan type_anew page"
        " separators", DESK, SOME),
    Row("staff_archive_scans", "scan hand_in unplaced decide", DESK, SOME),
    Row("staff_archive_typing", "work type_in save compare commune", DESK, SOME),
)
_ROWS = {f"{row.blueprint}.{view}": row for row in TABLE for view in row.views.split()}


def is_open(endpoint: str | None) -> bool:
    """True where nobody has to be signed in."""
    return endpoint in _ROWS and _ROWS[endpoint].roles == OPEN


def refusal(who: SignedIn, endpoint: str) -> str:
    """Why this officer may not open this address, a word of the error page; "" when they may."""
    row = _ROWS.get(endpoint)
    if row is None or (row.roles != OPEN and who.role not in row.roles):
        return "forbidden"
    if row.reach == SOME and who.reach == ():
        return "no_communes"
    if row.reach == WHOLE and who.reach is not None:
        return "not_all_communes"
    return ""
