"""What belongs to the owner of a vault: passphrase, recovery code, profile, identity; and how it is kept."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from gmsc_desktop.domain.errors import (
    InvalidInput,
    StorageError,
    WrongPassphrase,
)
from gmsc_desktop.identity.certificates import issue, make_root
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.services.vaults import (
    Profile,
    Vault,
    check_vault,
    create_vault,
    recover_vault,
)
from tests.helpers import (
    PASSPHRASE,
    PROFILE,
    QUICK,
    FixedClock,
    SeededIds,
    files_below,
    full_disk,
)
from tests.services.vault_kit import OTHER, Made, refused, reopen


def test_a_changed_passphrase_rewrites_no_database(made: Made) -> None:
    folder, code = made
    vault = reopen(folder)
    before = (folder / "gmsc.db").read_bytes()
    with pytest.raises(WrongPassphrase):
        vault.change_passphrase(OTHER, OTHER)
    with pytest.raises(InvalidInput):
        vault.change_passphrase(PASSPHRASE, "pendek")
    vault.change_passphrase(PASSPHRASE, OTHER)
    vault.check_passphrase(OTHER)
    with pytest.raises(WrongPassphrase):
        vault.check_passphrase(PASSPHRASE)
    assert vault.signing_identity(OTHER).fingerprint == vault.certificate_fingerprint
    vault.close()
    assert (folder / "gmsc.db").read_bytes() == before
    assert (folder / "keys.json").read_bytes() == (folder / "backups" / "keys.json").read_bytes()
    refused(folder, WrongPassphrase)
    reopen(folder, OTHER).close()
    recover_vault(folder, code, PASSPHRASE, clock=FixedClock(), ids=SeededIds(4)).close()
    reopen(folder).close()


def test_the_code_opens_and_sets_a_new_passphrase(made: Made) -> None:
    folder, code = made
    typed = code.lower().replace("-", " ").replace("0", "O")
    vault = recover_vault(folder, typed, OTHER, clock=FixedClock(), ids=SeededIds(4))
    assert vault.signing_identity(OTHER).fingerprint == vault.certificate_fingerprint
    vault.close()
    refused(folder, WrongPassphrase)
    reopen(folder, OTHER).close()


@pytest.mark.parametrize("code", ["", "0000-0000-0000-0000-0000-0000-0000", "bukan kode"])
def test_a_code_that_opens_nothing_changes_nothing(made: Made, code: str) -> None:
    before = files_below(made[0])
    with pytest.raises(WrongPassphrase):
        recover_vault(made[0], code, OTHER, clock=FixedClock(), ids=SeededIds(4))
    with pytest.raises(InvalidInput):
        recover_vault(made[0], made[1], "pendek", clock=FixedClock(), ids=SeededIds(4))
    assert files_below(made[0]) == before
    reopen(made[0]).close()


def test_a_new_code_ends_the_old_one(made: Made) -> None:
    folder, code = made
    vault = reopen(folder)
    with pytest.raises(WrongPassphrase):
        vault.new_recovery_code(OTHER)
    fresh = vault.new_recovery_code(PASSPHRASE)
    vault.close()
    with pytest.raises(WrongPassphrase):
        recover_vault(folder, code, OTHER, clock=FixedClock(), ids=SeededIds(4))
    recover_vault(folder, fresh, OTHER, clock=FixedClock(), ids=SeededIds(4)).close()


def test_wherever_the_disk_fills_a_passphrase_opens_the_vault(made: Made) -> None:
    for room in range(10):
        vault = reopen(made[0])
        try:
            with full_disk(room):
                vault.change_passphrase(PASSPHRASE, OTHER)
        except StorageError as error:
            assert error.template == "The disk is full."
        else:
            break
        finally:
            vault.close()
        try:
            reopen(made[0]).close()
        except WrongPassphrase:
            again = reopen(made[0], OTHER)
            again.change_passphrase(OTHER, PASSPHRASE)
            again.close()
    assert room > 2
    reopen(made[0], OTHER).close()


def test_the_profile_is_journalled(vault: Vault) -> None:
    changed = Profile(name="Prof. Dr. Sri Wahyuni, M.T.", language="en")
    done = vault.set_profile(changed)
    assert done.value == vault.profile == changed
    assert done.changed.kinds == {"profile"}
    last = vault.store.journal.entries("vault")[-1]
    assert (last.tbl, last.key, last.who) == ("setting", "profile", PROFILE.name)
    assert last.after_row is not None
    assert json.loads(last.after_row["value"])["name"] == changed.name
    assert vault.store.journal.who == changed.name
    with pytest.raises(InvalidInput):
        vault.set_profile(Profile(name=""))
    assert vault.profile == changed


def test_the_offices_certificate_takes_the_place_of_ones_own(made: Made, clock: FixedClock) -> None:
    vault = reopen(made[0])
    own = vault.signing_identity(PASSPHRASE)
    root = make_root("Akar Kantor Pusat", clock=clock, ids=SeededIds(3))
    issued = issue(root, PROFILE.person(), own.private_key.public_key(), clock=clock, ids=SeededIds(3))
    adopted = SigningIdentity(own.private_key, issued, (root.certificate,))
    with pytest.raises(WrongPassphrase):
        vault.adopt_identity(adopted, OTHER)
    assert vault.adopt_identity(adopted, PASSPHRASE).value == own.fingerprint
    vault.close()
    again = reopen(made[0])
    found = again.signing_identity(PASSPHRASE)
    assert again.certificate == found.certificate == issued
    assert found.chain == (root.certificate,)
    assert again.certificate_fingerprint == own.fingerprint
    lines = again.store.journal.lines("vault")
    assert issued.fingerprint(issued.signature_hash_algorithm) and own.fingerprint.encode() in lines  # type: ignore[arg-type]
    again.close()


def test_another_key_is_adopted_and_the_first_stays_kept(vault: Vault, clock: FixedClock) -> None:
    first = vault.certificate_fingerprint
    other = make_root("Lain", clock=clock, ids=SeededIds(8))
    vault.adopt_identity(SigningIdentity(other.private_key, other.certificate), PASSPHRASE)
    assert vault.certificate_fingerprint == other.fingerprint != first
    rows = vault.store.conn.execute("SELECT fingerprint, active FROM identity ORDER BY active").fetchall()
    assert rows == [(first, 0), (other.fingerprint, 1)]


def test_closing_backs_up_what_changed_and_only_that(made: Made) -> None:
    def copies() -> int:
        return len(list((made[0] / "backups").glob("*.db")))

    assert copies() == 1
    reopen(made[0]).close()
    assert copies() == 1
    vault = reopen(made[0])
    vault.set_profile(Profile(name="Lain"))
    vault.close()
    assert copies() == 2
    assert sorted(path.name for path in made[0].iterdir() if "gmsc.db" in path.name) == ["gmsc.db"]


def test_a_backup_that_fails_still_closes_the_vault(made: Made) -> None:
    vault = reopen(made[0])
    vault.set_profile(Profile(name="Lain"))
    shutil.rmtree(made[0] / "backups")
    (made[0] / "backups").write_text("ini bukan folder")
    with pytest.raises(StorageError):
        vault.close()
    (made[0] / "backups").unlink()
    again = reopen(made[0])
    assert again.profile.name == "Lain"
    again.close()


def test_orphans_go_only_when_no_copy_names_them(tmp_path: Path) -> None:
    clock = FixedClock()
    vault, _code = create_vault(tmp_path / "b", PROFILE, PASSPHRASE, clock=clock, ids=SeededIds(), kdf=QUICK)
    orphan = vault.store.blobs.put_bytes(b"yatim")
    old = (clock.at - timedelta(days=30)).timestamp()
    os.utime(vault.store.blobs.path(orphan.sha256), (old, old))
    fresh = vault.store.blobs.put_bytes(b"baru")
    os.utime(vault.store.blobs.path(fresh.sha256), (clock.at.timestamp(),) * 2)
    vault.close()
    assert list(vault.store.blobs.names()) == [fresh.sha256]


def test_a_copy_that_cannot_be_read_keeps_every_file(made: Made) -> None:
    vault = reopen(made[0])
    orphan = vault.store.blobs.put_bytes(b"yatim")
    os.utime(vault.store.blobs.path(orphan.sha256), (0, 0))
    (made[0] / "kept-20211201T000000Z.db").write_bytes(b"rusak" * 2_000)
    vault.close()
    assert list(vault.store.blobs.names()) == [orphan.sha256]


def test_the_check_names_what_is_wrong(vault: Vault) -> None:
    assert check_vault(vault) == ()
    conn = vault.store.conn
    conn.execute("DROP TRIGGER journal_no_update")
    conn.execute("UPDATE journal SET who = 'orang lain' WHERE seq = 2")
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("INSERT INTO document VALUES ('d', 'v', 'h', 'report', 'l.pdf', 'bb', 1, '2021-12-14')")
    found = check_vault(vault)
    conn.execute("UPDATE document SET sha256 = ?", (vault.store.blobs.put_bytes(b"isi").sha256,))
    (path,) = vault.store.blobs.folder.rglob("*.age")
    path.write_bytes(path.read_bytes()[:-1])
    seen: list[tuple[int, int]] = []
    deep = check_vault(vault, read_files=True, progress=lambda done, total, _text="": seen.append((done, total)))
    assert seen == [(0, 1)]
    assert len(check_vault(vault)) == 2
    assert len(deep) == 3
    assert path.name.removesuffix(".age") in deep[-1]
    conn.execute("DELETE FROM document")
    assert len(found) == 3
    assert any("2 " in line and "(content)" in line for line in found)
    assert any(" bb " in line for line in found)
