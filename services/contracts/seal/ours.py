"""Whose seal counts as the company's: the certificate of SEAL_P12 and those of SEAL_CERTS, each for
the time that it is good for. An authority that issued one of them issues others to other companies,
so it vouches for nothing here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from asn1crypto import crl, pem, x509

from config import Settings
from services import sealed_files
from services.contracts.errors import CertificatesUnreadable, SealUnavailable
from services.contracts.seal import demo_seal, seals
from services.privacy import Vault


class Ours(NamedTuple):
    """The company's certificates, and which ones their authorities have revoked: (issuer, serial
    number)."""

    certificates: list[x509.Certificate]
    revoked: frozenset[tuple[bytes, int]] = frozenset()

    def know(self, signer: x509.Certificate) -> list[x509.Certificate]:
        """Those with the key of `signer`; one that was renewed keeps its key or is listed."""
        key = signer.public_key.dump()
        return [cert for cert in self.certificates if cert.public_key.dump() == key]

    def have_revoked(self, signer: x509.Certificate) -> bool:
        """True when a list of ours names the signer's certificate, or one with its key."""
        return any(_name_of(cert) in self.revoked for cert in (signer, *self.know(signer)))


def good_at(certificate: x509.Certificate, moment: datetime) -> bool:
    """True within the certificate's time."""
    validity = certificate["tbs_certificate"]["validity"]
    return validity["not_before"].native <= moment <= validity["not_after"].native


def revoked_by(lists: list[crl.CertificateList]) -> frozenset[tuple[bytes, int]]:
    """What these revocation lists name."""
    return frozenset(
        (one.issuer.dump(), entry["user_certificate"].native)
        for one in lists for entry in one["tbs_cert_list"]["revoked_certificates"])


def certificates(settings: Settings, vault: Vault) -> Ours:
    """What is known here; no certificates where nothing is. Raises CertificatesUnreadable for a
    file of SEAL_CERTS. Revocation lists (X509 CRL) may stand in these files too."""
    found, lists = _of_the_key(settings, vault), []
    for name in filter(None, map(str.strip, settings.seal_certs.split(","))):
        try:
            for kind, _headers, data in pem.unarmor(Path(name).read_bytes(), multiple=True):
                if kind == "X509 CRL":
                    lists.append(crl.CertificateList.load(data, strict=True))
                else:
                    found.append(x509.Certificate.load(data, strict=True))
                    found[-1].public_key.dump()
        except (OSError, ValueError, TypeError) as error:
            raise CertificatesUnreadable(name) from error
    return Ours(found, revoked_by(lists))


def _of_the_key(settings: Settings, vault: Vault) -> list[x509.Certificate]:
    made = sealed_files.of(settings, vault).folder / demo_seal.NAME
    if not settings.seal_p12 and not made.is_file():
        return []
    try:
        return [seals.any_key(settings, vault).signer.signing_cert]
    except SealUnavailable:
        return []


def _name_of(certificate: x509.Certificate) -> tuple[bytes, int]:
    return certificate.issuer.dump(), certificate.serial_number
