"""Writing a bundle that says something other than visits, and the record of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.exchange import Kind
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.services.begun import announced, settle
from gmsc_desktop.store.exports import ExportRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.sync.bundle import BundleDocument


def post(
    vault: Vault,
    kind: Kind,
    message: dict[str, Any],
    folder: Path,
    passphrase: str,
    *,
    recipients: tuple[str, ...] = (),
    instruments: tuple[bytes, ...] = (),
    templates: tuple[BundleDocument, ...] = (),
    progress: Progress = no_progress,
) -> ExportRecord:
    """Write one signed bundle of ``kind`` into ``folder`` and record it.

    Raises ``InvalidInput`` when there is no such folder, ``WrongPassphrase``, ``StorageError``, ``BundleError``,
    ``Cancelled``; nothing is changed then.
    """
    from gmsc_desktop.sync.bundle import BundleContent, bundle_name, write_bundle
    from gmsc_desktop.sync.messages import write_message

    require_folder(folder)
    store, exports = vault.store, ExportRepository(vault.store)
    data = write_message(kind.value, message)
    identity = vault.signing_identity(passphrase)
    settle(vault)
    at = store.clock.now()
    newest = exports.newest()
    content = BundleContent(
        sender=sender_of(vault),
        device=vault.device,
        sequence=exports.next_sequence(),
        visits=(),
        open_file=store.blobs.stream,
        kind=kind.value,
        previous=newest.sha256 if newest else "",
        journal_head=store.journal.vault_head()[1],
        recipients=recipients,
        message=data,
        instruments=instruments,
        templates=templates,
    )
    name = free_name(folder, bundle_name(vault.device, content.sequence, at))
    begun = ExportRecord(store.ids.uuid7(), at, str(folder), name, "", 0, content.sequence, ())
    with announced(exports, begun, kind.value):
        written = write_bundle(folder / name, content, identity, at, progress)
    record = replace(begun, sha256=written.sha256, size=written.size)
    exports.add(record, kind.value)
    return record


def sender_of(vault: Vault) -> Person:
    """The owner, as a bundle names its sender."""
    profile = vault.profile
    return Person(profile.name, profile.nip, profile.title, profile.organisation, Role.LEAD)


def require_folder(folder: Path) -> None:
    """Raise ``InvalidInput`` unless ``folder`` is there to write to."""
    if not folder.is_dir():
        raise InvalidInput(
            N_("There is no folder {folder}."),
            kept=N_("Nothing was changed."),
            cure=N_("Check that the stick is connected, or choose another folder."),
            folder=folder,
        )


def free_name(folder: Path, name: str) -> str:
    """``name``, or with a number when a file of that name lies there: a bundle never replaces another one."""
    stem, dot, suffix = name.rpartition(".")
    number = 2
    while (folder / name).exists():
        name = f"{stem}-{number}{dot}{suffix}"
        number += 1
    return name
