"""The QR of a paper: a small signed statement of what was issued, to whom, by whom (docs/signatures.md, "The QR").

``GMSC1:`` and Base45 of a COSE_Sign1 (RFC 9052, ES256) over CWT claims (RFC 8392) in deterministic CBOR. It holds no
certificate: the issuer is named by the first eight bytes of the key's fingerprint and found among those known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.domain.verdict import Issued, Reason, SignerReport, Status, Verdict
from gmsc_desktop.identity import base45, cbor
from gmsc_desktop.identity.cms import P256_ORDER
from gmsc_desktop.identity.signer import SigningIdentity, common_name, organisation_of, spki_fingerprint
from gmsc_desktop.identity.trust import TrustStore

KIND = "qr"
FIELD = "QR"
"""Where the signature of a QR stands, as ``SignerReport`` says it."""
PREFIX = "GMSC1:"
LONGEST = 2_048
"""Characters; a QR of ours has about 300."""
_SIGN1, _ALG, _KID, _ES256 = 18, 1, 4, -7
_ISSUED_AT, _PAPER = 6, -65537
_WHAT, _CODE, _NAME, _NUMBER, _HASH = 1, 2, 3, 4, 5
_KID_BYTES, _HASH_BYTES = 8, 32
_CODE_LIMIT, _NAME_LIMIT, _NUMBER_LIMIT = 16, 60, 48
_LAST_SECOND = 253_402_300_799

KINDS = MappingProxyType({
    "report": N_("evaluation report"),
    "minutes": N_("minutes of the visit"),
    "certificate": N_("award certificate"),
    "recap": N_("recapitulation"),
})  # fmt: skip
"""What can be issued, and its name as a msgid."""


@dataclass(frozen=True, slots=True)
class QrClaims:
    """What a QR says: the paper's ``kind`` (of ``KINDS``), the region it was issued to, the register or decision
    ``number`` (may be empty), the hex SHA-256 of the content or record, and when. ``issuer`` (16 hex digits, the
    beginning of the key's fingerprint) is set by signing."""

    kind: str
    region_code: str
    region_name: str
    number: str
    content_hash: str
    issued_at: datetime
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    claims: QrClaims
    protected: bytes
    payload: bytes
    signature: bytes


def issue_qr(claims: QrClaims, identity: SigningIdentity) -> str:
    """The text of the QR for ``claims`` signed by ``identity``; the same claims and key give the same text.

    Names and numbers too long for a QR are cut with an ellipsis. Raises ``InvalidInput`` when the hash is none or the
    time has no zone.
    """
    protected = cbor.encode({_ALG: _ES256, _KID: bytes.fromhex(identity.fingerprint)[:_KID_BYTES]})
    payload = cbor.encode(_to_cbor(claims))
    signing = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(identity.private_key.sign(_signed(protected, payload), signing))
    signature = r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")
    return PREFIX + base45.encode(cbor.encode(cbor.Tag(_SIGN1, (protected, {}, payload, signature))))


def read_qr(text: str) -> QrClaims:
    """What the QR ``text`` says, unverified. Raises ``InvalidInput`` when it is no QR of this program."""
    return _read(text).claims


def verify_qr(
    text: str,
    trust: TrustStore,
    certificates: Iterable[x509.Certificate] = (),
) -> Verdict:
    """What the QR ``text`` is worth by itself. Never raises.

    The issuer is looked for among what ``trust`` holds and ``certificates`` (for instance those of the PDF at hand).
    Whether the paper still holds is another question (``services.standing``).
    """
    digest = sha256_hex(text.encode("utf-8", errors="surrogatepass"))
    try:
        read = _read(text)
    except InvalidInput as error:
        return Verdict(Status.DAMAGED, KIND, "", digest, reasons=(Reason("no_qr", False, error.template),))
    claims = read.claims
    issued = Issued(
        claims.kind, claims.region_code, claims.region_name, claims.number, claims.content_hash, claims.issued_at
    )
    named = list(dict.fromkeys(_issuers(claims, (*trust.roots, *trust.known, *certificates))))
    good = [item for item in named if _holds(read, item)]
    if not good:
        reason = _ALTERED if named else Reason("unknown_key", False, _NOBODY, MappingProxyType({"key": claims.issuer}))
        status = Status.ALTERED if named else Status.UNKNOWN_SIGNER
        return Verdict(status, KIND, "", digest, reasons=(reason,), issued=issued)
    judged = [(trust.judge(item, tuple(certificates), claims.issued_at), item) for item in good]
    judgement, certificate = next((pair for pair in judged if pair[0].trusted), judged[0])
    signer = SignerReport(
        name=common_name(certificate),
        organisation=organisation_of(certificate),
        fingerprint=spki_fingerprint(certificate),
        signed_at=claims.issued_at,
        time_trusted=False,
        intact=True,
        trusted=judgement.trusted,
        field=FIELD,
    )
    reasons = (Reason("qr_signature", True, _HOLDS), *judgement.reasons)
    status = Status.GENUINE if judgement.trusted else Status.UNKNOWN_SIGNER
    return Verdict(status, KIND, "", digest, (signer,), (), reasons, issued)


_HOLDS = N_("The signature of the QR holds.")
_ALTERED = Reason("qr_signature", False, N_("The signature of the QR does not hold: its words were changed."))
_NOBODY = N_("The key that signed the QR ({key}…) is not known here; give the PDF or the issuer's certificate.")
_NO_QR = N_("This is no QR text of this program, or it is incomplete.")


def _issuers(claims: QrClaims, certificates: Iterable[x509.Certificate]) -> Iterable[x509.Certificate]:
    for item in certificates:
        try:
            if spki_fingerprint(item).startswith(claims.issuer):
                yield item
        except ValueError:
            # A certificate whose key cannot be read issued nothing here.
            continue


def _holds(read: _Read, certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        return False
    r, s = (int.from_bytes(part, "big") for part in (read.signature[:32], read.signature[32:]))
    if not 0 < s <= P256_ORDER // 2:
        return False
    try:
        key.verify(encode_dss_signature(r, s), _signed(read.protected, read.payload), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure (RFC 9052, section 4.4)."""
    return cbor.encode(("Signature1", protected, b"", payload))


def _to_cbor(claims: QrClaims) -> cbor.Value:
    try:
        digest = bytes.fromhex(claims.content_hash)
    except ValueError:
        digest = b""
    if len(digest) != _HASH_BYTES or claims.issued_at.tzinfo is None or claims.kind not in KINDS:
        raise InvalidInput(N_("A QR needs the kind of paper, a content hash and a time with its zone."))
    paper: dict[cbor.Key, cbor.Value] = {
        _WHAT: claims.kind,
        _CODE: _cut(claims.region_code, _CODE_LIMIT),
        _NAME: _cut(claims.region_name, _NAME_LIMIT),
        _HASH: digest,
    }
    number = _cut(claims.number, _NUMBER_LIMIT)
    if number:
        paper[_NUMBER] = number
    return {_ISSUED_AT: int(claims.issued_at.timestamp()), _PAPER: paper}


def _cut(text: str, limit: int) -> str:
    text = clean_line(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _read(text: str) -> _Read:
    text = text.strip("\r\n\t ")
    # A trailing space may belong to Base45; only a text as long as encode writes it is whole.
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        raise InvalidInput(_NO_QR)
    try:
        return _parsed(cbor.decode(base45.decode(_whole(text.removeprefix(PREFIX)))))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise InvalidInput(_NO_QR) from error


def _whole(body: str) -> str:
    """``body`` with the space restored that pasting may have cut off its end."""
    return body + " " if len(body) % 3 == 1 else body


def _parsed(found: cbor.Value) -> _Read:
    match found:
        case cbor.Tag(number=18, value=(bytes() as protected, {}, bytes() as payload, bytes() as signature)):
            pass
        case _:
            raise ValueError("no COSE_Sign1")
    header, claims = cbor.decode(protected), cbor.decode(payload)
    if not isinstance(header, dict) or set(header) != {_ALG, _KID} or header[_ALG] != _ES256:
        raise ValueError("another algorithm")
    kid = header[_KID]
    if not isinstance(kid, bytes) or len(kid) != _KID_BYTES or len(signature) != 64:
        raise ValueError("no key or signature of ours")
    if not isinstance(claims, dict) or set(claims) != {_ISSUED_AT, _PAPER}:
        raise ValueError("other claims")
    return _Read(_claims(claims[_ISSUED_AT], claims[_PAPER], kid), protected, payload, signature)


def _claims(at: cbor.Value, paper: cbor.Value, kid: bytes) -> QrClaims:
    if not isinstance(paper, dict) or not {_WHAT, _CODE, _NAME, _HASH} <= set(paper) <= {1, 2, 3, 4, 5}:
        raise ValueError("other members")
    digest = paper[_HASH]
    if not isinstance(digest, bytes) or len(digest) != _HASH_BYTES:
        raise ValueError("no hash")
    if not isinstance(at, int) or not 0 <= at <= _LAST_SECOND:
        raise ValueError("no time")
    kind, code, name, number = (_text(paper.get(member, "")) for member in (_WHAT, _CODE, _NAME, _NUMBER))
    if kind not in KINDS:
        raise ValueError("a kind of paper that is not known")
    if (name, number) != (_cut(name, _NAME_LIMIT), _cut(number, _NUMBER_LIMIT)) or code != _cut(code, _CODE_LIMIT):
        raise ValueError("words nobody issues")
    return QrClaims(kind, code, name, number, digest.hex(), datetime.fromtimestamp(at, UTC), kid.hex())


def _text(value: cbor.Value) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value
