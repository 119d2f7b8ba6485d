"""A certificate of an authority, as it comes in a ``.p12`` file (PKCS #12, RFC 7292), for one signature.

The key lives only as long as the identity returned; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from gmsc_desktop.domain.errors import N_, InvalidInput, WrongPassphrase
from gmsc_desktop.identity.signer import AnySigner, AuthorityIdentity, SigningIdentity

LARGEST = 1024 * 1024
LEAST_RSA_BITS = 2048
LONGEST_CHAIN = 7
_CURVES = (ec.SECP256R1, ec.SECP384R1)
_NOTHING = N_("Nothing was signed.")
_ASK = N_("Ask the authority that issued it for a new file.")


def load_pkcs12(data: bytes, passphrase: str, at: datetime) -> AnySigner:
    """Who can sign with the ``.p12`` file ``data`` at the time ``at``.

    Raises ``WrongPassphrase``, and ``InvalidInput`` when it is no such file, holds no key or no certificate of it, when
    the key is of a kind or size not used here, or the certificate is not valid at ``at`` or not made for signing.
    """
    if len(data) > LARGEST or not _looks_right(data):
        raise InvalidInput(N_("This is no certificate file of the kind .p12 or .pfx."), kept=_NOTHING)
    loaded = _opened(data, passphrase)
    key, own = loaded.key, loaded.cert
    if key is None:
        raise InvalidInput(
            N_("The file holds certificates but no private key, so nobody can sign with it."), kept=_NOTHING, cure=_ASK
        )
    if own is None:
        raise InvalidInput(
            N_("The file holds a private key but not its certificate, so nobody could check what it signs."),
            kept=_NOTHING,
            cure=_ASK,
        )
    certificate = own.certificate
    _check_dates(certificate, at)
    _check_usage(certificate)
    chain = _chain(certificate, [item.certificate for item in loaded.additional_certs])
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, _CURVES):
        if isinstance(key.curve, ec.SECP256R1):
            return SigningIdentity(key, certificate, chain)
        return AuthorityIdentity(key, certificate, chain)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS:
        return AuthorityIdentity(key, certificate, chain)
    raise InvalidInput(
        N_("This program does not sign with the kind of key in the file (only RSA of 2048 bits, ECDSA P-256, P-384)."),
        kept=_NOTHING,
        cure=_ASK,
    )


def _looks_right(data: bytes) -> bool:
    from asn1crypto.pkcs12 import Pfx

    try:
        found = Pfx.load(data, strict=True)
        return bool(found["version"].native == "v3" and found["auth_safe"]["content_type"].native == "data")
    except (ValueError, TypeError, KeyError):
        return False


def _opened(data: bytes, passphrase: str) -> pkcs12.PKCS12KeyAndCertificates:
    try:
        return pkcs12.load_pkcs12(data, passphrase.encode() if passphrase else None)
    except UnsupportedAlgorithm as error:
        raise InvalidInput(
            N_("The file is protected in a way this program does not know."), kept=_NOTHING, cure=_ASK
        ) from error
    except ValueError as error:
        # OpenSSL does not tell a wrong passphrase from damaged contents.
        raise WrongPassphrase(
            N_("The passphrase does not open the certificate file, or the file is damaged."),
            kept=_NOTHING,
            cure=N_("It is the passphrase the file came with, not the one of the vault. Try again."),
        ) from error


def _check_dates(certificate: x509.Certificate, at: datetime) -> None:
    if at > certificate.not_valid_after_utc:
        raise InvalidInput(
            N_("The certificate expired on {day}."),
            kept=_NOTHING,
            cure=_ASK,
            day=certificate.not_valid_after_utc.date(),
        )
    if at < certificate.not_valid_before_utc:
        raise InvalidInput(
            N_("The certificate is valid only from {day} on."),
            kept=_NOTHING,
            cure=N_("Check the date of this computer."),
            day=certificate.not_valid_before_utc.date(),
        )


def _check_usage(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    except ValueError as error:
        raise InvalidInput(N_("The certificate in the file cannot be read."), kept=_NOTHING, cure=_ASK) from error
    if not (usage.digital_signature or usage.content_commitment):
        raise InvalidInput(N_("The certificate in the file was not made for signing."), kept=_NOTHING, cure=_ASK)


def _chain(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The issuers above ``certificate`` among ``others``, nearest first; what else lies in the file is left out."""
    chain: list[x509.Certificate] = []
    below = certificate
    while len(chain) < LONGEST_CHAIN:
        issuer = next((item for item in others if item not in (certificate, *chain) and _issued(below, item)), None)
        if issuer is None:
            break
        chain.append(issuer)
        below = issuer
    return tuple(chain)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
