"""A seal for the demo: an authority of its own and a certificate by it, made once.

Nobody outside trusts it, and a real company never runs with it: only DEMO=1 asks for it.
"""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

NAME = "demo-seal.p12"
_YEARS = 10


def file(folder: Path, password: str) -> Path:
    """Path of the P12 in `folder`; it is made when it is not there. Two may ask at once."""
    path = folder / NAME
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = folder / f"{NAME}.{secrets.token_hex(4)}"
    made.touch(mode=0o600)
    made.write_bytes(make(password, datetime.now(UTC) - timedelta(days=30)))
    try:
        os.link(made, path)  # only one can be first; the other uses that one's
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path


def make(password: str, start: datetime, days: int = _YEARS * 365) -> bytes:
    """A P12 with a key, its certificate and the authority's, valid for `days` from `start`."""
    above, own = _key(), _key()
    end = start + timedelta(days=days)
    root = (_certificate("Chứng thực dùng thử", "Chứng thực dùng thử", above, above, start, end)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(issues=True), critical=True).sign(above, hashes.SHA256()))
    leaf = (_certificate("Con dấu dùng thử", "Chứng thực dùng thử", own, above, start, end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(issues=False), critical=True).sign(above, hashes.SHA256()))
    return pkcs12.serialize_key_and_certificates(
        b"seal", own, leaf, [root], BestAvailableEncryption(password.encode()))


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(subject: str, issuer: str, key: rsa.RSAPrivateKey, signer: rsa.RSAPrivateKey,
                 start: datetime, end: datetime) -> x509.CertificateBuilder:
    return (x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(start).not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                signer.public_key()), False))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
                      x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Quầy Điện (bản dùng thử)"),
                      x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues, content_commitment=not issues, key_cert_sign=issues,
        crl_sign=issues, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False)
