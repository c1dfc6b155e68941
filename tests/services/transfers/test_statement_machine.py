"""Whose money is this, as a machine: a bank knows what truly moved on the account; feeds, notices,
statements and CSV exports tell of it, whole, split, bundled, repeated, overlapping, taken back, in
any order. After each step the check of everything stored finds nothing, and each true movement is
counted once or waits for an officer: never lost, never counted twice.

STATEMENT_EXAMPLES and STATEMENT_STEPS make it run longer.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from db import checking as checking_records
from db.bills import Bill
from db.connection import fetch, run, write
from db.partners import Partner
from db.transfers import NOT_COUNTED
from services.errors import ServiceError
from services.privacy import Vault
from services.transfers import credits, doubts, taking_back
from services.transfers.credits import Incoming
from services.transfers.statements import intake
from tests.officers import CANBO, GIAMSAT, at_desk
from tests.services.transfers.statement_files import MESSAGES
from tests.villagers import NOON, PAO

EXAMPLES = int(os.environ.get("STATEMENT_EXAMPLES", "0"))
STEPS = int(os.environ.get("STATEMENT_STEPS", "20"))
BILL = 1_000
WAITING = ("held", "conflict")
PICKS = st.integers(0, 9)
DAYS = ("2026-11-10", "2026-11-11")
TEXTS = (f"{PAO.code} thang 1 nam 2031", "tien dien", "")
# Each account numbers by itself, so both have movements of the same number.
ACCOUNTS = ("770000000001", "770000000002")
EMPTIED = ("credit_telling", "credit_use", "ledger_entry", "refund", "bank_credit",
           "bank_statement")


class Movement(NamedTuple):
    """Money that truly moved. `bundle`: which sum it is booked in; 0 for none."""

    number: str  # our bank's; "" where the bank gives none
    amount: int
    text: str
    day: str
    bundle: int = 0
    account: str = ACCOUNTS[0]


# Numbered, amount, text, day, account.
SHAPES = st.lists(st.tuples(st.booleans(), st.sampled_from([BILL, 2_000]), st.integers(0, 2),
                            st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=4)
# Numbered, its parts numbered, how many.
BUNDLES = st.tuples(st.booleans(), st.booleans(), st.integers(2, 3))


class Statements(RuleBasedStateMachine):
    """Two accounts at one bank, two feeds."""

    vault = Vault("machine")
    folder = Path()
    with_sum = False

    @initialize(shapes=SHAPES, bundle=BUNDLES)
    def happen(self, shapes: list, bundle: tuple) -> None:
        write(self._begin)
        self.moves = [
            Movement(f"FT2631000{place // 2:03}{text}" if numbered else "",
                     amount + 7 * account, TEXTS[text], DAYS[day], account=ACCOUNTS[account])
            for place, (numbered, amount, text, day, account) in enumerate(
                shapes[:1] if self.with_sum else shapes)]
        # One bank gives no number twice on one account.
        seen: set[tuple[str, str]] = set()
        for place, move in enumerate(self.moves):
            if move.number and (move.account, move.number) in seen:
                self.moves[place] = move._replace(number=f"FT26319999{place:03}")
            seen.add((move.account, move.number))
        self.sums: dict[int, tuple[str, int]] = {}  # number, amount
        if self.with_sum:
            numbered, parts_numbered, count = bundle
            parts = [Movement(f"FT263100091{place}" if parts_numbered else "",
                              3_001 + 2_000 * place, f"goi {place}", DAYS[0], 1)
                     for place in range(count)]
            self.moves += parts
            self.sums[1] = ("BATCH26310001" if numbered else "",
                            sum(part.amount for part in parts))
        self.told: set[int] = set()  # by itself or in a sum
        self.taken_back: set[int] = set()
        self.documents: list[tuple[str, bytes]] = []

    def _begin(self) -> None:
        run("UPDATE bill SET state = 'unpaid', payment_id = NULL, paid_at = NULL WHERE code = ?",
            PAO.code)
        for table in EMPTIED:
            run(f"DELETE FROM {table}")
        run("DELETE FROM payment")
        Partner.get_or_create(name="vietinbank", defaults={"title": "VietinBank", "kind": "bank"})
        Bill.get_or_create(code=PAO.code, year=2031, month=1, ky=1, defaults={
            "from_date": "2026-01-01", "to_date": "2026-01-31", "old_index": 0, "new_index": 1,
            "kwh": 1, "subtotal": 920, "vat": 80, "total": BILL, "due_on": "2026-02-20",
            "bill_no": "s1"})

    # What banks and feeds send

    def _take(self, name: str, content: bytes) -> None:
        path = self.folder / "document"
        path.write_bytes(content)
        before = self._rows()
        rehearsed = intake.run("vietinbank", path, None, set(ACCOUNTS), self.vault, NOON, True)
        assert self._rows() == before
        assert intake.run("vietinbank", path, None, set(ACCOUNTS), self.vault, NOON) == rehearsed
        self.documents.append((name, content))

    def _rows(self) -> list[tuple]:
        return fetch("SELECT (SELECT COUNT(*) FROM bank_credit), (SELECT COUNT(*) FROM"
                     " credit_telling), (SELECT COUNT(*) FROM ledger_entry),"
                     " (SELECT COUNT(*) FROM bank_statement), (SELECT COUNT(*) FROM payment)")

    def _chosen(self, picks: set[int]) -> list[int]:
        return sorted({pick % len(self.moves) for pick in picks})

    @rule(picks=st.sets(PICKS, min_size=1), kind=st.sampled_from(["053", "054"]),
          divided=st.booleans(), counted=st.booleans(), silent=st.booleans())
    def camt(self, picks: set[int], kind: str, divided: bool, counted: bool,
             silent: bool) -> None:
        """A statement or notice of some movements; a bundle is whole in it."""
        chosen = self._chosen(picks)
        entries: dict[str, list[str]] = {account: [] for account in ACCOUNTS}
        for move in (self.moves[one] for one in chosen):
            if not move.bundle:
                entries[move.account].append(self._entry(move, silent))
        for bundle in {self.moves[one].bundle for one in chosen} - {0}:
            entries[ACCOUNTS[0]].append(self._sum(bundle, divided, counted))
            chosen += [one for one, move in enumerate(self.moves) if move.bundle == bundle]
        self._take(kind, self._document(kind, entries))
        self.told |= set(chosen)

    @precondition(lambda self: self.sums)
    @rule(kind=st.sampled_from(["053", "054"]), divided=st.booleans(), counted=st.booleans())
    def camt_of_a_sum(self, kind: str, divided: bool, counted: bool) -> None:
        """A document of a bundle alone."""
        self._take(kind, self._document(kind, {ACCOUNTS[0]: [self._sum(1, divided, counted)]}))
        self.told |= {one for one, move in enumerate(self.moves) if move.bundle}

    @precondition(lambda self: self.sums)
    @rule(pick=PICKS, numbers=st.booleans(), source=st.sampled_from(["casso", "csv"]))
    def part_of_a_sum(self, pick: int, numbers: bool, source: str) -> None:
        """A feed, or an export, tells of one part by itself."""
        parts = [one for one, move in enumerate(self.moves) if move.bundle]
        chosen = parts[pick % len(parts)]
        if source == "csv":
            self._export([chosen], numbers, account=True)
        else:
            self._feed(chosen, source, numbers, account=True)

    def _document(self, kind: str, entries: dict[str, list[str]]) -> bytes:
        message, report = MESSAGES[kind]
        return (f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08">'
                f"<{message}><GrpHdr><MsgId>{len(self.documents)}"
                "</MsgId></GrpHdr>" + "".join(
                    f"<{report}><Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>"
                    f"{''.join(told)}</{report}>" for account, told in entries.items())
                + f"</{message}></Document>").encode()

    def _entry(self, move: Movement, silent: bool = False, side: str = "CRDT",
               more: str = "", inner: str = "") -> str:
        number = f"<AcctSvcrRef>{move.number}</AcctSvcrRef>" if move.number else ""
        text = "" if silent else f"<RmtInf><Ustrd>{move.text}</Ustrd></RmtInf>"
        inner = inner or f"<TxDtls><Refs><EndToEndId>TRA TIEN</EndToEndId></Refs>{text}</TxDtls>"
        return (f'<Ntry><Amt Ccy="VND">{move.amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}'
                f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{move.day}</Dt></BookgDt>{number}"
                f"<NtryDtls>{inner}</NtryDtls></Ntry>")

    def _sum(self, bundle: int, divided: bool, counted: bool) -> str:
        number, amount = self.sums[bundle]
        parts = [move for move in self.moves if move.bundle == bundle]
        whole = Movement(number, amount, "", parts[0].day)
        if not divided:
            btch = f"<Btch><NbOfTxs>{len(parts)}</NbOfTxs></Btch>" if counted else "<Btch/>"
            return self._entry(whole, inner=btch)
        return self._entry(whole, inner="".join(
            "<TxDtls><Refs>" + (f"<AcctSvcrRef>{part.number}</AcctSvcrRef>" if part.number else "")
            + f'</Refs><Amt Ccy="VND">{part.amount}</Amt><RmtInf><Ustrd>{part.text}</Ustrd>'
            "</RmtInf></TxDtls>" for part in parts))

    @rule(picks=st.sets(PICKS, min_size=1), numbers=st.booleans(), account=st.booleans())
    def csv(self, picks: set[int], numbers: bool, account: bool) -> None:
        """An export of some movements, each by itself."""
        self._export(self._chosen(picks), numbers, account)

    def _export(self, chosen: list[int], numbers: bool, account: bool) -> None:
        head = "when,amount,text" + (",id" if numbers else "") + (",account" if account else "")
        lines = [",".join([move.day, str(move.amount), move.text]
                          + ([move.number] if numbers else [])
                          + ([move.account] if account else []))
                 for move in (self.moves[one] for one in chosen)]
        self._take("csv", ("\n".join([head, *lines, ""]) + "\n" * len(self.documents)).encode())
        self.told |= set(chosen)

    @rule(pick=PICKS, source=st.sampled_from(["casso", "sepay"]), reference=st.booleans(),
          account=st.booleans())
    def feed(self, pick: int, source: str, reference: bool, account: bool) -> None:
        """One movement, told once or again by the same feed under the feed's own number."""
        self._feed(pick % len(self.moves), source, reference, account)

    def _feed(self, one: int, source: str, reference: bool, account: bool) -> None:
        move = self.moves[one]
        # A feed tells the same way each time, so what it tells depends on the movement only.
        key = f"{one}-{reference:d}{account:d}"
        others = [f"{one}-{a:d}{b:d}" for a in (0, 1) for b in (0, 1)]
        if any(fetch("SELECT 1 FROM credit_telling WHERE source = ? AND key = ?", source, other)
               for other in others if other != key):
            return
        at = NOON - (date(2026, 11, 15) - date.fromisoformat(move.day)).days * 86_400_000
        credits.record(Incoming(
            source, source.title(), key, move.amount, move.text, at, f"{key:0>64}",
            account=move.account if account else "",
            bank_ref=move.number if reference else ""), self.vault, NOON)
        self.told.add(one)

    @precondition(lambda self: self.documents)
    @rule(pick=PICKS)
    def again(self, pick: int) -> None:
        """The same bytes once more: all of it is known."""
        path = self.folder / "again"
        path.write_bytes(self.documents[pick % len(self.documents)][1])
        before = self._rows()
        report = intake.run("vietinbank", path, None, set(ACCOUNTS), self.vault, NOON)
        assert {key for key, count in report.counts.items() if count} <= {"known", "left_out"}
        assert self._rows() == before

    @rule(pick=PICKS, kind=st.sampled_from(["053", "054"]), marked=st.booleans())
    def take_back(self, pick: int, kind: str, marked: bool) -> None:
        """The bank takes a movement back, by its number or, marked, by its text."""
        one = pick % len(self.moves)
        move = self.moves[one]
        if move.bundle or not (move.number or marked):
            return
        self._take(kind, self._document(kind, {move.account: [self._entry(
            move, side="DBIT", more="<RvslInd>true</RvslInd>" if marked else "")]}))
        if marked:
            self.taken_back.add(one)

    # What officers do

    @precondition(lambda self: self._of_run("reversed"))
    @rule(pick=PICKS, first=st.sampled_from(["gone", "stands"]), yes=st.booleans())
    def two_officers(self, pick: int, first: str, yes: bool) -> None:
        found = self._of_run("reversed")
        credit = found[pick % len(found)][0]
        taking_back.ask(credit, first, at_desk(CANBO), "ngân hàng báo", NOON)
        with pytest.raises(ServiceError):
            taking_back.agree(credit, at_desk(CANBO), NOON)
        if yes:
            taking_back.agree(credit, at_desk(GIAMSAT), NOON)
        else:
            taking_back.turn_down(credit, at_desk(GIAMSAT), NOON)

    @precondition(lambda self: not self.sums and self._of_run("held"))
    @rule(pick=PICKS)
    def officer_settles_a_doubt(self, pick: int) -> None:
        """An officer who asked the bank knows how many there are."""
        found = self._of_run("held")
        credit, _state, amount, day = found[pick % len(found)]
        if self._counted()[amount, day] < self._true()[amount, day]:
            doubts.separate(credit, at_desk(CANBO), "đã hỏi ngân hàng", self.vault, NOON)
        else:
            doubts.dismiss(credit, at_desk(CANBO), "đã hỏi ngân hàng", NOON)

    # What must hold

    def _of_run(self, *states: str) -> list[tuple]:
        marks = ", ".join("?" * len(states))
        return fetch(f"SELECT id, state, amount, day FROM bank_credit WHERE state IN ({marks})"
                     " AND day BETWEEN ? AND ? ORDER BY id", *states, *DAYS)

    def _counted(self) -> Counter:
        """(amount, day) of what counts, or counted until it was taken back."""
        rows = fetch("SELECT state, before, amount, day FROM bank_credit WHERE day BETWEEN ? AND ?",
                     *DAYS)
        return Counter((amount, day) for state, before, amount, day in rows
                       if state == "taken_back"
                       or (before if state == "reversed" else state) not in NOT_COUNTED)

    def _true(self) -> Counter:
        return Counter((self.moves[one].amount, self.moves[one].day) for one in self.told)

    @invariant()
    def nothing_contradicts_itself(self) -> None:
        assert list(checking_records.problems()) == []

    @invariant()
    def no_movement_is_counted_twice(self) -> None:
        counted, true = self._counted(), self._true()
        sums = {amount: bundle for bundle, (_number, amount) in self.sums.items()}
        for (amount, day), number in counted.items():
            if amount not in sums:
                assert number <= true[amount, day], (amount, day)
                continue
            parts = [move for move in self.moves if move.bundle == sums[amount]]
            assert number <= 1
            assert not any(counted[part.amount, part.day] for part in parts), "a sum and its parts"

    @invariant()
    def no_movement_is_lost(self) -> None:
        counted, true = self._counted(), self._true()
        waiting = Counter((amount, day) for _id, _state, amount, day in self._of_run(*WAITING))
        held_back = Counter((amount, day) for _id, _state, amount, day in self._of_run("reversed")
                            if counted[amount, day] == 0)
        for (amount, day), number in true.items():
            found = counted[amount, day] + waiting[amount, day] + held_back[amount, day]
            in_sums = sum(counted[sum_of, day] + waiting[sum_of, day]
                          for _number, sum_of in self.sums.values()
                          if any((move.amount, move.day, move.bundle > 0) == (amount, day, True)
                                 for move in self.moves))
            assert found + in_sums >= number, (amount, day)

    @invariant()
    def what_was_taken_back_is_marked_or_waits(self) -> None:
        expected = Counter((self.moves[one].amount, self.moves[one].day)
                           for one in self.taken_back)
        found = Counter((amount, day) for _id, _state, amount, day in self._of_run(
            "reversed", "taken_back", "reversal"))
        said = Counter(dict(fetch(
            "SELECT c.amount, COUNT(DISTINCT c.id) FROM bank_credit c JOIN credit_telling t"
            " ON t.credit_id = c.id WHERE t.says = 'reversal' AND c.day BETWEEN ? AND ?"
            " GROUP BY c.amount", *DAYS)))
        for (amount, day), number in expected.items():
            assert max(found[amount, day], said[amount]) >= min(number, 1)


class Sums(Statements):
    """The same with a bundle that is told whole and in parts."""

    with_sum = True


@pytest.mark.parametrize("machine", [Statements, Sums])
def test_each_movement_is_counted_once_or_waits(app, tmp_path, machine) -> None:
    machine.folder = tmp_path
    run_state_machine_as_test(machine, settings=settings(
        max_examples=EXAMPLES or 60, derandomize=not EXAMPLES, stateful_step_count=STEPS,
        deadline=None, database=None, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck)))
