"""One signature as it lies in a PDF: its bytes, its signer, and whether it holds.

A signature made by this program carries ``FORMAT_KEY`` in its signature dictionary, inside the signed bytes; such a
one must be in the exact form of ``identity.cms``. Signatures by other programs (a certificate of a national authority
signed elsewhere) are read with pyHanko.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from gmsc_desktop.documents.guard import ends_like_a_revision
from gmsc_desktop.documents.timestamps import SUBFILTER, is_timestamp, read_token
from gmsc_desktop.domain.drawing import LONGEST_NAME
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.identity import cms
from gmsc_desktop.identity.certificates import read_certificate

FORMAT_KEY = "/GMSC_Format"
FORMAT = "gmsc-signature/1"
CONTENT_HASH_KEY = "/GMSC_ContentHash"
"""Entry of the signature dictionary: the SHA-256 (hex) of the visit's canonical JSON the signer signed."""

DRAWN_BY_KEY, DRAWN_TITLE_KEY = "/GMSC_DrawnBy", "/GMSC_DrawnTitle"
"""Entries of the signature dictionary: who drew the signature on the screen that this one only seals."""

SUBFILTERS = ("/ETSI.CAdES.detached", "/adbe.pkcs7.detached")
_HASHES = ("sha256", "sha384", "sha512")
_HOLE = re.compile(rb"<(?:[0-9A-F]*|[0-9a-f]*)>")


@dataclass(frozen=True, slots=True)
class Found:
    """A signature. ``revision`` counts from 0; ``end`` is where the signed bytes end; ``content_hash`` is empty when
    the signature names none; ``intact`` says that digest and signature hold; ``drawn_by`` and ``drawn_title`` name
    whoever drew a signature on the screen that this one seals. A ``timestamp`` is the signature of an
    authority that vouches for a time, ``signed_at``, and for nothing else. ``permits`` and ``locks`` are what it
    forbids from then on, in pyHanko's terms (DocMDP, FieldMDP), None for nothing."""

    field: str
    revision: int
    end: int
    hole_is_clean: bool
    covers_revision: bool
    intact: bool
    certificate: x509.Certificate | None
    chain: tuple[x509.Certificate, ...]
    signed_at: datetime | None
    content_hash: str
    drawn_by: str = ""
    drawn_title: str = ""
    timestamp: bool = False
    permits: Any = None
    locks: Any = None


def read_signature(data: bytes, embedded: Any) -> Found:
    """The signature ``embedded`` (pyHanko's) of the PDF ``data``."""
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    start, first, second, length = (int(item) for item in embedded.byte_range)
    hole = data[first:second] if start == 0 and 0 < first < second else b""
    der, clean = _der_in(hole)
    covers = (
        ends_like_a_revision(data, second + length)
        and embedded.evaluate_signature_coverage() >= SignatureCoverageLevel.ENTIRE_REVISION
    )
    signed = cms.CmsSignature(cms.Fault.UNREADABLE)
    stamp = is_timestamp(embedded)
    if clean and length >= 0 and second + length <= len(data):
        ranges = (memoryview(data)[:first], memoryview(data)[second : second + length])
        signed = read_token(embedded, ranges) if stamp else _read_signed(embedded, ranges, der)
    subfilters = (SUBFILTER,) if stamp else SUBFILTERS
    return Found(
        field=str(embedded.field_name),
        revision=embedded.signed_revision,
        end=second + length,
        hole_is_clean=clean and embedded.pkcs7_content == bytes.fromhex(hole[1:-1].decode("ascii")),
        covers_revision=covers,
        intact=signed.fault is cms.Fault.NONE and str(embedded.sig_object.get("/SubFilter")) in subfilters,
        certificate=signed.certificate,
        chain=signed.chain,
        signed_at=signed.signed_at if stamp else embedded.self_reported_timestamp,
        content_hash=str(embedded.sig_object.get(CONTENT_HASH_KEY, "")),
        drawn_by=clean_line(str(embedded.sig_object.get(DRAWN_BY_KEY, "")))[:LONGEST_NAME],
        drawn_title=clean_line(str(embedded.sig_object.get(DRAWN_TITLE_KEY, "")))[:LONGEST_NAME],
        timestamp=stamp,
        permits=embedded.docmdp_level,
        locks=embedded.fieldmdp,
    )


def _read_signed(embedded: Any, ranges: tuple[memoryview, ...], der: bytes) -> cms.CmsSignature:
    digest = hashlib.sha256()
    for part in ranges:
        digest.update(part)
    signed = cms.read_detached(der, digest.digest(), authorities=True)
    if signed.fault in (cms.Fault.FORM, cms.Fault.UNREADABLE) and FORMAT_KEY not in embedded.sig_object:
        return _by_another_program(embedded)
    return signed


def _der_in(hole: bytes) -> tuple[bytes, bool]:
    """The DER in the hole of the signed bytes, and whether nothing but it and zeros lie there.

    The hole is the one place a signature does not cover, so even the case of its digits must be of a piece.
    """
    if not _HOLE.fullmatch(hole) or len(hole) % 2:
        return b"", False
    content = bytes.fromhex(hole[1:-1].decode("ascii"))
    size = _der_size(content)
    return content[:size], bool(size) and not any(content[size:])


def _der_size(content: bytes) -> int:
    """How many bytes the DER value at the start of ``content`` takes; 0 when there is none."""
    if len(content) < 4 or content[0] != 0x30:
        return 0
    if content[1] < 0x80:
        return 2 + content[1]
    width = content[1] & 0x7F
    if not 1 <= width <= 4:
        return 0
    return 2 + width + int.from_bytes(content[2 : 2 + width], "big")


def _by_another_program(embedded: Any) -> cms.CmsSignature:
    """The signature read with pyHanko; ``UNREADABLE`` without a certificate when even that fails."""
    from pyhanko.sign.general import CMSExtractionError
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    try:
        certificate = read_certificate(embedded.signer_cert.dump())
        chain = tuple(read_certificate(item.dump()) for item in embedded.other_embedded_certs)
        if embedded.md_algorithm not in _HASHES:
            return cms.CmsSignature(cms.Fault.SIGNATURE, certificate, chain)
        intact, valid = validate_sig_integrity(
            embedded.signer_info, embedded.signer_cert, "data", embedded.compute_digest()
        )
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        UnsupportedAlgorithm,
        CMSExtractionError,
    ):
        return cms.CmsSignature(cms.Fault.UNREADABLE)
    fault = cms.Fault.NONE if intact and valid else cms.Fault.SIGNATURE
    return cms.CmsSignature(fault, certificate, chain)
