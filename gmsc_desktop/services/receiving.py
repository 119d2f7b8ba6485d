"""Receiving bundles: first a plan that changes nothing, then all of it, each bundle whole or not at all.

What cannot be taken goes whole into the quarantine with the reason and can be tried again. Every bundle taken is one
transaction; a backup is made before the first. A second time the same bundle changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, BundleError, InvalidInput
from gmsc_desktop.domain.exchange import BundleRecord, PlanItem, Quarantined, SequenceGap, VaultRole
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.verdict import Reason
from gmsc_desktop.i18n import _
from gmsc_desktop.services.enrolment_taking import EnrolmentTaker
from gmsc_desktop.services.files import digest_of
from gmsc_desktop.services.incoming import BackupTaker, Consent, Incoming, NotTaken, Taker, opened, refusal_of
from gmsc_desktop.services.receiving_awards import AwardsTaker
from gmsc_desktop.services.receiving_office import AnswerTaker, AssignmentTaker
from gmsc_desktop.services.receiving_team import TeamTaker
from gmsc_desktop.services.receiving_visits import VisitsTaker
from gmsc_desktop.services.trusting import role_of
from gmsc_desktop.services.waiting import WaitingBundle, WaitingRoom, is_piece
from gmsc_desktop.services.withdrawal_taking import WithdrawalsTaker
from gmsc_desktop.store import backups
from gmsc_desktop.store.exports import ExportRepository
from gmsc_desktop.store.quarantine import QuarantineRepository
from gmsc_desktop.store.received import ReceivedRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.store.staging import Staging

__all__ = ["Consent", "FilePlan", "Received", "ReceivingService"]

SUFFIX = ".gmsc"
NO_CONSENT = Consent()


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What one file will do. ``sha256`` is over the file, ``size`` in bytes. ``refused`` says why it cannot be taken;
    ``known`` that this very file was taken in before, or was written by this vault itself (``own``). ``fingerprint`` is
    the signer's key, for comparing."""

    path: Path
    sha256: str
    size: int
    kind: str = ""
    sender_name: str = ""
    organisation: str = ""
    fingerprint: str = ""
    created_at: str = ""
    items: tuple[PlanItem, ...] = ()
    refused: Reason | None = None
    known: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """What happened: the plan of every file as it was carried out, and which files went into the quarantine."""

    taken: tuple[FilePlan, ...]
    known: tuple[FilePlan, ...]
    refused: tuple[FilePlan, ...]
    waiting: tuple[WaitingBundle, ...] = ()


class ReceivingService:
    """Takes bundles into one vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._rows = ReceivedRepository(vault.store)
        self._exports = ExportRepository(vault.store)
        self._quarantine = QuarantineRepository(vault.store, vault.folder)
        self._waiting = WaitingRoom(vault.folder)
        answers = AnswerTaker(vault)
        self._takers: Mapping[str, Taker] = {
            "visits": VisitsTaker(vault),
            "enrolment": EnrolmentTaker(vault),
            "assignment": AssignmentTaker(vault),
            "receipt": answers,
            "return": answers,
            "withdrawals": WithdrawalsTaker(vault),
            "backup": BackupTaker(),
            "team": TeamTaker(vault),
            "awards": AwardsTaker(vault),
        }

    def plan(
        self, paths: tuple[Path, ...], consent: Consent = NO_CONSENT, progress: Progress = no_progress
    ) -> tuple[FilePlan, ...]:
        """What receiving ``paths``, files or folders of them, will do; nothing is changed. ``progress`` counts bytes.

        Raises ``InvalidInput`` when there is no bundle at all, ``Cancelled``.
        """
        found = []
        files = bundles_in(paths)
        counting = _Counting(progress, files)
        for path in files:
            if is_piece(path):
                found.append(FilePlan(path, "", 0, kind="piece"))
                continue
            heard = counting.begin(path, _("Looking at {name}"))
            try:
                known = self._known(path, heard)
                if known is not None:
                    found.append(known)
                    continue
                with opened(self._vault, path, heard) as (sha256, size, incoming):
                    found.append(self._plan(path, sha256, size, incoming, consent))
            except InvalidInput as error:
                found.append(_unreadable(path, error))
        counting.end()
        return tuple(found)

    def receive(
        self, paths: tuple[Path, ...], consent: Consent = NO_CONSENT, progress: Progress = no_progress
    ) -> Done[Received]:
        """Take in ``paths``, files or folders of them; ``progress`` counts bytes.

        A file that cannot be taken stops no other. Raises ``InvalidInput`` when there is no bundle at all,
        ``StorageError``, ``Cancelled``; what was taken before stays taken.
        """
        files, pieces = self._gather(bundles_in(paths))
        plans: list[FilePlan] = []
        kinds: set[str] = set()
        visits: set[str] = set()
        counting = _Counting(progress, files)
        for path in files:
            heard = counting.begin(path, _("Receiving {name}"))
            first = not any(plan.refused is None and not plan.known for plan in plans)
            try:
                known = self._known(path, heard)
                if known is not None:
                    plans.append(known)
                    self._quarantine.release(known.sha256)
                    self._waiting.done(path)
                    continue
                with self._staging() as staging, opened(self._vault, path, heard, staging) as (sha256, size, incoming):
                    plan = self._plan(path, sha256, size, incoming, consent)
                    if plan.refused is None and not plan.known and isinstance(incoming, Incoming):
                        if first:
                            self._back_up()
                        plan = self._take(plan, incoming, consent, kinds, visits)
                    if plan.refused is not None and _kept(plan, incoming):
                        self._put_aside(plan)
                        kinds.add("quarantine")
                    plans.append(plan)
                if plan.refused is None or plan.refused.code != "consent":
                    self._waiting.done(path)
            except InvalidInput as error:
                plans.append(_unreadable(path, error))
        counting.end()
        received = Received(
            taken=tuple(plan for plan in plans if plan.refused is None and not plan.known),
            known=tuple(plan for plan in plans if plan.known),
            refused=tuple(plan for plan in plans if plan.refused is not None),
            waiting=pieces,
        )
        return Done(received, Changed(frozenset(kinds), frozenset(visits)))

    def retry(self, sha256: str, consent: Consent = NO_CONSENT, progress: Progress = no_progress) -> Done[Received]:
        """Try a quarantined file once more. Raises ``NotFound``."""
        self._quarantine.get(sha256)
        return self.receive((self._quarantine.path(sha256),), consent, progress)

    def quarantine(self) -> tuple[Quarantined, ...]:
        """What was not taken and still waits, the newest first."""
        return self._quarantine.list()

    def history(self) -> tuple[BundleRecord, ...]:
        """Every bundle taken in, the newest first."""
        return self._rows.bundles()

    def waiting(self) -> tuple[WaitingBundle, ...]:
        """Bundles in pieces of which some have not come yet."""
        return self._waiting.waiting()

    def gaps(self) -> tuple[SequenceGap, ...]:
        """Whose bundles are missing or came twice under one number."""
        from gmsc_desktop.sync.plan import missing_numbers

        found = []
        for device, name in self._rows.devices():
            numbers = self._rows.sequences(device)
            doubled = tuple(sorted(number for number, files in numbers.items() if len(files) > 1))
            missing = missing_numbers(numbers)
            if missing or doubled:
                found.append(SequenceGap(device, name, missing, doubled))
        return tuple(found)

    def _plan(self, path: Path, sha256: str, size: int, incoming: Incoming | NotTaken, consent: Consent) -> FilePlan:
        if isinstance(incoming, NotTaken):
            return FilePlan(path, sha256, size, refused=incoming.reason)
        record = incoming.record
        items: tuple[PlanItem, ...] = ()
        refused = None
        try:
            items = self._takers[record.kind].plan(incoming, consent)
        except NotTaken as refusal:
            refused = refusal.reason
        except BundleError as error:
            refused = refusal_of(error).reason
        return _file_plan(path, record, items, refused)

    def _known(self, path: Path, progress: Progress) -> FilePlan | None:
        """The file when it is one that was taken in, byte for byte, and verified then, or one that was written here."""
        try:
            written = self._exports.of_size(size := path.stat().st_size)
            records = {record.sha256: record for record in self._rows.of_size(size)}
            digest = digest_of(path, progress) if records or written else ""
        except OSError as error:
            raise InvalidInput(
                N_("The file {name} cannot be read: {detail}."), name=path.name, detail=error.strerror or str(error)
            ) from error
        if digest in written:
            return FilePlan(path, digest, size, written[digest], self._vault.profile.name, known=True, own=True)
        return replace(_file_plan(path, records[digest]), known=True) if digest in records else None

    def _take(
        self, plan: FilePlan, incoming: Incoming, consent: Consent, kinds: set[str], visits: set[str]
    ) -> FilePlan:
        try:
            changed = self._takers[plan.kind].take(incoming, consent)
        except NotTaken as refusal:
            return replace(plan, refused=refusal.reason)
        except BundleError as error:
            return replace(plan, refused=refusal_of(error).reason)
        kinds |= changed.kinds
        visits |= changed.visits
        self._quarantine.release(plan.sha256)
        return plan

    def _staging(self) -> AbstractContextManager[Staging | None]:
        """Where evidence waits while a bundle is verified; only an office takes evidence in."""
        return self._vault.store.blobs.staging() if role_of(self._vault) is VaultRole.OFFICE else nullcontext()

    def _put_aside(self, plan: FilePlan) -> None:
        reason = plan.refused
        if reason is not None:
            self._quarantine.add(plan.path, plan.sha256, reason.code, reason.template, reason.params)

    def _gather(self, files: tuple[Path, ...]) -> tuple[tuple[Path, ...], tuple[WaitingBundle, ...]]:
        """The files to take in, those put together of pieces among them, and what still waits for pieces."""
        whole = [path for path in files if not self._waiting.takes(path)]
        whole += self._waiting.whole()
        return tuple(whole), self._waiting.waiting()

    def _back_up(self) -> None:
        if backups.head_of(self._vault.store.db) not in {item.head for item in self._vault.backups()}:
            self._vault.backup("import")


def _kept(plan: FilePlan, incoming: Incoming | NotTaken) -> bool:
    """Whether a refused file goes into the quarantine: not when it is merely another's, waits for a
    consent, or is a backup."""
    if isinstance(incoming, NotTaken) and not incoming.keep:
        return False
    return plan.refused is not None and plan.refused.code not in ("role", "consent", "backup")


def _unreadable(path: Path, error: InvalidInput) -> FilePlan:
    return FilePlan(path, "", 0, refused=NotTaken.because("unreadable", error.template, error.params).reason)


def _file_plan(
    path: Path, record: BundleRecord, items: tuple[PlanItem, ...] = (), refused: Reason | None = None
) -> FilePlan:
    return FilePlan(
        path=path,
        sha256=record.sha256,
        size=record.size,
        kind=record.kind,
        sender_name=record.sender_name,
        organisation=record.organisation,
        fingerprint=record.sender,
        created_at=record.created_at,
        items=items,
        refused=refused,
    )


class _Counting:
    """Counts the bytes of several files, and hears a cancel inside each of them."""

    def __init__(self, progress: Progress, files: tuple[Path, ...]) -> None:
        self._progress = progress
        self._sizes = {path: _size(path) for path in files}
        self._done, self._total, self._number = 0, max(sum(self._sizes.values()), 1), 0

    def begin(self, path: Path, template: str) -> Progress:
        """The next file; what its work reports is a share of its size."""
        before, size = self._done, self._sizes[path]
        self._done += size
        self._number += 1
        words = template.format(name=path.name)
        if len(self._sizes) > 1:
            words = _("{what} ({number} of {count})").format(what=words, number=self._number, count=len(self._sizes))

        def heard(done: int, total: int, text: str = "") -> None:
            share = size * done // total if total > 0 else 0
            self._progress(before + min(max(share, 0), size), self._total, words)

        heard(0, 1)
        return heard

    def end(self) -> None:
        """All is done."""
        self._progress(self._total, self._total)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        # Whoever reads it tells why it cannot be read.
        return 0


def bundle_name_like(path: Path) -> bool:
    """Whether the name of ``path`` is that of a bundle, or of a piece of one; half-written ones begin with a dot."""
    return (path.name.endswith(SUFFIX) or is_piece(path)) and not path.name.startswith(".")


def bundles_in(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The bundle files in ``paths``, files and folders, each once. Raises ``InvalidInput`` when there is none."""
    found = tuple(dict.fromkeys(path for given in paths for path in _files(given)))
    if not found:
        raise InvalidInput(
            N_("There is no bundle here."),
            kept=N_("Nothing was changed."),
            cure=N_("Choose a file whose name ends in .gmsc, or a folder with such files."),
        )
    return found


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for found in sorted(path.rglob(f"*{SUFFIX}*")):
        if bundle_name_like(found) and found.is_file() and not found.is_symlink():
            yield found
