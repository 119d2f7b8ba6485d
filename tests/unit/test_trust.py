"""Who is trusted: only what leads to a trusted root by valid signatures of authorities, not revoked at that time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gmsc_desktop.identity.certificates import issue, make_root, new_key
from gmsc_desktop.identity.signer import SigningIdentity, spki_fingerprint
from gmsc_desktop.identity.trust import Revocation, Standing, TrustStore
from tests.signing_kit import (
    BUDI,
    CLOCK,
    IDS,
    NOW,
    SRI,
    FixedClock,
    enrolled,
    office,
    other_office,
    self_signed,
    trusting,
)


@dataclass(frozen=True)
class Authority:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def certificate(
    subject: str,
    public: ec.EllipticCurvePublicKey,
    issuer: Authority | None,
    key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool = True,
    path_length: int | None = None,
    usage: bool = True,
    begin: datetime = NOW - timedelta(days=1),
    critical: x509.ExtensionType | None = None,
) -> x509.Certificate:
    """A certificate by hand, also of kinds our own code never makes."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=10))
        .add_extension(x509.BasicConstraints(ca, path_length if ca else None), critical=True)
    )
    if usage:
        builder = builder.add_extension(
            x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), critical=True
        )
    if critical is not None:
        builder = builder.add_extension(critical, critical=True)
    return builder.sign(key, hashes.SHA256())


def authority(name: str, above: Authority | None = None, **options: object) -> Authority:
    key = new_key()
    return Authority(key, certificate(name, key.public_key(), above, above.key if above else key, **options))  # type: ignore[arg-type]


def person(by: Authority, **options: object) -> x509.Certificate:
    return certificate("Orang", new_key().public_key(), by, by.key, ca=False, **options)  # type: ignore[arg-type]


def standing(
    store: TrustStore, leaf: x509.Certificate, *chain: x509.Certificate, at: datetime | None = NOW
) -> Standing:
    return store.judge(leaf, chain, at).standing


def test_issued_by_a_trusted_root_is_trusted() -> None:
    judgement = trusting().judge(enrolled().certificate, (), NOW)
    assert (judgement.standing, judgement.trusted, judgement.root) == (Standing.TRUSTED, True, "Kantor Pusat (uji)")


def test_a_root_sent_along_vouches_for_nobody() -> None:
    identity = enrolled()
    assert standing(TrustStore(), identity.certificate, *identity.chain) is Standing.UNKNOWN
    assert (
        standing(TrustStore((other_office().certificate,)), identity.certificate, *identity.chain) is Standing.UNKNOWN
    )


def test_a_root_of_the_same_name_with_another_key_is_another_root() -> None:
    twin = make_root("Kantor Pusat (uji)", clock=CLOCK, ids=IDS)
    assert standing(TrustStore((twin.certificate,)), enrolled().certificate) is Standing.UNKNOWN


def test_self_signed_is_said_to_be_and_is_not_trusted() -> None:
    assert standing(trusting(), self_signed().certificate) is Standing.SELF_SIGNED


def test_a_persons_own_certificate_can_be_trusted_by_itself_and_vouches_for_no_other() -> None:
    store = TrustStore((self_signed().certificate,))
    assert standing(store, self_signed().certificate) is Standing.TRUSTED
    forged = issue(self_signed(), BUDI, new_key().public_key(), clock=CLOCK, ids=IDS)
    assert standing(store, forged) is Standing.UNKNOWN


def test_what_a_person_issued_is_not_trusted() -> None:
    forged = issue(enrolled(), BUDI, new_key().public_key(), clock=CLOCK, ids=IDS)
    assert standing(trusting(), forged, enrolled().certificate) is Standing.UNKNOWN


def test_a_chain_over_an_authority_in_between() -> None:
    root = authority("Akar")
    middle = authority("Antara", root)
    store = TrustStore((root.certificate,))
    assert standing(store, person(middle), middle.certificate) is Standing.TRUSTED
    assert standing(store, person(middle)) is Standing.UNKNOWN


def test_a_root_that_allows_nothing_in_between() -> None:
    root = authority("Akar", path_length=0)
    middle = authority("Antara", root)
    assert standing(TrustStore((root.certificate,)), person(middle), middle.certificate) is Standing.UNKNOWN
    assert standing(TrustStore((root.certificate,)), person(root)) is Standing.TRUSTED


def test_an_authority_without_the_right_to_issue() -> None:
    root = authority("Akar")
    key = new_key()
    middle = Authority(key, certificate("Antara", key.public_key(), root, root.key, ca=False))
    assert standing(TrustStore((root.certificate,)), person(middle), middle.certificate) is Standing.UNKNOWN


def test_a_critical_extension_nobody_understands() -> None:
    root = authority("Akar")
    strange = x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.go.id")], excluded_subtrees=None)
    middle = authority("Antara", root, critical=strange)
    assert standing(TrustStore((root.certificate,)), person(middle), middle.certificate) is Standing.UNKNOWN


def test_a_root_itself_signs_no_documents() -> None:
    assert standing(trusting(), office().certificate) is not Standing.TRUSTED


def test_validity_is_judged_at_the_time_of_signing() -> None:
    root = authority("Akar")
    leaf = person(root)
    store = TrustStore((root.certificate,))
    assert standing(store, leaf, at=NOW) is Standing.TRUSTED
    assert standing(store, leaf, at=NOW + timedelta(days=11)) is Standing.NOT_VALID
    assert standing(store, leaf, at=None) is Standing.UNKNOWN


def test_revoked_at_the_time_and_revoked_later() -> None:
    leaf = enrolled().certificate
    issuer = spki_fingerprint(office().certificate)

    def judged(since: datetime | None) -> object:
        taken = frozenset({Revocation(issuer, leaf.serial_number, since)})
        return TrustStore((office().certificate,), taken).judge(leaf, (), NOW)

    assert judged(None).standing is Standing.REVOKED
    assert judged(NOW).standing is Standing.REVOKED
    later = judged(NOW + timedelta(days=1))
    assert later.trusted
    assert [reason.code for reason in later.reasons] == ["trusted", "revoked_later"]


def test_revoking_the_authority_in_between_revokes_all_below() -> None:
    root = authority("Akar")
    middle = authority("Antara", root)
    taken = frozenset({Revocation(spki_fingerprint(root.certificate), middle.certificate.serial_number)})
    assert standing(TrustStore((root.certificate,), taken), person(middle), middle.certificate) is Standing.REVOKED


def test_the_same_serial_of_another_issuer_is_not_revoked() -> None:
    taken = frozenset({Revocation(spki_fingerprint(other_office().certificate), enrolled().certificate.serial_number)})
    assert standing(TrustStore((office().certificate,), taken), enrolled().certificate) is Standing.TRUSTED


def test_signed_before_enrolment_is_known_by_the_later_certificate() -> None:
    own = self_signed(SRI)
    later = FixedClock(NOW + timedelta(days=90))
    issued = issue(office(), SRI, own.private_key.public_key(), clock=later, ids=IDS)
    store = TrustStore((office().certificate,), known=(issued,))
    judgement = store.judge(own.certificate, (), NOW)
    assert (judgement.standing, judgement.trusted) == (Standing.BEFORE_ENROLMENT, True)
    assert standing(store, self_signed(BUDI).certificate) is Standing.SELF_SIGNED
    taken = frozenset({Revocation(spki_fingerprint(office().certificate), issued.serial_number)})
    assert standing(TrustStore((office().certificate,), taken, (issued,)), own.certificate) is Standing.REVOKED


def test_circles_and_many_certificates_end() -> None:
    one, two = authority("Satu"), authority("Dua")
    crossed = Authority(one.key, certificate("Satu", one.key.public_key(), two, two.key))
    back = Authority(two.key, certificate("Dua", two.key.public_key(), one, one.key))
    pool = (crossed.certificate, back.certificate) * 40
    assert standing(trusting(), person(crossed), *pool) is Standing.UNKNOWN


def test_many_certificates_that_all_vouch_for_each_other_end() -> None:
    one, two = authority("Satu"), authority("Dua")
    crossed = [certificate("Satu", one.key.public_key(), two, two.key) for _number in range(25)]
    back = [certificate("Dua", two.key.public_key(), one, one.key) for _number in range(25)]
    assert standing(trusting(), person(one), *crossed, *back) is Standing.UNKNOWN
    assert standing(TrustStore((two.certificate,)), person(one), *crossed, *back) is Standing.TRUSTED


def test_stores_add_up() -> None:
    both = TrustStore((other_office().certificate,)).merged(trusting())
    assert standing(both, enrolled().certificate) is Standing.TRUSTED


def test_an_identity_never_shows_its_key() -> None:
    identity: SigningIdentity = enrolled()
    assert "private" not in repr(identity).lower()
