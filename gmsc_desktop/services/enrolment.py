"""Enrolment: an assessor asks for a certificate by file, and the office issues, renews or takes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, Refused
from gmsc_desktop.domain.exchange import Kind, Member, MemberState
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.ports import Clock, Ids
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.domain.visit import Person
from gmsc_desktop.services.posting import post
from gmsc_desktop.services.trust_message import root_of, trust_message
from gmsc_desktop.services.trusting import exchange_identity, stamp
from gmsc_desktop.store.members import MemberRepository
from gmsc_desktop.store.trusting import TakenBack, TrustRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

_UNCHANGED = N_("Nothing was changed.")


class EnrolmentService:
    """Requests on the laptop; the register and its decisions at the office."""

    def __init__(self, vault: Vault, *, clock: Clock, ids: Ids) -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._members = MemberRepository(vault.store)

    # on the laptop

    def request(self, folder: Path, passphrase: str, replaces: str = "") -> Done[ExportRecord]:
        """Write a request for a certificate into ``folder``; ``replaces`` is the key of a laptop that was lost.

        Raises ``InvalidInput``, ``WrongPassphrase``, ``StorageError``; nothing is changed then.
        """
        profile = self._vault.profile
        message = {
            "step": "request",
            "device": self._vault.device,
            "key": self._vault.certificate_fingerprint,
            "person": {
                "name": profile.name,
                "nip": profile.nip,
                "title": profile.title,
                "organisation": profile.organisation,
            },
            "recipient": recipient_of(exchange_identity(self._vault)),
            "requested_at": stamp(self._clock.now()),
            "replaces": replaces or None,
        }
        record = post(self._vault, Kind.ENROLMENT, message, folder, passphrase)
        return Done(record, Changed(frozenset({"export"})))

    # at the office

    def members(self) -> tuple[Member, ...]:
        """Everybody who asked, the newest request first."""
        return self._members.list()

    def approve(self, fingerprint: str, passphrase: str) -> Done[Member]:
        """Issue a certificate, or a fresh one, for the key that was compared; a lost laptop it replaces is revoked.

        Raises ``Refused`` when this is no office or the key was taken back, ``NotFound``, ``WrongPassphrase``.
        """
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        from gmsc_desktop.identity.certificates import issue, to_der
        from gmsc_desktop.identity.signer import spki_fingerprint

        member = self._members.get(fingerprint)
        if member.state is MemberState.REVOKED:
            raise Refused(
                N_("The certificate of {name} was taken back; its key gets no new one."),
                kept=_UNCHANGED,
                cure=N_("Ask for a request from a new vault with a key of its own."),
                name=member.name,
            )
        root = self._vault.kept_identity(spki_fingerprint(root_of(self._vault)), passphrase)
        key = load_der_public_key(self._members.spki(member.fingerprint))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise Refused(N_("The key of the request is of a kind this program does not use."), kept=_UNCHANGED)
        person = Person(member.name, member.nip, member.title, member.organisation)
        certificate = issue(root, person, key, clock=self._clock, ids=self._ids)
        approved = replace(member, state=MemberState.APPROVED, reason="")
        with self._vault.store.writing():
            self._members.put(approved, certificate=to_der(certificate))
            self._issued(member.fingerprint, certificate.serial_number)
            for old in self._members.list():
                if old.fingerprint == member.replaces and old.state is MemberState.APPROVED:
                    self._take_back(old, N_("Replaced by another laptop."), self._clock.now())
        return Done(approved, Changed(frozenset({"member"})))

    def refuse(self, fingerprint: str, reason: str) -> Done[Member]:
        """Refuse a request. Raises ``InvalidInput`` without a reason, ``Refused`` once it is decided, ``NotFound``."""
        root_of(self._vault)
        member = self._members.get(fingerprint)
        if member.state not in (MemberState.REQUESTED, MemberState.REFUSED):
            raise Refused(
                N_("The request of {name} was decided on already."),
                kept=_UNCHANGED,
                cure=N_("Take the certificate back instead."),
                name=member.name,
            )
        refused = replace(member, state=MemberState.REFUSED, reason=_reason(reason))
        self._members.put(refused)
        return Done(refused, Changed(frozenset({"member"})))

    def revoke(self, fingerprint: str, reason: str, since: datetime | None = None) -> Done[Member]:
        """Take a certificate back from ``since`` (now) on; every bundle the office writes tells of it.

        Raises ``InvalidInput`` without a reason, ``Refused`` when there is none, ``NotFound``.
        """
        root_of(self._vault)
        member = self._members.get(fingerprint)
        words = _reason(reason)
        if self._members.certificate(member.fingerprint) is None:
            raise Refused(N_("{name} has no certificate that could be taken back."), kept=_UNCHANGED, name=member.name)
        with self._vault.store.writing():
            revoked = self._take_back(member, words, since or self._clock.now())
        return Done(revoked, Changed(frozenset({"member", "trust"})))

    def answer(self, fingerprint: str, folder: Path, passphrase: str) -> Done[ExportRecord]:
        """Write the office's answer for one assessor into ``folder``: certificate, root, recipient, revocations.

        Raises ``Refused`` when nothing was decided yet, ``NotFound``, ``WrongPassphrase``, ``StorageError``.
        """
        from gmsc_desktop.identity.certificates import load_certificate, to_pem

        member = self._members.get(fingerprint)
        if member.state is MemberState.REQUESTED:
            raise Refused(
                N_("The request of {name} has not been decided on."),
                kept=_UNCHANGED,
                cure=N_("Approve or refuse it first."),
                name=member.name,
            )
        der = self._members.certificate(member.fingerprint) if member.state is MemberState.APPROVED else None
        message = {
            "step": "answer",
            "addressee": {"device": member.device, "key": member.fingerprint},
            "decision": "approved" if der is not None else "refused",
            "reason": member.reason,
            "certificate": None if der is None else to_pem(load_certificate(der)).decode("ascii"),
            "trust": trust_message(self._vault),
            "issued_at": stamp(self._clock.now()),
        }
        recipients = (member.recipient,)
        record = post(self._vault, Kind.ENROLMENT, message, folder, passphrase, recipients=recipients)
        return Done(record, Changed(frozenset({"export"})))

    def _take_back(self, member: Member, reason: str, since: datetime) -> Member:
        from gmsc_desktop.identity.signer import spki_fingerprint

        issuer = spki_fingerprint(root_of(self._vault))
        for serial in self._issued(member.fingerprint):
            TrustRepository(self._vault.store).revoke(TakenBack(issuer, serial, since, reason))
        revoked = replace(member, state=MemberState.REVOKED, reason=reason)
        self._members.put(revoked)
        return revoked

    def _issued(self, fingerprint: str, *more: int) -> tuple[int, ...]:
        """The serial numbers of all certificates issued for a key, with those of ``more`` added."""
        settings, name = self._vault.store.settings, f"issued:{fingerprint}"
        serials = (*settings.get(name).split(), *(str(serial) for serial in more))
        if more:
            settings.set(name, " ".join(serials))
        return tuple(int(serial) for serial in serials)


def _reason(text: str) -> str:
    words = clean_line(text)
    if not words:
        raise InvalidInput(N_("The reason is missing."), kept=_UNCHANGED, cure=N_("Write why, in a few words."))
    return words
