"""The seal: what it needs, what it leaves when it cannot be made, and one file a contract."""

from __future__ import annotations

import dataclasses
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from db import agreements as agreement_records
from db.connection import fetch_row, run, write
from services import clock
from services.contracts import agreements, signing
from services.contracts.errors import SealUnavailable
from services.contracts.seal import demo_seal, ours, seal_checks, sealing, seals
from services.errors import AlreadyDecided
from tests import contracts, officers
from tests.contracts import CONSENTS, stage_of
from tests.standins.tsa import Authority
from tests.villagers import NOON

NOW = datetime.fromtimestamp(NOON / 1000, UTC)


@pytest.fixture(autouse=True)
def hired(app) -> None:
    officers.hire()


@pytest.fixture
def confirmed(here, settings):
    """A ticket whose customer has confirmed while the seal's authority was silent, and the
    settings with which that happened."""
    silent = here._replace(settings=dataclasses.replace(
        settings, tsa_url="http://127.0.0.1:9/tsa"))
    ticket, digest = contracts.drafted(silent)
    code = contracts.send_code(ticket, digest, silent)
    consent = signing.Consent(contracts.opened(ticket), digest, CONSENTS)
    with pytest.raises(SealUnavailable, match="tsa"):
        signing.sign_by_code(consent, code, silent)
    return ticket


def test_a_silent_authority_leaves_it_confirmed_and_unsigned(confirmed, here):
    found = agreement_records.current(confirmed)
    assert (stage_of(confirmed), found.state) == ("sealing", "sealing")
    assert not sealing.sealed_path(here.settings, here.vault, confirmed).exists()
    panel = signing.panel(contracts.opened(confirmed), here)
    assert panel.owing and panel.agreement is not None


def test_the_seal_follows_without_the_customer(confirmed, here):
    assert sealing.finish_all(here) == 0  # who confirmed may still be at it
    assert sealing.finish_all(here._replace(now=NOON + 2 * clock.MINUTE)) == 1
    assert stage_of(confirmed) == "signed"
    assert sealing.finish_all(here._replace(now=NOON + 3 * clock.MINUTE)) == 0


def test_a_contract_that_waits_for_its_seal_is_not_drafted_anew(confirmed, here):
    with pytest.raises(AlreadyDecided):
        agreements.draft(contracts.opened(confirmed), here)


def test_a_file_that_is_there_is_not_sealed_again(confirmed, here):
    path = sealing.sealed_path(here.settings, here.vault, confirmed)
    sealing.finish(confirmed, here)
    before = path.read_bytes()
    write(lambda: (run("UPDATE agreement SET state = 'sealing'"),  # as if the power had been cut
                   run("UPDATE contract_request SET stage = 'sealing'")))
    sealing.finish(confirmed, here)
    assert (stage_of(confirmed), path.read_bytes()) == ("signed", before)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_four_who_seal_at_once_leave_one_file_and_one_text(confirmed, here):
    with ThreadPoolExecutor(4) as crowd:
        each = [crowd.submit(sealing.finish, confirmed, here) for _ in range(4)]
        assert [one.result() for one in each] == [None] * 4
    path = sealing.sealed_path(here.settings, here.vault, confirmed)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert fetch_row("SELECT COUNT(*) FROM outbox_message WHERE kind = 'signed'")[0] == 1


def test_a_file_of_another_draft_is_not_taken_for_this_one(confirmed, here, vault):
    path = sealing.sealed_path(here.settings, here.vault, confirmed)
    path.write_bytes(vault.seal_bytes(b"%PDF of another draft", f"sealed:{confirmed}"))
    with pytest.raises(SealUnavailable, match="other"):
        sealing.finish(confirmed, here)
    assert stage_of(confirmed) == "sealing"


@pytest.mark.parametrize(("start", "days", "reason"), [
    (NOW - timedelta(days=400), 365, "expired"), (NOW + timedelta(days=1), 365, "early")])
def test_a_certificate_out_of_its_time_is_told(here, settings, tmp_path, start, days, reason):
    path = tmp_path / "seal.p12"
    path.write_bytes(demo_seal.make("mat-khau", start, days))
    own = dataclasses.replace(settings, seal_p12=str(path), seal_p12_password="mat-khau")
    with pytest.raises(SealUnavailable, match=reason):
        seals.key(here._replace(settings=own))


@pytest.mark.parametrize(("changed", "reason"), [
    ({"seal_p12": "/nowhere/seal.p12"}, "missing"),
    ({"demo": False}, "missing"), ({"seal_p12": __file__}, "unreadable")])
def test_a_certificate_that_cannot_be_used_is_told(here, settings, changed, reason):
    with pytest.raises(SealUnavailable, match=reason):
        seals.key(here._replace(settings=dataclasses.replace(settings, **changed)))


def test_a_wrong_password_is_told(here, settings, tmp_path):
    path = tmp_path / "seal.p12"
    path.write_bytes(demo_seal.make("mat-khau", NOW))
    own = dataclasses.replace(settings, seal_p12=str(path), seal_p12_password="khac")
    with pytest.raises(SealUnavailable, match="unreadable"):
        seals.key(here._replace(settings=own))


def test_the_companys_own_certificate_seals(here, settings, tmp_path):
    path = tmp_path / "seal.p12"
    path.write_bytes(demo_seal.make("mat-khau", NOW - timedelta(days=1)))
    own = dataclasses.replace(settings, demo=False, seal_p12=str(path),
                              seal_p12_password="mat-khau")
    assert stage_of(contracts.signed(here._replace(settings=own))) == "signed"


@pytest.fixture
def authority(tmp_path):
    folder = tmp_path / "tsa"
    folder.mkdir()
    running = Authority(folder)
    yield running
    running.close()


def test_a_time_stamp_goes_into_the_seal(here, settings, vault, authority):
    stamped = dataclasses.replace(settings, tsa_url=authority.url)
    ticket = contracts.signed(here._replace(settings=stamped))
    pdf = sealing.read(agreement_records.current(ticket), stamped, vault)
    seal = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    kinds = [one["type"].native for one in seal.signer_info["unsigned_attrs"]]
    assert kinds == ["signature_time_stamp_token"] and authority.asked > 0
    assert seal_checks.check(pdf, ours.certificates(stamped, vault)).faults == []


def test_an_authority_that_talks_nonsense_is_a_silent_one(here, settings, authority):
    authority.fault = "garbage"
    stamped = dataclasses.replace(settings, tsa_url=authority.url)
    with pytest.raises(SealUnavailable, match="tsa"):
        contracts.signed(here._replace(settings=stamped))
