"""Whom this installation trusts, and what that makes of a signer's certificate (design, sections 7 and 12).

An identity is a public key. A signer is trusted when the certificate leads, signature by signature, to a root this
installation trusts, every certificate on the way being valid at the time of signing and none revoked then. A key whose
certificate was issued after the signature is known all the same, and said to have signed before enrolment. The time
is the one the signer claims unless an authority vouches for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_local
from gmsc_desktop.domain.verdict import Reason
from gmsc_desktop.i18n import language
from gmsc_desktop.identity.signer import common_name, spki_fingerprint

LONGEST_PATH = 8
MOST_CERTIFICATES = 64
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    }
)
_BROKEN_HASHES = frozenset({"md5", "sha1"})
_UNREADABLE = (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm)


class Standing(StrEnum):
    """What a signer is to this installation."""

    TRUSTED = "trusted"
    BEFORE_ENROLMENT = "before_enrolment"
    """Trusted: the key's certificate is known and good, but was issued after the time of signing."""
    REVOKED = "revoked"
    NOT_VALID = "not_valid"
    """It leads to a trusted root, but was not valid at the time of signing."""
    SELF_SIGNED = "self_signed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Revocation:
    """A certificate taken back: the fingerprint of its issuer's key, its serial number, and since when (None: ever)."""

    issuer: str
    serial: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrustJudgement:
    """The answer about one signer; ``root`` is the name of the root trusted, or empty."""

    standing: Standing
    root: str
    reasons: tuple[Reason, ...]

    @property
    def trusted(self) -> bool:
        """Whether the signer may be shown green."""
        return self.standing in (Standing.TRUSTED, Standing.BEFORE_ENROLMENT)


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The roots this installation trusts, the certificates taken back, and certificates ``known`` by enrolment.

    A root that is no authority (a person's own certificate) makes that one key trusted and nothing else. ``time_roots``
    are trusted for timestamps only: who vouches for times vouches for no signer.
    """

    roots: tuple[x509.Certificate, ...] = ()
    revoked: frozenset[Revocation] = frozenset()
    known: tuple[x509.Certificate, ...] = field(default=())
    time_roots: tuple[x509.Certificate, ...] = ()

    def judge(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime | None
    ) -> TrustJudgement:
        """What the signer with ``certificate`` is, who signed at ``at`` and sent ``chain`` along. Never raises."""
        try:
            return self._judge(certificate, chain, at)
        except _UNREADABLE:
            return _judgement(Standing.UNKNOWN)

    def merged(self, other: TrustStore) -> TrustStore:
        """Everything both know."""
        return TrustStore(
            self.roots + other.roots,
            self.revoked | other.revoked,
            self.known + other.known,
            self.time_roots + other.time_roots,
        )

    def judge_stamp(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime
    ) -> TrustJudgement:
        """What the timestamp authority with ``certificate`` is, that vouches for the time ``at``. Never raises."""
        return replace(self, roots=self.roots + self.time_roots).judge(certificate, chain, at)

    def _judge(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime | None
    ) -> TrustJudgement:
        pool = tuple(chain)[:MOST_CERTIFICATES] + self.known
        if at is None:
            return _judgement(Standing.UNKNOWN, Reason("no_time", False, N_("The signature claims no time.")))
        path = self._path(certificate, pool, at)
        if path:
            return self._unless_revoked(path, at, Standing.TRUSTED)
        key = spki_fingerprint(certificate)
        for later in self.known + self.roots:
            if spki_fingerprint(later) == key and later != certificate:
                # Certificates begin a day before they are made, so one made later may be good at that time already.
                path = self._path(later, pool, max(later.not_valid_before_utc, at))
                if path:
                    return self._unless_revoked(path, at, Standing.BEFORE_ENROLMENT)
        if self._path(certificate, pool, None):
            return _judgement(Standing.NOT_VALID)
        return _judgement(Standing.SELF_SIGNED if _issued_by(certificate, certificate) else Standing.UNKNOWN)

    def _path(
        self, certificate: x509.Certificate, pool: Iterable[x509.Certificate], at: datetime | None
    ) -> tuple[x509.Certificate, ...]:
        """The certificates from the signer's to a trusted root, valid at ``at`` (None: ever); empty when none leads."""
        if not _may_sign(certificate) or not _valid(certificate, at):
            return ()
        key = spki_fingerprint(certificate)
        for root in self.roots:
            if spki_fingerprint(root) == key and not _is_authority(root) and _valid(root, at):
                return (certificate, root) if root != certificate else (certificate,)
        return self._climb(certificate, tuple(pool), at)

    def _climb(
        self, certificate: x509.Certificate, pool: tuple[x509.Certificate, ...], at: datetime | None
    ) -> tuple[x509.Certificate, ...]:
        """The shortest path to a root. Every certificate is reached once, however they are crossed."""
        reached = {certificate}
        waiting: list[tuple[x509.Certificate, ...]] = [(certificate,)]
        for path in waiting:
            below = len(path) - 1
            for root in self.roots:
                if _may_issue(root, below) and _valid(root, at) and _issued_by(path[-1], root):
                    return (*path, root)
            for issuer in pool if len(path) < LONGEST_PATH else ():
                if issuer in reached or not _may_issue(issuer, below) or not _valid(issuer, at):
                    continue
                if _issued_by(path[-1], issuer):
                    reached.add(issuer)
                    waiting.append((*path, issuer))
        return ()

    def _unless_revoked(self, path: tuple[x509.Certificate, ...], at: datetime, standing: Standing) -> TrustJudgement:
        root = path[-1]
        later: list[Reason] = []
        for certificate, issuer in zip(path, (*path[1:], root), strict=True):
            for taken in self.revoked:
                if (taken.issuer, taken.serial) != (spki_fingerprint(issuer), certificate.serial_number):
                    continue
                if taken.since is None or taken.since <= at:
                    return _judgement(Standing.REVOKED)
                later.append(_revoked_later(taken.since))
        return _judgement(standing, *later, root=common_name(root))


_REASONS = {
    Standing.TRUSTED: ("trusted", True, N_("The signer's certificate leads to a root trusted here: {root}.")),
    Standing.BEFORE_ENROLMENT: (
        "before_enrolment",
        True,
        N_("The signer is known here by a later certificate of the same key ({root}): signed before enrolment."),
    ),
    Standing.REVOKED: ("revoked", False, N_("The signer's certificate was revoked at the time of signing.")),
    Standing.NOT_VALID: (
        "not_valid",
        False,
        N_("The signer's certificate was not valid at the time of signing."),
    ),
    Standing.SELF_SIGNED: (
        "self_signed",
        False,
        N_("The signer vouches only for themselves: no office known here has certified this key."),
    ),
    Standing.UNKNOWN: ("unknown_signer", False, N_("No root trusted here vouches for the signer's certificate.")),
}


def _judgement(standing: Standing, *more: Reason, root: str = "") -> TrustJudgement:
    code, good, template = _REASONS[standing]
    return TrustJudgement(standing, root, (Reason(code, good, template, MappingProxyType({"root": root})), *more))


def _revoked_later(since: datetime) -> Reason:
    when = show_local(since, language())
    template = N_("The certificate was revoked later, on {when}; the time of signing is only claimed.")
    return Reason("revoked_later", False, template, MappingProxyType({"when": when}))


def _valid(certificate: x509.Certificate, at: datetime | None) -> bool:
    return at is None or certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or algorithm.name in _BROKEN_HASHES:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.ExtensionType | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _understood(certificate: x509.Certificate) -> bool:
    """Whether no extension asks to be understood that is not (RFC 5280, section 4.2)."""
    return all(item.oid in _UNDERSTOOD for item in certificate.extensions if item.critical)


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    return isinstance(constraints, x509.BasicConstraints) and constraints.ca


def _may_issue(certificate: x509.Certificate, below: int) -> bool:
    """Whether it is an authority that may have ``below`` further authorities under it."""
    constraints = _extension(certificate, x509.BasicConstraints)
    if not isinstance(constraints, x509.BasicConstraints) or not constraints.ca or not _understood(certificate):
        return False
    usage = _extension(certificate, x509.KeyUsage)
    if isinstance(usage, x509.KeyUsage) and not usage.key_cert_sign:
        return False
    return constraints.path_length is None or below <= constraints.path_length


def _may_sign(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.KeyUsage)
    if isinstance(usage, x509.KeyUsage) and not (usage.digital_signature or usage.content_commitment):
        return False
    return _understood(certificate)
