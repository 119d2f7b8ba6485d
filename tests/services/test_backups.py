"""Backups and rescue of a whole vault, as a person goes through them."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from gmsc_desktop.domain.errors import NotFound, StorageError, VaultDamaged, VaultInUse, WrongPassphrase
from gmsc_desktop.services.backups import BackupService, backups_of, restore_backup
from gmsc_desktop.services.rescue import keys_can_be_restored, rescue_vault, restore_keys
from gmsc_desktop.services.vaults import Profile, Vault, check_vault, open_vault
from tests.helpers import PASSPHRASE, PROFILE, START, FixedClock, SeededIds, files_below

OTHER = "kalimat lain yang juga panjang"


def reopen(folder: Path) -> Vault:
    return open_vault(folder, PASSPHRASE, clock=FixedClock(), ids=SeededIds(9))


def test_a_backup_made_by_hand_is_listed_and_put_back(vault: Vault) -> None:
    service = BackupService(vault)
    photo = vault.store.blobs.put_bytes(b"foto")
    done = service.make()
    assert done.changed.kinds == {"backup"}
    assert service.list() == (done.value,) == backups_of(vault.folder)
    assert (done.value.reason, done.value.size) == ("manual", done.value.path.stat().st_size)
    vault.set_profile(Profile(name="Orang Lain"))
    vault.close()
    kept = restore_backup(vault.folder, done.value, PASSPHRASE)
    assert kept is not None
    assert kept.parent == vault.folder
    again = reopen(vault.folder)
    assert again.profile == PROFILE
    assert again.store.blobs.read(photo.sha256) == b"foto"
    assert check_vault(again) == ()
    again.set_profile(Profile(name="Jalan Baru"))
    again.close()
    # The state before the restore is whole too, and the way on from the restored one was backed up.
    newest = backups_of(vault.folder)[0]
    assert newest.head not in {done.value.head}
    kept.replace(vault.folder / "gmsc.db")
    before = reopen(vault.folder)
    assert before.profile.name == "Orang Lain"
    before.close()


def test_old_copies_are_thinned_as_new_ones_are_made(vault: Vault, clock: FixedClock) -> None:
    for number in range(12):
        clock.forward(hours=18)
        vault.set_profile(Profile(name=f"Nama {number}"))
        vault.backup("close")
    by_hand = BackupService(vault).make().value
    left = backups_of(vault.folder)
    assert left[0] == by_hand
    old = [backup.created_at.date() for backup in left if clock.at - backup.created_at > timedelta(days=3)]
    assert len(old) == len(set(old)) >= 5
    assert len(left) < 12
    assert {path.name for path in (vault.folder / "backups").iterdir()} == {
        "keys.json",
        *(backup.path.name for backup in left),
    }


def test_a_kept_database_is_asked_for_its_files_and_left_alone(vault: Vault) -> None:
    photo = vault.store.blobs.put_bytes(b"foto")
    os.utime(vault.store.blobs.path(photo.sha256), (0, 0))
    backup = BackupService(vault).make().value
    conn = vault.store.conn
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("INSERT INTO document VALUES ('d', 'v', 'h', 'report', 'l.pdf', ?, 1, '2021-12-14')", (photo.sha256,))
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(vault.folder / "gmsc.db", vault.folder / "kept-20211214T000000Z.db")
    conn.execute("DELETE FROM document")
    vault.close()
    assert vault.store.blobs.has(photo.sha256)
    assert [path.name for path in vault.folder.glob("kept-*")] == ["kept-20211214T000000Z.db"]
    (vault.folder / "kept-20211214T000000Z.db").unlink()
    again = reopen(vault.folder)
    again.close()
    assert not again.store.blobs.has(photo.sha256)
    assert backup.path.exists()


def test_restoring_needs_the_passphrase_and_a_closed_vault(vault: Vault) -> None:
    backup = BackupService(vault).make().value
    with pytest.raises(VaultInUse):
        restore_backup(vault.folder, backup, PASSPHRASE)
    vault.close()
    before = files_below(vault.folder)
    with pytest.raises(WrongPassphrase):
        restore_backup(vault.folder, backup, OTHER)
    backup.path.rename(backup.path.with_suffix(".lain"))
    with pytest.raises(NotFound):
        restore_backup(vault.folder, backup, PASSPHRASE)
    backup.path.with_suffix(".lain").rename(backup.path)
    assert files_below(vault.folder) == before


def test_a_lost_database_is_restored(vault: Vault) -> None:
    vault.close()
    (vault.folder / "gmsc.db").unlink()
    with pytest.raises(VaultDamaged, match=r"gmsc\.db is missing"):
        reopen(vault.folder)
    assert restore_backup(vault.folder, backups_of(vault.folder)[0], PASSPHRASE, clock=FixedClock()) is None
    again = reopen(vault.folder)
    assert again.profile == PROFILE
    again.close()


def test_a_damaged_vault_is_rescued_and_the_damaged_file_kept(vault: Vault) -> None:
    vault.set_profile(Profile(name="Nama Terbaru"))
    photo = vault.store.blobs.put_bytes(b"foto")
    vault.close()
    path = vault.folder / "gmsc.db"
    data = bytearray(path.read_bytes())
    data[:300] = bytes(300)
    path.write_bytes(data)
    with pytest.raises(VaultDamaged):
        reopen(vault.folder)
    with pytest.raises(WrongPassphrase):
        rescue_vault(vault.folder, OTHER, clock=FixedClock(), ids=SeededIds(3))
    rescue = rescue_vault(vault.folder, PASSPHRASE, clock=FixedClock(), ids=SeededIds(3))
    assert rescue.complete
    assert (rescue.broken, rescue.proven) == (1, False)
    assert path.read_bytes() == bytes(data)
    assert rescue.backup in backups_of(vault.folder)
    assert rescue.backup.reason == "rescue"
    assert '"complete": true' in rescue.report()
    kept = restore_backup(vault.folder, rescue.backup, PASSPHRASE, clock=FixedClock())
    assert kept is not None
    assert kept.read_bytes() == bytes(data)
    again = reopen(vault.folder)
    assert again.profile.name == "Nama Terbaru"
    assert again.store.blobs.read(photo.sha256) == b"foto"
    assert again.signing_identity(PASSPHRASE).fingerprint == vault.certificate_fingerprint
    assert check_vault(again) == ()
    again.close()


def test_a_vault_that_lost_everything_still_opens_and_says_so(vault: Vault) -> None:
    vault.close()
    path = vault.folder / "gmsc.db"
    path.write_bytes(bytes(path.stat().st_size))
    for copy in backups_of(vault.folder):
        copy.path.unlink()
    rescue = rescue_vault(vault.folder, PASSPHRASE, clock=FixedClock(), ids=SeededIds(3))
    assert not rescue.complete
    assert not rescue.proven
    restore_backup(vault.folder, rescue.backup, PASSPHRASE, clock=FixedClock())
    again = reopen(vault.folder)
    assert again.profile == Profile(name="—")
    assert again.certificate_fingerprint != vault.certificate_fingerprint
    assert again.signing_identity(PASSPHRASE).fingerprint == again.certificate_fingerprint
    assert check_vault(again) == ()
    again.close()


def test_lost_pages_are_filled_from_the_copies(vault: Vault) -> None:
    """All pages are gone, but a backup holds keys, journal and settings: the vault comes back with its identity."""
    vault.close()
    path = vault.folder / "gmsc.db"
    path.write_bytes(bytes(path.stat().st_size))
    rescue = rescue_vault(vault.folder, PASSPHRASE, clock=FixedClock(), ids=SeededIds(3))
    restore_backup(vault.folder, rescue.backup, PASSPHRASE, clock=FixedClock())
    again = reopen(vault.folder)
    assert again.profile == PROFILE
    assert again.certificate_fingerprint == vault.certificate_fingerprint
    assert check_vault(again) == ()
    again.close()


def test_a_rescue_that_cannot_be_written_changes_nothing(vault: Vault) -> None:
    vault.close()
    shutil.rmtree(vault.folder / "backups")
    (vault.folder / "backups").write_text("bukan folder")
    before = files_below(vault.folder)
    with pytest.raises(StorageError, match="backups"):
        rescue_vault(vault.folder, PASSPHRASE, clock=FixedClock(), ids=SeededIds(3))
    assert files_below(vault.folder) == before


def test_the_copy_of_the_key_file_is_put_back(vault: Vault) -> None:
    vault.close()
    keys = vault.folder / "keys.json"
    whole = keys.read_bytes()
    for harm in (b"", whole[:-30], None):
        if harm is None:
            keys.unlink()
        else:
            keys.write_bytes(harm)
        with pytest.raises(VaultDamaged):
            reopen(vault.folder)
        assert keys_can_be_restored(vault.folder)
        restore_keys(vault.folder, clock=FixedClock(START))
        assert keys.read_bytes() == whole
        reopen(vault.folder).close()
    (vault.folder / "backups" / "keys.json").write_bytes(b"rusak")
    keys.unlink()
    assert not keys_can_be_restored(vault.folder)
    with pytest.raises(VaultDamaged):
        restore_keys(vault.folder, clock=FixedClock(START))
