"""A bundle on its way in: opened, decrypted, verified, and judged whether it may be taken at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.errors import N_, BundleError, InvalidInput
from gmsc_desktop.domain.exchange import BundleRecord, PlanItem
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.verdict import Reason, Verdict
from gmsc_desktop.services.trusting import exchange_identity, trust_of_vault
from gmsc_desktop.store.exports import own_devices

if TYPE_CHECKING:
    from gmsc_desktop.identity.trust import TrustStore
    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.store.staging import Staging
    from gmsc_desktop.sync.opened import OpenBundle
    from gmsc_desktop.sync.sealed import Sealed


class NotTaken(Exception):
    """The bundle is not taken; ``keep`` says whether it goes into the quarantine."""

    def __init__(self, code: str, template: str, /, *, keep: bool = True, **params: str) -> None:
        super().__init__(code)
        self.reason = Reason(code, False, template, MappingProxyType(params))
        self.keep = keep

    @classmethod
    def because(cls, code: str, template: str, params: Mapping[str, object]) -> NotTaken:
        """For a reason found elsewhere."""
        found = cls(code, template)
        told = MappingProxyType({name: str(value) for name, value in params.items()})
        found.reason = Reason(code, False, template, told)
        return found


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person gave beforehand: the passphrase, where a key is needed, the fingerprint of the office's root as
    compared with the office, where trust is to begin, and those of the keys of people in the team, as compared with
    them."""

    passphrase: str = ""
    root: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """A bundle whose signature and hashes hold. ``trusted`` says whether its signer is; ``message`` is what it says,
    None for visits."""

    bundle: OpenBundle
    record: BundleRecord
    trusted: bool
    distrust: Reason | None
    message: dict[str, Any] | None
    staging: Staging | None = None
    """Where the evidence waits that was not here yet."""

    def require_trust(self) -> None:
        """Raise ``NotTaken`` unless somebody trusted here vouches for the signer."""
        if not self.trusted:
            found = self.distrust
            if found is None:
                raise NotTaken("unknown_signer", N_("No root trusted here vouches for the signer's certificate."))
            raise NotTaken.because(found.code, found.template, found.params)

    def require_office(self) -> None:
        """Raise ``NotTaken`` unless the signer is trusted and may speak for the office."""
        from gmsc_desktop.identity.certificates import speaks_for_office

        self.require_trust()
        certificate = self.bundle.certificate
        if certificate is None or not speaks_for_office(certificate):
            template = N_("The signer, {name}, may not speak for the central office.")
            raise NotTaken("not_office", template, name=self.record.sender_name)


class Taker(Protocol):
    """Takes in bundles of one kind."""

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """What will happen, without doing it. Raises ``NotTaken``."""

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Do it, in one transaction. Raises ``NotTaken``."""


class BackupTaker:
    """Says of a backup where it goes: it is no message, and an open vault takes none in."""

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """Raises ``NotTaken``."""
        template = N_("This is the backup of a vault, by {name}. It is put back from the first page.")
        raise NotTaken("backup", template, keep=False, name=incoming.record.sender_name)

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Raises ``NotTaken``."""
        self.plan(incoming, consent)
        return Changed()


def require_addressee(vault: Vault, *addressees: dict[str, str]) -> None:
    """Raise ``NotTaken`` unless one of ``addressees`` is this vault, on this laptop or one it was on before: what was
    sent from a laptop that was lost is answered to the one its backup was put back on."""
    devices = own_devices(vault.store)
    key = vault.certificate_fingerprint
    if not any(told["key"] == key and told["device"] in devices for told in addressees):
        raise NotTaken("addressee", N_("The bundle is addressed to another laptop."))


@contextmanager
def opened(
    vault: Vault, path: Path, progress: Progress, staging: Staging | None = None
) -> Iterator[tuple[str, int, Incoming | NotTaken]]:
    """SHA-256 and size of the file at ``path``, and the bundle in it, or why it cannot be taken. Its evidence waits in
    ``staging``, where there is one.

    Raises ``InvalidInput`` when the file cannot be read at all, ``Cancelled``, ``StorageError``.
    """
    from gmsc_desktop.sync import sealed

    try:
        size = path.stat().st_size
        with sealed.opened(path) as file:
            try:
                found: Incoming | NotTaken = _incoming(vault, path, file, size, progress, staging)
            except NotTaken as refusal:
                found = refusal
            except sealed.NotForUs as error:
                found = NotTaken("not_for_us", error.template)
            yield file.sha256(), size, found
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."), name=path.name, detail=error.strerror or str(error)
        ) from error


def _incoming(
    vault: Vault, path: Path, file: Sealed, size: int, progress: Progress, staging: Staging | None
) -> Incoming:
    from gmsc_desktop.sync.messages import PATH, read_message
    from gmsc_desktop.sync.reading import read_bundle

    identity = exchange_identity(vault)
    container, trust = file.container(identity), trust_of_vault(vault)
    bundle = read_bundle(container, path.name, trust, progress, _check_document, sha256=file.sha256, stage=staging)
    info, verdict = bundle.info, bundle.verdict
    if info is None:
        reason = next((found for found in reversed(verdict.reasons) if not found.good), None)
        if reason is None:
            raise NotTaken("damaged", N_("The bundle is damaged."))
        raise NotTaken.because(reason.code, reason.template, reason.params)
    if (file.encrypted or info.recipients) and recipient_of(identity) not in info.recipients:
        raise NotTaken("recipient", N_("The bundle was encrypted for somebody else and passed on to us."))
    record = BundleRecord(
        sha256=verdict.file_sha256,
        received_at=vault.store.clock.now(),
        file_name=path.name,
        size=size,
        kind=info.kind,
        created_at=info.created,
        sender=info.sender,
        sender_name=verdict.signers[0].name,
        organisation=verdict.signers[0].organisation,
        device=info.device,
        sequence=info.sequence,
        previous=info.previous,
        journal_head=info.journal_head,
    )
    message = None if info.kind == "visits" else read_message(bundle.data(PATH), info.kind)
    # Who vouches for the bundle is its signer; a document in it may be signed by others nobody here knows.
    trusted = verdict.signers[0].trusted
    distrust = next((reason for reason in verdict.reasons if not reason.good), None)
    return Incoming(bundle, record, trusted, distrust, message, staging)


def verdict_of_sealed(path: Path, vault: Vault, trust: TrustStore, progress: Progress) -> Verdict | None:
    """What an encrypted bundle is worth when it is for ``vault``; None when it is not.

    Raises ``InvalidInput`` when the file cannot be read at all, ``Cancelled``.
    """
    from gmsc_desktop.sync import sealed
    from gmsc_desktop.sync.reading import read_bundle

    try:
        with sealed.opened(path) as file:
            container = file.container(exchange_identity(vault))
            return read_bundle(container, path.name, trust, progress, _check_document, sha256=file.sha256).verdict
    except sealed.NotForUs:
        return None


def refusal_of(error: BundleError) -> NotTaken:
    """A bundle that could not be read to its end, as the reason it is not taken."""
    return NotTaken.because("content", error.template, error.params)


def _check_document(file: BinaryIO, name: str, trust: TrustStore) -> Verdict:
    from gmsc_desktop.documents.verifying import verify_pdf_file

    return verify_pdf_file(file, name, trust)
