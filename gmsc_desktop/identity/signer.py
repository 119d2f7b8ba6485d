"""Who signs: a private key with its certificate, and the fingerprint an identity is known by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from gmsc_desktop.domain.errors import N_, InvalidInput


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """A key that can sign, its certificate, and ``chain``: the issuers above it, nearest first, the root last.

    ``chain`` is empty for a self-signed certificate. The key is left out of ``repr``.
    """

    private_key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The identity itself: hex SHA-256 of the public key (design, section 12)."""
        return spki_fingerprint(self.certificate)

    @property
    def name(self) -> str:
        """The person's name by certificate."""
        return common_name(self.certificate)


@dataclass(frozen=True, slots=True)
class AuthorityIdentity:
    """As ``SigningIdentity``, with a key this program does not make itself: RSA, or another curve than P-256.

    It signs documents for whoever holds a certificate of an authority; bundles, QR and journals are never signed by it.
    """

    private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 of the public key."""
        return spki_fingerprint(self.certificate)

    @property
    def name(self) -> str:
        """The person's name by certificate."""
        return common_name(self.certificate)


AnySigner = SigningIdentity | AuthorityIdentity
"""Who can sign a document."""


def spki_fingerprint(certificate: x509.Certificate) -> str:
    """Lower-case hex SHA-256 of the certificate's SubjectPublicKeyInfo (DER)."""
    return hashlib.sha256(spki_der(certificate)).hexdigest()


def spki_der(certificate: x509.Certificate) -> bytes:
    """The certificate's SubjectPublicKeyInfo, DER."""
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def common_name(certificate: x509.Certificate) -> str:
    """The subject's common name, empty when it has none."""
    return _first(certificate, NameOID.COMMON_NAME)


def organisation_of(certificate: x509.Certificate) -> str:
    """The subject's organisation, empty when it has none."""
    return _first(certificate, NameOID.ORGANIZATION_NAME)


def title_of(certificate: x509.Certificate) -> str:
    """The subject's title, empty when it has none."""
    return _first(certificate, NameOID.TITLE)


def load_identity(key_data: bytes, certificate_data: bytes, chain_data: tuple[bytes, ...] = ()) -> SigningIdentity:
    """A ``SigningIdentity`` from an unencrypted PKCS #8 key and certificates, all DER or PEM.

    Raises ``InvalidInput`` when one cannot be read, when the key is no P-256 key or not the certificate's.
    """
    from gmsc_desktop.identity.certificates import load_certificate

    load = serialization.load_pem_private_key if b"-----BEGIN" in key_data else serialization.load_der_private_key
    try:
        key = load(key_data, password=None)
    except (ValueError, TypeError) as error:
        raise InvalidInput(N_("The signing key cannot be read.")) from error
    certificate = load_certificate(certificate_data)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidInput(N_("The signing key is of a kind this program does not use (it must be ECDSA P-256)."))
    if key.public_key() != certificate.public_key():
        raise InvalidInput(N_("The signing key and the certificate do not belong together."))
    return SigningIdentity(key, certificate, tuple(load_certificate(item) for item in chain_data))


def private_key_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as unencrypted PKCS #8, DER: for wrapping, never for a disk."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _first(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""
