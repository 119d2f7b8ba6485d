"""Enrolment bundles on their way in: an assessor's request at the office, the office's answer on the laptop."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.exchange import Member, MemberState, Outcome, PlanItem, VaultRole
from gmsc_desktop.services.incoming import Consent, Incoming, NotTaken, require_addressee
from gmsc_desktop.services.trust_message import follow_trust
from gmsc_desktop.services.trusting import OFFICE_RECIPIENT, OFFICE_ROOT, role_of
from gmsc_desktop.store.members import MemberRepository
from gmsc_desktop.store.received import ReceivedRepository
from gmsc_desktop.store.trusting import TrustRepository

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.services.vault import Vault

Message = dict[str, Any]


class EnrolmentTaker:
    """Takes bundles of kind ``enrolment``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._members = MemberRepository(vault.store)
        self._received = ReceivedRepository(vault.store)

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """Who asks, or what the office answers. Raises ``NotTaken``."""
        message = incoming.message or {}
        if message.get("step") == "request":
            return (self._asked(incoming, message),)
        return self._answered(incoming, message, consent)

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Keep the request, or install the answer. Raises ``NotTaken``, ``WrongPassphrase``."""
        message = incoming.message or {}
        if message.get("step") == "request":
            self._asked(incoming, message)
            with self._vault.store.writing():
                self._received.add_bundle(incoming.record)
                self._keep_request(incoming, message)
            return Changed(frozenset({"member"}))
        self._answered(incoming, message, consent)
        self._install(incoming, message, consent)
        return Changed(frozenset({"profile", "trust"}))

    # at the office

    def _asked(self, incoming: Incoming, message: Message) -> PlanItem:
        if role_of(self._vault) is not VaultRole.OFFICE:
            raise NotTaken("role", N_("Only a central office answers requests for a certificate."), keep=False)
        record, person = incoming.record, message["person"]
        if (message["key"], message["device"]) != (record.sender, record.device):
            raise NotTaken("contradicts", N_("The request names another key than the one that signed it."))
        params = {"name": person["name"], "organisation": person["organisation"], "fingerprint": record.sender}
        if self._granted(record.sender, datetime.fromisoformat(message["requested_at"])):
            template = N_("{name}, {organisation}, has had the certificate since; this request is an earlier one.")
            return PlanItem("request", record.sender, Outcome.KNOWN, template, MappingProxyType(params))
        template = N_("{name}, {organisation}, asks for a certificate. Compare the fingerprint by phone: {fingerprint}")
        if message["replaces"]:
            params["replaced"] = message["replaces"][:16]
            template = N_(
                "{name}, {organisation}, asks for a certificate in place of the key {replaced}…, which is taken back"
                " when this is approved. Compare the fingerprint by phone: {fingerprint}"
            )
        return PlanItem("request", record.sender, Outcome.ASKED, template, MappingProxyType(params))

    def _granted(self, fingerprint: str, requested_at: datetime) -> bool:
        """Whether the certificate was given after this was asked: a request that comes late takes nothing away."""
        given = self._members.granted_at(fingerprint)
        return given is not None and requested_at <= given

    def _keep_request(self, incoming: Incoming, message: Message) -> None:
        from gmsc_desktop.identity.signer import spki_der

        certificate = incoming.bundle.certificate
        known = {member.fingerprint: member for member in self._members.list()}.get(incoming.record.sender)
        requested_at = datetime.fromisoformat(message["requested_at"])
        if certificate is None or (known is not None and known.requested_at >= requested_at):
            return
        if self._granted(incoming.record.sender, requested_at):
            return
        # A certificate once given, or taken back, stays so until a person decides anew.
        state = known.state if known is not None and known.state is MemberState.REVOKED else MemberState.REQUESTED
        member = Member(
            fingerprint=incoming.record.sender,
            device=message["device"],
            recipient=message["recipient"],
            requested_at=requested_at,
            state=state,
            replaces=message["replaces"] or "",
            reason=known.reason if known is not None and state is MemberState.REVOKED else "",
            **message["person"],
        )
        self._members.put(member, spki=spki_der(certificate))

    # on the laptop

    def _answered(self, incoming: Incoming, message: Message, consent: Consent) -> tuple[PlanItem, ...]:
        if role_of(self._vault) is VaultRole.OFFICE:
            raise NotTaken(
                "role", N_("An answer to a request for a certificate is for the laptop that asked."), keep=False
            )
        require_addressee(self._vault, message["addressee"])
        root = self._root(incoming, message)
        found = [self._about_root(incoming, root, message)]
        if message["decision"] == "refused":
            template = N_("The office refused the request: {reason}")
            if self._vault.certificate.issuer == root.subject:
                template = N_("The office has taken the certificate of this laptop back: {reason}")
            return (*found, _item("certificate", Outcome.REFUSED, template, reason=message["reason"]))
        certificate = self._certificate(message, root)
        template = N_("Your certificate by {office}, good until {until}.")
        until = certificate.not_valid_after_utc.date().isoformat()
        office = message["trust"]["organisation"]
        reads = N_("{office} can open a copy of this vault to read its work if the laptop is lost; it can never sign.")
        return (
            *found,
            _item("certificate", Outcome.NEW, template, office=office, until=until),
            _item("trust", Outcome.NEW, reads, office=office),
        )

    def _about_root(self, incoming: Incoming, root: x509.Certificate, message: Message) -> PlanItem:
        from gmsc_desktop.identity.signer import spki_fingerprint

        params = {"office": message["trust"]["organisation"], "fingerprint": spki_fingerprint(root)}
        if incoming.trusted:
            return _item("trust", Outcome.KNOWN, N_("{office} is trusted here already."), **params)
        template = N_("Trust {office} from now on. Compare the fingerprint of its root by phone: {fingerprint}")
        return _item("trust", Outcome.ASKED, template, **params)

    def _root(self, incoming: Incoming, message: Message) -> x509.Certificate:
        """The root that vouches for the office that answers: a trusted one, or one that claims to be it."""
        from gmsc_desktop.identity.certificates import load_certificate, speaks_for_office
        from gmsc_desktop.identity.signer import spki_fingerprint
        from gmsc_desktop.identity.trust import TrustStore

        bundle = incoming.bundle
        if bundle.certificate is None or bundle.info is None or not speaks_for_office(bundle.certificate):
            incoming.require_office()
        told = [load_certificate(pem.encode()) for pem in message["trust"]["roots"]]
        at = datetime.fromisoformat(bundle.info.created) if bundle.info else None
        for root in told:
            if bundle.certificate and TrustStore(roots=(root,)).judge(bundle.certificate, (), at).trusted:
                known = {load_certificate(der) for der in TrustRepository(self._vault.store).roots()}
                if root in known and not incoming.trusted:
                    # The root is trusted and the signer is not: revoked, or not valid at that time.
                    incoming.require_trust()
                return root
        fingerprints = ", ".join(spki_fingerprint(root)[:16] for root in told)
        template = N_("The signer is not vouched for by the office's root the answer brings ({fingerprints}).")
        raise NotTaken("root", template, fingerprints=fingerprints)

    def _certificate(self, message: Message, root: x509.Certificate) -> x509.Certificate:
        from gmsc_desktop.identity.certificates import load_certificate
        from gmsc_desktop.identity.signer import spki_fingerprint
        from gmsc_desktop.identity.trust import TrustStore

        pem = message["certificate"]
        certificate = load_certificate(pem.encode()) if pem else None
        if certificate is None or spki_fingerprint(certificate) != self._vault.certificate_fingerprint:
            raise NotTaken("certificate", N_("The certificate is for another key than this laptop's."))
        at = self._vault.store.clock.now()
        if not TrustStore(roots=(root,)).judge(certificate, (), at).trusted:
            raise NotTaken("certificate", N_("The office's root does not vouch for the certificate."))
        return certificate

    def _install(self, incoming: Incoming, message: Message, consent: Consent) -> None:
        from gmsc_desktop.identity.certificates import to_der
        from gmsc_desktop.identity.signer import SigningIdentity, spki_fingerprint

        vault = self._vault
        root = self._root(incoming, message)
        fingerprint = spki_fingerprint(root)
        if not incoming.trusted and _bare(consent.root) != fingerprint:
            template = N_(
                "The office's root has not been confirmed. Its fingerprint is {fingerprint}; compare it by phone."
            )
            raise NotTaken("consent", template, fingerprint=fingerprint)
        approved = message["decision"] == "approved"
        certificate = self._certificate(message, root) if approved else None
        if approved and not consent.passphrase:
            raise NotTaken("consent", N_("The frasa sandi is needed to install the certificate."))
        own = vault.signing_identity(consent.passphrase) if approved else None
        with vault.store.writing():
            self._received.add_bundle(incoming.record)
            TrustRepository(vault.store).add_root(fingerprint, to_der(root), incoming.record.sha256)
            vault.store.settings.set(OFFICE_ROOT, fingerprint)
            follow_trust(vault, message["trust"], incoming.record.sender)
            # An earlier answer that comes late does not replace the certificate of a later one.
            older = (
                root in vault.chain
                and certificate is not None
                and certificate.not_valid_before_utc <= vault.certificate.not_valid_before_utc
            )
            if own is not None and certificate is not None and not older:
                vault.adopt_identity(SigningIdentity(own.private_key, certificate, (root,)), consent.passphrase)
        if approved:
            # After the rows: a crash in between leaves a vault only its owner opens, and the answer can come once more.
            vault.open_to_office(vault.store.settings.get(OFFICE_RECIPIENT), consent.passphrase)


def _bare(fingerprint: str) -> str:
    """A fingerprint as typed, without the spaces and colons people put between its parts."""
    return "".join(sign for sign in fingerprint.lower() if sign.isalnum())


def _item(what: str, outcome: Outcome, template: str, **params: str) -> PlanItem:
    return PlanItem(what, params.get("fingerprint", ""), outcome, template, MappingProxyType(params))
