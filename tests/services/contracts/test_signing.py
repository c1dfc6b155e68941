"""From a complete file to the sealed contract: drafted, confirmed, sealed, and what is refused."""

from __future__ import annotations

import hashlib
import json

import pytest

from db import agreements as agreement_records
from db import contracts as contract_records
from db.connection import fetch, fetch_row, run, write
from services import clock
from services.contracts import agreements, contract_files, contract_forms, signing
from services.contracts.errors import (
    ConsentMissing,
    DraftChanged,
    DraftRefused,
    SealUnavailable,
)
from services.contracts.seal import approval, sealing
from services.errors import (
    AlreadyDecided,
    CodeExpired,
    InvalidInput,
    NotYours,
    SamePerson,
    WrongCode,
    WrongSignIn,
)
from tests import contracts, officers
from tests.contracts import CONSENTS, DRAWN, stage_of
from tests.officers import CANBO, GIAMSAT, HANH, PASSWORD
from tests.villagers import HOA, NOON, PAO

WITNESS = (HANH.name, PASSWORD, "")


@pytest.fixture(autouse=True)
def hired(app) -> None:
    officers.hire()


class Desk:
    """What Cán bộ may do with a contract."""

    def __init__(self, here):
        self.here = here

    def drafted(self, person=HOA):
        self.ticket, self.digest = contracts.drafted(self.here, person)
        return self

    def file(self, who=CANBO):
        return contracts.opened(self.ticket, who)

    def draft(self, now=NOON):
        agreements.draft(self.file(), self.here._replace(now=now))

    def code(self, now=NOON, who=CANBO):
        signing.send_code(self.file(who), self.digest, self.here._replace(now=now))
        return contracts.last_code(self.here.vault)

    def consent(self, agreed=CONSENTS, who=CANBO):
        return signing.Consent(self.file(who), self.digest, agreed)

    def sign(self, code, agreed=CONSENTS, now=NOON, who=CANBO):
        signing.sign_by_code(self.consent(agreed, who), code, self.here._replace(now=now))

    def sign_by_hand(self, drawn=DRAWN, witness=WITNESS):
        signing.sign_by_hand(self.consent(), drawn, witness, self.here)

    def panel(self, who=CANBO, now=NOON):
        return signing.panel(self.file(who), self.here._replace(now=now))

    def evidence(self):
        sealed = agreement_records.current(self.ticket).evidence_sealed
        return json.loads(self.here.vault.open(bytes(sealed), f"evidence:{self.ticket}"))

    def approve(self, who):
        approval.approve(self.file(who), self.digest, self.here)


@pytest.fixture
def desk(here):
    return Desk(here)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_contract_is_signed_by_code_and_sealed(settings, vault, desk):
    desk.drafted()
    draft = agreements.read(agreement_records.current(desk.ticket), settings, vault)
    desk.sign(desk.code())
    found = agreement_records.current(desk.ticket)
    pdf = sealing.read(found, settings, vault)
    assert (stage_of(desk.ticket), found.state) == ("signed", "signed")
    assert pdf.startswith(draft) and hashlib.sha256(draft).hexdigest() == desk.digest
    assert found.sealed_digest == hashlib.sha256(pdf).hexdigest()


def test_the_customer_is_told_and_the_chain_knows(desk):
    desk.drafted().sign(desk.code())
    assert len(fetch("SELECT 1 FROM outbox_message WHERE kind = 'signed'")) == 1
    actions = [action for actor, action, subject, _ in officers.audited()
               if subject == desk.ticket and action.startswith("contract.")]
    assert actions == ["contract.draft", "contract.code", "contract.confirmed",
                       "contract.signed", "contract.link"]


def test_the_evidence_says_who_when_what_and_how(desk):
    desk.drafted().sign(desk.code())
    told = desk.evidence()
    assert told["document"]["sha256"] == desk.digest
    assert told["customer"] == {"name": HOA.name, "phone": "091****017",
                                "id_number": "********0017"}
    assert (told["method"], told["officers"]) == ("otp", ["canbo"])
    assert (told["number_on_file_since"], told["approved_by"]) == ("2026-10-16T12:00:00+07:00", "")
    assert told["confirmed_at"] == "2026-11-15T12:00:00+07:00"
    assert [consent["key"] for consent in told["consents"]] == list(CONSENTS)
    assert all(consent["purpose"] and consent["text"] for consent in told["consents"])


@pytest.mark.parametrize("wrongs", [1, 4])
def test_a_wrong_code_is_counted_and_the_right_one_still_signs(desk, wrongs):
    code = desk.drafted().code()
    for _ in range(wrongs):
        with pytest.raises(WrongCode):
            desk.sign(another(code))
    desk.sign(code)
    assert stage_of(desk.ticket) == "signed"


def test_after_five_wrong_codes_the_right_one_is_refused_too(desk):
    code = desk.drafted().code()
    for _ in range(5):
        with pytest.raises(WrongCode):
            desk.sign(another(code))
    with pytest.raises(CodeExpired):
        desk.sign(code)
    assert stage_of(desk.ticket) == "drafted"


def test_a_late_code_is_refused(desk):
    code = desk.drafted().code()
    with pytest.raises(CodeExpired):
        desk.sign(code, now=NOON + 11 * clock.MINUTE)


def test_a_code_does_not_sign_another_draft(desk):
    code = desk.drafted().code()
    before = desk.digest
    desk.draft(NOON + clock.DAY)
    with pytest.raises(DraftChanged):
        desk.sign(code)  # the page of before
    desk.digest = contracts.digest_of(desk.ticket)
    assert desk.digest != before
    with pytest.raises(CodeExpired):
        desk.sign(code)  # the page of now


def test_a_change_of_the_file_voids_draft_and_code(desk, vault):
    code = desk.drafted().code()
    row = contract_records.get(desk.ticket)
    form = contract_forms.entry(row, contract_files.applicant(row, vault))
    contract_files.save(desk.file(), row.version,
                        form._replace(address="Xóm khác, nhà số 5"), vault, NOON)
    assert desk.panel().agreement is None and desk.panel().can_draft
    with pytest.raises(DraftChanged):
        desk.sign(code)


@pytest.mark.parametrize("agreed", [(), CONSENTS[:2], CONSENTS[1:]])
def test_every_consent_is_needed_and_a_missing_one_spends_no_code(desk, agreed):
    code = desk.drafted().code()
    with pytest.raises(ConsentMissing):
        desk.sign(code, agreed)
    desk.sign(code)


def test_only_the_holder_sends_codes_and_signs(desk):
    code = desk.drafted().code()
    with pytest.raises(NotYours):
        desk.code(who=HANH)
    with pytest.raises(NotYours):
        desk.sign(code, who=HANH)


def test_without_a_phone_the_finger_signs_before_two_officers(desk):
    desk.drafted(PAO)
    with pytest.raises(InvalidInput):
        desk.code()
    desk.sign_by_hand()
    assert stage_of(desk.ticket) == "to_approve"
    desk.approve(GIAMSAT)
    told = desk.evidence()
    assert (told["method"], told["officers"]) == ("hand", ["canbo", "hanh"])
    assert (stage_of(desk.ticket), told["approved_by"]) == ("signed", "giamsat")
    assert told["strokes"] == json.loads(DRAWN)
    assert fetch("SELECT 1 FROM outbox_message WHERE kind = 'signed'") == []


@pytest.mark.parametrize(("drawn", "witness", "error"), [
    ("", WITNESS, InvalidInput), ("[]", WITNESS, InvalidInput), ("{", WITNESS, InvalidInput),
    ("[[[1,2],[3,4]]]", WITNESS, InvalidInput), ("[[[1,\"2\"]]]", WITNESS, InvalidInput),
    ("[[[-1,2]]]", WITNESS, InvalidInput), (json.dumps([[[5, 5]] * 20]), WITNESS, InvalidInput),
    (json.dumps([[[n % 999, 5] for n in range(5000)]]), WITNESS, InvalidInput),
    pytest.param("[" * 100_000, WITNESS, InvalidInput, id="deep"),
    ("[[[1e400,NaN]]]", WITNESS, InvalidInput),
    ("[[[true,1]]]", WITNESS, InvalidInput), ('{"a":1}', WITNESS, InvalidInput),
    (DRAWN, (HANH.name, "sai", ""), WrongSignIn), (DRAWN, ("", "", ""), WrongSignIn),
    (DRAWN, ("ai", PASSWORD, ""), WrongSignIn),
    (DRAWN, (CANBO.name, PASSWORD, ""), SamePerson),
])
def test_a_hand_that_does_not_hold_signs_nothing(desk, drawn, witness, error):
    desk.drafted(PAO)
    with pytest.raises(error):
        desk.sign_by_hand(drawn, witness)
    assert stage_of(desk.ticket) == "drafted"


def test_who_has_a_phone_signs_by_code(desk):
    desk.drafted()
    with pytest.raises(InvalidInput):
        desk.sign_by_hand()


def test_papers_come_before_the_draft(desk, vault):
    desk.ticket = contracts.complete(vault)
    write(lambda: run("UPDATE contract_request SET stage = 'requested'"))
    with pytest.raises(AlreadyDecided):
        desk.draft()


def test_an_empty_field_is_named(desk, vault):
    desk.ticket = contracts.complete(vault)
    details = vault.seal('{"citizen_id":"","birth_date":"1980-02-03","address":""}',
                         f"details:{desk.ticket}")
    write(lambda: run("UPDATE contract_request SET details_sealed = ?", details))
    with pytest.raises(DraftRefused) as refused:
        desk.draft()
    assert refused.value.missing == ["Số căn cước", "Địa chỉ"]


def test_what_is_signed_is_not_drafted_again(desk):
    desk.drafted().sign(desk.code())
    with pytest.raises(AlreadyDecided):
        desk.draft()


def test_two_who_sign_at_once_sign_once(desk):
    code = desk.drafted().code()
    desk.sign(code)
    with pytest.raises((CodeExpired, DraftChanged)):
        desk.sign(code)
    sealing.finish(desk.ticket, desk.here)
    assert fetch_row("SELECT COUNT(*) FROM outbox_message WHERE kind = 'signed'")[0] == 1


def test_without_a_certificate_nobody_is_asked_to_sign(desk, settings):
    desk.drafted()
    bare = settings.__class__(**{**settings.__dict__, "demo": False})
    desk.here = desk.here._replace(settings=bare)
    assert desk.panel().seal_trouble == "missing"
    with pytest.raises(SealUnavailable, match="missing"):
        desk.code()
    assert fetch("SELECT 1 FROM outbox_message WHERE kind = 'otp'") == []


def test_a_known_customer_then_has_an_electronic_contract(desk):
    desk.drafted()
    write(lambda: run("UPDATE contract_request SET customer_code = ?", HOA.code))
    write(lambda: run("UPDATE customer SET contract_medium = 'paper'"))
    desk.sign(desk.code())
    assert fetch_row("SELECT contract_medium, contract_no, contract_signed_on FROM customer"
                     " WHERE code = ?", HOA.code) == ("electronic", desk.ticket, "2026-11-15")
    assert fetch_row("SELECT contract_medium FROM customer WHERE code = ?", PAO.code) == ("paper",)
