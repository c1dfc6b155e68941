"""flask contracts check: only what the company's own certificate sealed, within its time, and what
its records know, is called intact."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.signers.pdf_cms import SimpleSigner

from db import agreements as agreement_records
from db.connection import run, write
from services.contracts.seal import seal_checks, sealing
from services.contracts.seal.ours import Ours
from tests import officers
from tests.contracts import signed

NOW = datetime.now(UTC)
YEAR = timedelta(days=365)
PASSWORD = "mat-khau"


class Company(NamedTuple):
    """Somebody with a certificate by the same authority as everybody's."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


AUTHORITY_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
AUTHORITY = name("Chứng thực chung")


def company(common: str, key: rsa.RSAPrivateKey | None = None, start: datetime = NOW - 20 * YEAR,
            end: datetime = NOW + 20 * YEAR) -> Company:
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = (x509.CertificateBuilder().subject_name(name(common)).issuer_name(AUTHORITY)
                   .public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(start).not_valid_after(end)
                   .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
                   .sign(AUTHORITY_KEY, hashes.SHA256()))
    return Company(key, certificate)


OURS, OTHER = company("Công ty Điện lực"), company("Công ty khác")
RENEWED = company("Công ty Điện lực", OURS.key, NOW - timedelta(days=2))
OLD = company("Công ty Điện lực", OURS.key, NOW - 5 * YEAR, NOW - YEAR)
LATER = company("Công ty Điện lực", OURS.key, NOW + YEAR)


def p12(folder: Path, who: Company) -> str:
    path = folder / f"{who.certificate.serial_number}.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(
        b"seal", who.key, who.certificate, None, BestAvailableEncryption(PASSWORD.encode())))
    return str(path)


def pem(folder: Path, *listed: Company) -> str:
    path = folder / "seals.pem"
    path.write_bytes(b"".join(one.certificate.public_bytes(Encoding.PEM) for one in listed))
    return str(path)


def revocation_list(folder: Path, who: Company) -> str:
    revoked = (x509.RevokedCertificateBuilder().serial_number(who.certificate.serial_number)
               .revocation_date(NOW - timedelta(days=1)).build())
    made = (x509.CertificateRevocationListBuilder().issuer_name(AUTHORITY)
            .last_update(NOW - timedelta(days=1)).next_update(NOW + YEAR)
            .add_revoked_certificate(revoked).sign(AUTHORITY_KEY, hashes.SHA256()))
    path = folder / "revoked.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM))
    return str(path)


@pytest.fixture
def check(app, here, runner, change_settings, tmp_path):
    """check(sealer, **settings): a contract on record that this company's certificate sealed,
    checked where these settings hold; (exit, what is said)."""
    officers.hire()

    def make(sealer: Company, change: Callable[[bytes], bytes] = bytes, **known) -> tuple[int, str]:
        own = {"seal_p12": p12(tmp_path, sealer), "seal_p12_password": PASSWORD}
        by = here._replace(settings=dataclasses.replace(here.settings, **own))
        ticket = signed(by)
        path = tmp_path / "hop-dong.pdf"
        path.write_bytes(change(sealing.read(agreement_records.current(ticket), by.settings,
                                             by.vault)))
        change_settings(demo=False, seal_p12="", **known)
        answer = runner.invoke(args=["contracts", "check", str(path)])
        assert (answer.stdout == "") is (answer.exit_code != 0)
        return answer.exit_code, answer.stdout + answer.stderr

    return make


@pytest.mark.parametrize(("listed", "exit_code", "says"), [
    ([OURS], 0, "intact: HD-"), ([RENEWED, OURS], 0, "intact: HD-"), ([RENEWED], 0, "intact: HD-"),
    ([OTHER], 1, "not the company's"), ([OLD], 1, "was not valid when it was set"),
    ([LATER], 1, "was not valid when it was set"), ([], 1, "no certificate of the company")])
def test_only_a_listed_certificate_in_its_time_makes_a_contract_ours(
        check, tmp_path, listed, exit_code, says) -> None:
    known = {"seal_certs": f" {pem(tmp_path, *listed)}, "} if listed else {}
    code, told = check(OURS, **known)
    assert code == exit_code and says in told


def test_another_company_under_the_same_authority_is_a_stranger(check, tmp_path) -> None:
    code, told = check(OTHER, seal_certs=pem(tmp_path, OURS, RENEWED))
    assert code == 1 and "not the company's" in told


def test_the_authority_itself_vouches_for_nobody(check, tmp_path) -> None:
    above = Company(AUTHORITY_KEY, company("Chứng thực chung", AUTHORITY_KEY).certificate)
    code, told = check(OTHER, seal_certs=pem(tmp_path, above))
    assert code == 1 and "not the company's" in told


def test_a_revoked_certificate_seals_nothing(check, tmp_path) -> None:
    lists = f"{pem(tmp_path, OURS)},{revocation_list(tmp_path, OURS)}"
    code, told = check(OURS, seal_certs=lists)
    assert code == 1 and "was revoked" in told


def test_somebody_elses_revocation_is_no_matter(check, tmp_path) -> None:
    lists = f"{pem(tmp_path, OURS)},{revocation_list(tmp_path, OTHER)}"
    assert check(OURS, seal_certs=lists)[0] == 0


def test_a_certificate_of_the_p12_needs_no_list(check, tmp_path) -> None:
    assert check(OURS, seal_certs="")[0] == 1
    path = tmp_path / "hop-dong.pdf"
    verdict = seal_checks.check(path.read_bytes(), Ours([asn1(OURS)]))
    assert verdict.faults == []


def test_a_second_seal_is_told(check, tmp_path) -> None:
    code, told = check(OURS, seal_twice, seal_certs=pem(tmp_path, OURS))
    assert code == 1 and "more than one seal" in told


def test_what_comes_after_the_seal_is_told(check, tmp_path) -> None:
    code, told = check(OURS, add_something, seal_certs=pem(tmp_path, OURS))
    assert code == 1 and ("was changed" in told or "whole file" in told)


@pytest.mark.parametrize(("sql", "says"), [
    ("DELETE FROM agreement", "know no contract of this ticket"),
    ("UPDATE agreement SET live = 'HD-000001'", "know no contract of this ticket"),
    ("UPDATE agreement SET sealed_digest = 'another ticket''s'", "another file under this ticket"),
    ("ALTER TABLE agreement RENAME TO gone", "the database cannot be reached")])
def test_what_the_records_do_not_know_is_not_intact(check, tmp_path, sql, says) -> None:
    def forget(pdf: bytes) -> bytes:
        write(lambda: run(sql))
        return pdf

    code, told = check(OURS, forget, seal_certs=pem(tmp_path, OURS))
    assert code == 1 and says in told


@pytest.mark.parametrize("text", [None, "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                  "-----END CERTIFICATE-----\n"])
def test_a_list_that_cannot_be_read_is_bad_input(check, tmp_path, text) -> None:
    path = tmp_path / "list.pem"
    if text is not None:
        path.write_text(text)
    code, told = check(OURS, seal_certs=str(path))
    assert code == 2 and told.count("\n") == 1 and "SEAL_CERTS" in told


def asn1(who: Company) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(who.certificate.public_bytes(Encoding.DER))


def seal_twice(pdf: bytes) -> bytes:
    """The draft with two signatures of the company's key; over the true seal no second one goes."""
    data = pkcs12.serialize_key_and_certificates(
        b"seal", OURS.key, OURS.certificate, None, BestAvailableEncryption(b"x"))
    signer, made = SimpleSigner.load_pkcs12_data(data, (), b"x"), pdf[:pdf.index(b"%%EOF") + 6]
    for field in ("Seal", "Seal2"):
        made = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(made)),
                                signers.PdfSignatureMetadata(field_name=field), signer).getvalue()
    return made


def add_something(pdf: bytes) -> bytes:
    """With an incremental update behind the seal."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Added"] = generic.pdf_string("sau con dau")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
