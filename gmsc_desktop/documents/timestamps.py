"""A timestamp (RFC 3161) over a whole document, as it lies in a PDF (ETSI EN 319 142-1, 5.4.3): read, not believed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from gmsc_desktop.identity import cms

SUBFILTER = "/ETSI.RFC3161"
_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def is_timestamp(embedded: Any) -> bool:
    """Whether ``embedded`` (pyHanko's) says of itself that it is a timestamp."""
    return str(embedded.sig_object.get("/Type", "")) == "/DocTimeStamp"


def read_token(embedded: Any, ranges: tuple[memoryview, ...]) -> cms.CmsSignature:
    """The token of ``embedded`` over the signed bytes ``ranges``; ``signed_at`` is the time it vouches for."""
    from pyhanko.sign.general import CMSExtractionError
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    try:
        info, raw = _info(embedded.signed_data)
        certificate = x509.load_der_x509_certificate(embedded.signer_cert.dump())
        chain = tuple(x509.load_der_x509_certificate(item.dump()) for item in embedded.other_embedded_certs)
        at: datetime = info["gen_time"].native
        imprint = info["message_imprint"]
        stamped = _HASHES[imprint["hash_algorithm"]["algorithm"].native]()
        for part in ranges:
            stamped.update(part)
        signer = embedded.signer_info
        digest = _HASHES[signer["digest_algorithm"]["algorithm"].native](raw).digest()
        intact, valid = validate_sig_integrity(signer, embedded.signer_cert, "tst_info", digest)
        holds = intact and valid and stamped.digest() == imprint["hashed_message"].native
        subfilter = str(embedded.sig_object.get("/SubFilter"))
    except (ValueError, TypeError, LookupError, AttributeError, CMSExtractionError, SignatureValidationError):
        return cms.CmsSignature(cms.Fault.UNREADABLE)
    fault = cms.Fault.NONE if holds and subfilter == SUBFILTER else cms.Fault.SIGNATURE
    return cms.CmsSignature(fault, certificate, chain, at)


def may_stamp(certificate: x509.Certificate) -> bool:
    """Whether the certificate is one for timestamps and nothing else (RFC 3161, section 2.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return list(usage) == [ExtendedKeyUsageOID.TIME_STAMPING]


def token_certificates(token: Any) -> list[bytes]:
    """Every certificate (DER) a token carries."""
    return [item.chosen.dump() for item in token["content"]["certificates"]]


def _info(signed: Any) -> tuple[Any, bytes]:
    from asn1crypto import tsp

    inside = signed["encap_content_info"]
    raw = bytes(inside["content"])
    if inside["content_type"].native != "tst_info":
        raise ValueError("no timestamp")
    return tsp.TSTInfo.load(raw, strict=True), raw
