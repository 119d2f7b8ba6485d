"""Detached CMS signatures (RFC 5652) in one exact form, for bundles and inside PDFs.

There is one way to write them: SignedData version 1, one signer, SHA-256 with ECDSA P-256 and the smaller of the two
possible *s* values (in PDFs also with ECDSA P-384 or RSA, PKCS #1 v1.5, where an authority gave such a key), DER;
certificates of signer and issuers inside; signed attributes content-type, message-digest, signing-certificate-v2
(RFC 5035) naming every certificate inside, and signing-time for bundles (PAdES forbids it in PDFs: ETSI EN 319 142-1,
section 6.3). Reading builds the same form again from the parts found and compares every
byte, so nothing in a signature can change unseen, not even what a signature does not cover.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from gmsc_desktop.identity.certificates import read_certificate, to_der
from gmsc_desktop.identity.der import (
    GENERALIZED_TIME,
    INTEGER,
    NULL,
    OCTETS,
    SEQUENCE,
    SET,
    UTC_TIME,
    context,
    oid,
    set_of,
    tlv,
)
from gmsc_desktop.identity.signer import AnySigner

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_P384_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
_ORDERS = {"secp256r1": P256_ORDER, "secp384r1": _P384_ORDER}
_DATA, _SIGNED_DATA = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE, _MESSAGE_DIGEST = oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.9.4")
_SIGNING_TIME, _SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.5"), oid("1.2.840.113549.1.9.16.2.47")
_VERSION_1 = tlv(INTEGER, b"\x01")
_SHA256 = tlv(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"), NULL)
_ECDSA = tlv(SEQUENCE, oid("1.2.840.10045.4.3.2"))
_RSA = tlv(SEQUENCE, oid("1.2.840.113549.1.1.11"), NULL)
LARGEST = 1 << 20
"""No signature of ours comes near this many bytes; longer ones are not even read."""
MOST_CERTIFICATES = 16


class Fault(StrEnum):
    """What is wrong with a signature."""

    NONE = ""
    UNREADABLE = "unreadable"
    FORM = "form"
    """It is a CMS signature, but not in the exact form written here."""
    SIGNATURE = "signature"
    """Digest or signature do not hold over the data."""


@dataclass(frozen=True, slots=True)
class CmsSignature:
    """A signature as read: the signer's certificate, the issuers above it, the time it claims; ``fault`` says whether
    it holds. Without a certificate nothing could be read."""

    fault: Fault
    certificate: x509.Certificate | None = None
    chain: tuple[x509.Certificate, ...] = ()
    signed_at: datetime | None = None


def sign_detached(digest: bytes, identity: AnySigner, *, signed_at: datetime | None = None) -> bytes:
    """The DER of a CMS signature over data whose SHA-256 is ``digest``; ``signed_at`` becomes the signing-time."""
    certificates = [to_der(item) for item in (identity.certificate, *identity.chain)]
    attributes = _attributes(digest, certificates, signed_at)
    key = identity.private_key
    if isinstance(key, rsa.RSAPrivateKey):
        raw = key.sign(set_of(attributes), padding.PKCS1v15(), hashes.SHA256())
        return _assemble(certificates, attributes, raw, _RSA)
    raw = key.sign(set_of(attributes), ec.ECDSA(hashes.SHA256()))
    return _assemble(certificates, attributes, _low(raw, _ORDERS[key.curve.name]), _ECDSA)


def size_of(identity: AnySigner) -> int:
    """An upper bound in bytes of a signature by ``identity``."""
    certificates = [to_der(item) for item in (identity.certificate, *identity.chain)]
    return 1024 + sum(len(item) + 96 for item in certificates)


def read_detached(der: bytes, digest: bytes, *, authorities: bool = False) -> CmsSignature:
    """What the signature ``der`` says of data whose SHA-256 is ``digest``. Never raises.

    ``authorities`` takes the other keys too that certificates of authorities have: ECDSA P-384, and RSA.
    """
    if len(der) > LARGEST:
        return CmsSignature(Fault.UNREADABLE)
    try:
        certificates, named_digest, signed_at, signature = _parts(der)
        parsed = tuple(read_certificate(item) for item in certificates)
        attributes = _attributes(digest, certificates, signed_at)
        key = parsed[0].public_key()
        algorithm = _RSA if isinstance(key, rsa.RSAPublicKey) else _ECDSA
        expected = _assemble(certificates, attributes, signature, algorithm)
    except _UNREADABLE:
        return CmsSignature(Fault.UNREADABLE)
    found = CmsSignature(Fault.NONE, parsed[0], parsed[1:], signed_at)
    own = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if not own and not authorities:
        return CmsSignature(Fault.FORM, *_who(found))
    if expected != der:
        return CmsSignature(Fault.SIGNATURE if named_digest != digest else Fault.FORM, *_who(found))
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, set_of(attributes), padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and _is_low(signature, _ORDERS.get(key.curve.name, 0)):
            key.verify(signature, set_of(attributes), ec.ECDSA(hashes.SHA256()))
        else:
            return CmsSignature(Fault.FORM, *_who(found))
    except (InvalidSignature, ValueError):
        return CmsSignature(Fault.SIGNATURE, *_who(found))
    return found


# asn1crypto answers malformed input with any of these; each only means that the bytes are no signature of ours.
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


def _who(found: CmsSignature) -> tuple[x509.Certificate | None, tuple[x509.Certificate, ...], datetime | None]:
    return found.certificate, found.chain, found.signed_at


def _attributes(digest: bytes, certificates: list[bytes], signed_at: datetime | None) -> list[bytes]:
    """The signed attributes in DER; ``certificates`` are DER, the signer's first."""
    named = [tlv(SEQUENCE, tlv(OCTETS, hashlib.sha256(item).digest())) for item in certificates]
    found = [
        _attribute(_CONTENT_TYPE, _DATA),
        _attribute(_MESSAGE_DIGEST, tlv(OCTETS, digest)),
        _attribute(_SIGNING_CERTIFICATE_V2, tlv(SEQUENCE, tlv(SEQUENCE, *named))),
    ]
    if signed_at is not None:
        found.append(_attribute(_SIGNING_TIME, _time(signed_at.astimezone(UTC).replace(microsecond=0))))
    return found


def _attribute(name: bytes, value: bytes) -> bytes:
    return tlv(SEQUENCE, name, tlv(SET, value))


def _time(moment: datetime) -> bytes:
    """Years 1950 to 2049 are written as UTCTime, others as GeneralizedTime (RFC 5652, section 11.3)."""
    short = 1950 <= moment.year < 2050
    text = f"{moment:%y%m%d%H%M%SZ}" if short else f"{moment.year:04d}{moment:%m%d%H%M%SZ}"
    return tlv(UTC_TIME if short else GENERALIZED_TIME, text.encode("ascii"))


def _assemble(certificates: list[bytes], attributes: list[bytes], signature: bytes, algorithm: bytes) -> bytes:
    from asn1crypto import x509 as asn1_x509

    signer = asn1_x509.Certificate.load(certificates[0], strict=True)
    number = tlv(INTEGER, signer["tbs_certificate"]["serial_number"].contents)
    info = tlv(
        SEQUENCE,
        _VERSION_1,
        tlv(SEQUENCE, signer.issuer.dump(), number),
        _SHA256,
        set_of(attributes, context(0)),
        algorithm,
        tlv(OCTETS, signature),
    )
    signed = tlv(
        SEQUENCE,
        _VERSION_1,
        tlv(SET, _SHA256),
        tlv(SEQUENCE, _DATA),
        set_of(certificates, context(0)),
        tlv(SET, info),
    )
    return tlv(SEQUENCE, _SIGNED_DATA, tlv(context(0), signed))


def _signer_info(der: bytes) -> tuple[Any, Any]:
    # tsp is what makes cms know the attribute signing-certificate-v2.
    from asn1crypto import cms, tsp  # noqa: F401

    info = cms.ContentInfo.load(der, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    data = info["content"]
    if len(data["signer_infos"]) != 1:
        raise ValueError("not exactly one signer")
    return data, data["signer_infos"][0]


def _values(signer: Any) -> dict[str, Any]:
    return {item["type"].native: item["values"][0] for item in signer["signed_attrs"]}


def _parts(der: bytes) -> tuple[list[bytes], bytes, datetime | None, bytes]:
    """Certificates (the signer's first, in the order the signed attributes name them), message digest, signing time,
    signature."""
    data, signer = _signer_info(der)
    if len(data["certificates"]) > MOST_CERTIFICATES:
        raise ValueError("too many certificates")
    carried = [item.chosen.dump() for item in data["certificates"]]
    by_hash = {hashlib.sha256(item).digest(): item for item in carried}
    values = _values(signer)
    named = [item["cert_hash"].native for item in values["signing_certificate_v2"]["certs"]]
    if len(named) != len(carried):
        raise ValueError("certificates and their names differ")
    signed_at = values["signing_time"].native if "signing_time" in values else None
    certificates = [by_hash[item] for item in named]
    return certificates, values["message_digest"].native, signed_at, signer["signature"].native


def _low(signature: bytes, order: int) -> bytes:
    """The same signature with the smaller *s*: both verify, one form is enough."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, order - s))


def _is_low(signature: bytes, order: int) -> bool:
    r, s = decode_dss_signature(signature)
    return s <= order // 2 and encode_dss_signature(r, s) == signature
