"""X.509 certificates: one's own in the first minute, the office's root, and what the root issues.

All keys are ECDSA P-256. A person's certificate may sign documents and messages: key usage *digital signature*
and *content commitment*, extended key usage *e-mail protection* (what ``openssl cms -verify`` asks for by default)
and *document signing* (RFC 9336). Serial numbers and times are handed in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.ports import Clock, Ids
from gmsc_desktop.domain.visit import Person
from gmsc_desktop.identity.signer import SigningIdentity, spki_fingerprint

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
SPEAKS_FOR_OFFICE = ObjectIdentifier("2.25.285120712362011937461024671236710236")
"""Certificate policy of those who answer for the office; an OID below 2.25 needs no registration (X.667)."""
PERSON_YEARS = 20
ROOT_YEARS = 40
EARLY = timedelta(days=1)
"""How far before its making a certificate is valid: clocks of laptops that meet differ."""
NAME_LIMIT = 64
"""Upper bound of common name, organisation and title in UTF-8 bytes: RFC 5280, appendix A.1 counts characters, but
common tools count bytes."""


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def make_self_signed(
    person: Person, *, clock: Clock, ids: Ids, key: ec.EllipticCurvePrivateKey | None = None
) -> SigningIdentity:
    """An identity for ``person`` that nobody has vouched for yet: a new key (or ``key``) and its own certificate."""
    key = key or new_key()
    subject = person_name(person)
    builder = _person_builder(subject, key.public_key(), clock.now(), ids).issuer_name(subject)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
    )
    return SigningIdentity(key, builder.sign(key, hashes.SHA256()))


def make_root(name: str, *, clock: Clock, ids: Ids, organisation: str = "") -> SigningIdentity:
    """A root that issues certificates to persons and signs revocation lists, nothing below it issues further."""
    key = new_key()
    subject = _name((NameOID.COMMON_NAME, name), (NameOID.ORGANIZATION_NAME, organisation))
    at = clock.now()
    public = key.public_key()
    certificate = (
        _builder(subject, public, at, ROOT_YEARS, ids)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    return SigningIdentity(key, certificate)


def issue(
    root: SigningIdentity,
    person: Person,
    public_key: ec.EllipticCurvePublicKey,
    *,
    clock: Clock,
    ids: Ids,
    office: bool = False,
) -> x509.Certificate:
    """A certificate by ``root`` that says this key is this person's; ``office`` that it speaks for the office."""
    issuer = root.certificate
    builder = (
        _person_builder(person_name(person), public_key, clock.now(), ids)
        .issuer_name(issuer.subject)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.private_key.public_key()), critical=False
        )
    )
    if office:
        policy = x509.PolicyInformation(SPEAKS_FOR_OFFICE, None)
        builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=False)
    return builder.sign(root.private_key, hashes.SHA256())


def speaks_for_office(certificate: x509.Certificate) -> bool:
    """Whether the issuer says that this key answers for the office: receipts, returns, assignments, enrolments.

    Only worth something of a certificate that is trusted: an assessor's does not say so.
    """
    try:
        found = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except (x509.ExtensionNotFound, ValueError, x509.DuplicateExtension):
        return False
    return any(policy.policy_identifier == SPEAKS_FOR_OFFICE for policy in found)


def person_name(person: Person) -> x509.Name:
    """The subject of a person's certificate: common name, organisation, title, and the NIP as serial number."""
    return _name(
        (NameOID.COMMON_NAME, person.name),
        (NameOID.ORGANIZATION_NAME, person.organisation),
        (NameOID.TITLE, person.title),
        (NameOID.SERIAL_NUMBER, person.nip),
    )


def load_certificate(data: bytes) -> x509.Certificate:
    """The one certificate in ``data``, PEM or DER. Raises ``InvalidInput`` when there is none."""
    return load_certificates(data)[0]


def load_certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Every certificate in ``data``: one DER, or PEM blocks. Raises ``InvalidInput`` when there is none."""
    try:
        if b"-----BEGIN" in data:
            return tuple(read_certificate(to_der(item)) for item in x509.load_pem_x509_certificates(data))
        return (read_certificate(data),)
    except (ValueError, x509.InvalidVersion) as error:
        raise InvalidInput(
            N_("This is not a certificate."), cure=N_("Choose a certificate file in PEM or DER form.")
        ) from error


def read_certificate(der: bytes) -> x509.Certificate:
    """The certificate ``der``, from anywhere. Raises ``ValueError``.

    The library reads parts only when they are asked for; what any part of the program asks for is read here once, so
    that nothing can fail later. Extensions are left to those who judge them.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        for name in (certificate.subject, certificate.issuer):
            name.rfc4514_string()
        spki_fingerprint(certificate)
        _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc, certificate.serial_number
    except (x509.InvalidVersion, UnsupportedAlgorithm, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
    return certificate


def to_pem(*certificates: x509.Certificate) -> bytes:
    """The certificates as PEM, one block after the other."""
    return b"".join(item.public_bytes(serialization.Encoding.PEM) for item in certificates)


def to_der(certificate: x509.Certificate) -> bytes:
    """The certificate as DER."""
    return certificate.public_bytes(serialization.Encoding.DER)


def _person_builder(
    subject: x509.Name, public_key: ec.EllipticCurvePublicKey, at: datetime, ids: Ids
) -> x509.CertificateBuilder:
    return (
        _builder(subject, public_key, at, PERSON_YEARS, ids)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]), critical=False)
    )


def _builder(
    subject: x509.Name, public_key: ec.EllipticCurvePublicKey, at: datetime, years: int, ids: Ids
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(_serial(ids))
        .not_valid_before(at - EARLY)
        .not_valid_after(at + timedelta(days=365 * years + years // 4))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _serial(ids: Ids) -> int:
    """Positive, at most 16 bytes, never zero (RFC 5280, section 4.1.2.2)."""
    return int.from_bytes(ids.token(16), "big") >> 1 | 1


def _name(*parts: tuple[ObjectIdentifier, str]) -> x509.Name:
    present = [(oid, " ".join(text.split())) for oid, text in parts]
    return x509.Name([x509.NameAttribute(oid, _fit(text)) for oid, text in present if text])


def _fit(text: str) -> str:
    if len(text.encode("utf-8")) <= NAME_LIMIT:
        return text
    ellipsis = "…"
    room = NAME_LIMIT - len(ellipsis.encode("utf-8"))
    return text.encode("utf-8")[:room].decode("utf-8", errors="ignore").rstrip() + ellipsis


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
