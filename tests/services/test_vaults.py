"""Making, opening, recovering and keeping a vault, on real files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.domain.errors import (
    Cancelled,
    GmscError,
    InvalidInput,
    NotAVault,
    StorageError,
    VaultDamaged,
    VaultInUse,
    VaultNewer,
    VaultReadOnly,
    WrongPassphrase,
)
from gmsc_desktop.identity.certificates import issue, make_root
from gmsc_desktop.identity.signer import SigningIdentity, spki_fingerprint
from gmsc_desktop.services import vaults
from gmsc_desktop.services.vaults import (
    Profile,
    Vault,
    check_vault,
    create_vault,
    looks_like_vault,
    open_vault,
    passphrase_problem,
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
    open_folder,
    small_disk,
    unprivileged,
)

OTHER = "kalimat lain yang juga panjang"

Made = tuple[Path, str]


@pytest.fixture
def made(tmp_path: Path, clock: FixedClock, ids: SeededIds) -> Made:
    """A closed vault and its recovery code."""
    return make(tmp_path / "brankas")


def make(folder: Path, **more: Any) -> Made:
    vault, code = create_vault(
        folder, PROFILE, PASSPHRASE, **({"clock": FixedClock(), "ids": SeededIds(), "kdf": QUICK} | more)
    )
    vault.close()
    return folder, code


def reopen(folder: Path, passphrase: str = PASSPHRASE) -> Vault:
    return open_vault(folder, passphrase, clock=FixedClock(), ids=SeededIds(9))


def refused(folder: Path, error: type[GmscError], passphrase: str = PASSPHRASE) -> GmscError:
    """Opening fails with ``error``, says what to do, and changes nothing; the vault is not left locked."""
    before = files_below(folder)
    with pytest.raises(error) as caught:
        reopen(folder, passphrase)
    assert files_below(folder) == before
    assert caught.value.cure
    return caught.value


class TestMaking:
    def test_a_new_vault_holds_its_owner(self, made: Made) -> None:
        folder, code = made
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["backups", "evidence", "gmsc.db", "gmsc.lock", "keys.json"]
        assert looks_like_vault(folder)
        assert len(code.replace("-", "")) == 28
        vault = reopen(folder)
        assert vault.profile == PROFILE
        assert vault.certificate_fingerprint == spki_fingerprint(vault.certificate)
        assert "2.5.4.5=197503142005012001" in vault.certificate.subject.rfc4514_string()
        assert vault.signing_identity(PASSPHRASE).certificate == vault.certificate
        assert vault.device == vault.store.settings.get("device")
        assert check_vault(vault) == ()
        vault.close()

    def test_the_database_is_no_plain_sqlite(self, made: Made) -> None:
        data = (made[0] / "gmsc.db").read_bytes()
        assert not data.startswith(b"SQLite format 3")
        for clear in (b"Wahyuni", b"CREATE TABLE", b"AGE-SECRET-KEY"):
            assert clear not in data

    def test_neither_key_nor_code_is_anywhere_in_the_clear(self, made: Made) -> None:
        folder, code = made
        vault = reopen(folder)
        secrets = (vault._secret, vault._secret.hex().encode(), code.encode(), PASSPHRASE.encode())
        identity = vault.store.settings.get("age_identity").encode()
        journal = b"".join(vault.store.journal.lines("vault") for _ in range(1))
        vault.close()
        everything = b"".join(files_below(folder).values()) + journal
        assert not [secret for secret in (*secrets, identity) if secret in everything]

    def test_the_same_seed_makes_two_different_databases_only_by_the_cipher(self, tmp_path: Path) -> None:
        """The random parts that matter come from the ids handed in, so that tests repeat; the salt is SQLCipher's."""
        one, two = make(tmp_path / "satu"), make(tmp_path / "dua")
        assert one[1] == two[1]
        assert (one[0] / "keys.json").read_bytes() == (two[0] / "keys.json").read_bytes()
        assert (one[0] / "gmsc.db").read_bytes()[:16] != (two[0] / "gmsc.db").read_bytes()[:16]

    def test_progress_is_told_and_stopping_leaves_nothing(self, tmp_path: Path) -> None:
        seen: list[tuple[int, int]] = []

        def stop(done: int, total: int, text: str = "") -> None:
            seen.append((done, total))
            if done == 2:
                raise Cancelled

        with pytest.raises(Cancelled):
            make(tmp_path / "brankas", progress=stop)
        assert seen == [(0, 3), (1, 3), (2, 3)]
        assert list(tmp_path.iterdir()) == []
        make(tmp_path / "brankas")

    def test_an_empty_folder_and_missing_parents_will_do(self, tmp_path: Path) -> None:
        empty = tmp_path / "kosong"
        empty.mkdir()
        assert looks_like_vault(make(empty)[0])
        assert looks_like_vault(make(tmp_path / "a" / "b" / "Brankas Ibu Sri")[0])

    @pytest.mark.skipif(os.name == "nt", reason="such names are not allowed")
    def test_a_name_with_signs_that_mean_something_elsewhere(self, tmp_path: Path) -> None:
        folder, _code = make(tmp_path / "50% #1? é 'brankas' ;&")
        vault = reopen(folder)
        vault.backup("manual")
        assert check_vault(vault) == ()
        vault.close()
        assert [path.name for path in tmp_path.iterdir()] == [folder.name]

    def test_a_folder_with_something_in_it_is_left_alone(self, made: Made, tmp_path: Path) -> None:
        (tmp_path / "isi").mkdir()
        (tmp_path / "isi" / "catatan.txt").write_text("penting")
        (tmp_path / "berkas").write_text("x")
        for folder, text in (
            (made[0], "already a vault"),
            (tmp_path / "isi", "not empty"),
            (tmp_path / "berkas", "not"),
        ):
            before = files_below(tmp_path)
            with pytest.raises(InvalidInput, match=text):
                make(folder)
            assert files_below(tmp_path) == before

    def test_wherever_the_disk_fills_no_half_vault_is_left(self, tmp_path: Path) -> None:
        folder = tmp_path / "brankas"
        for room in range(50):
            with full_disk(room):
                try:
                    vault, _code = create_vault(
                        folder, PROFILE, PASSPHRASE, clock=FixedClock(), ids=SeededIds(), kdf=QUICK
                    )
                except StorageError as error:
                    assert error.template == "The disk is full."
                else:
                    break
            if folder.exists():
                # It was whole before the disk was full: only opening it failed.
                reopen(folder).close()
                shutil.rmtree(folder)
            assert list(tmp_path.iterdir()) == []
        assert room > 5
        vault.close()

    def test_what_a_crash_left_is_cleared_by_the_next_try(self, tmp_path: Path) -> None:
        left = tmp_path / ".brankas.gmsc-new"
        left.mkdir()
        (left / "gmsc.db").write_bytes(b"separuh")
        folder, _code = make(tmp_path / "brankas")
        assert [path.name for path in tmp_path.iterdir()] == ["brankas"]
        reopen(folder).close()

    def test_a_parent_that_cannot_be_written(self) -> None:
        with open_folder() as parent:
            parent.chmod(0o555)
            with unprivileged(), pytest.raises(VaultReadOnly):
                make(parent / "brankas")
            parent.chmod(0o755)
            assert list(parent.iterdir()) == []

    def test_a_disk_too_small(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", "64k") as disk:
            with pytest.raises(StorageError, match="disk is full"):
                make(disk / "brankas")
            assert list(disk.iterdir()) == []

    @pytest.mark.parametrize(
        ("text", "good"),
        [
            ("", False),
            ("pendek", False),
            ("aaaaaaaaaaaaaaaaaa", False),
            ("abababababababab", False),
            (PASSPHRASE, True),
        ],
    )
    def test_what_a_passphrase_must_be(self, tmp_path: Path, text: str, good: bool) -> None:
        assert (passphrase_problem(text) is None) is good
        if not good:
            with pytest.raises(InvalidInput, match="passphrase"):
                create_vault(tmp_path / "b", PROFILE, text, clock=FixedClock(), ids=SeededIds(), kdf=QUICK)
            assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("profile", "text"),
        [
            (Profile(name="  "), "name is missing"),
            (Profile(name="Sri", nip="123"), "18 digits"),
            (Profile(name="Sri", nip="١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨"), "18 digits"),
            (Profile(name="Sri", language="fr"), "language"),
        ],
    )
    def test_a_profile_that_will_not_do(self, tmp_path: Path, profile: Profile, text: str) -> None:
        with pytest.raises(InvalidInput, match=text):
            create_vault(tmp_path / "b", profile, PASSPHRASE, clock=FixedClock(), ids=SeededIds(), kdf=QUICK)
        assert list(tmp_path.iterdir()) == []

    def test_a_profile_is_tidied(self, tmp_path: Path) -> None:
        typed = Profile(name="  Dr.  Sri\tWahyuni ", nip="19750314 200501 2 001")
        vault, _code = create_vault(tmp_path / "b", typed, PASSPHRASE, clock=FixedClock(), ids=SeededIds(), kdf=QUICK)
        assert vault.profile == Profile(name="Dr. Sri Wahyuni", nip="197503142005012001")
        vault.close()


class TestOpening:
    @pytest.mark.parametrize("content", ["missing", "empty", "other"])
    def test_a_folder_that_is_no_vault(self, tmp_path: Path, content: str) -> None:
        folder = tmp_path / "bukan"
        if content != "missing":
            folder.mkdir()
        if content == "other":
            (folder / "foto.jpg").write_bytes(b"x")
        error = refused(folder, NotAVault)
        assert "no vault" in str(error)
        assert not looks_like_vault(folder)
        assert folder.exists() == (content != "missing")

    def test_a_wrong_passphrase_and_then_the_right_one(self, made: Made) -> None:
        assert "passphrase is wrong" in str(refused(made[0], WrongPassphrase, OTHER))
        reopen(made[0]).close()

    def test_a_missing_key_file(self, made: Made) -> None:
        (made[0] / "keys.json").unlink()
        assert "keys.json is missing" in str(refused(made[0], VaultDamaged))

    @pytest.mark.parametrize("harm", ["empty", "cut", "flipped", "swapped"])
    def test_a_damaged_key_file_is_not_called_a_wrong_passphrase(self, made: Made, harm: str) -> None:
        path = made[0] / "keys.json"
        data = path.read_bytes()
        document = json.loads(data)
        secret = document["passphrase"]["database"]["data"]
        harmed = {
            "empty": b"",
            "cut": data[: len(data) // 2],
            "flipped": data.replace(secret[:8].encode(), secret[:8].swapcase().encode()),
            "swapped": b"PK\x03\x04" + data,
        }[harm]
        assert harmed != data
        path.write_bytes(harmed)
        assert "passphrase is not at fault" in str(refused(made[0], VaultDamaged))
        # The way out that the message names works.
        shutil.copyfile(made[0] / "backups" / "keys.json", path)
        reopen(made[0]).close()

    def test_a_newer_key_file(self, made: Made) -> None:
        path = made[0] / "keys.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"format": "gmsc-keys/2"}))
        assert "gmsc-keys/2" in str(refused(made[0], VaultNewer))

    def test_a_missing_database(self, made: Made) -> None:
        (made[0] / "gmsc.db").unlink()
        assert "gmsc.db is missing" in str(refused(made[0], VaultDamaged))

    def test_a_newer_database(self, made: Made) -> None:
        vault = reopen(made[0])
        vault.store.conn.execute("PRAGMA user_version = 99")
        vault.close()
        error = refused(made[0], VaultNewer)
        assert (error.params["found"], error.params["known"]) == (99, 1)

    @pytest.mark.parametrize("place", [0.0, 0.004, 0.3, 0.7, 0.999], ids=["salt", "header", "third", "later", "end"])
    def test_a_damaged_database(self, made: Made, place: float) -> None:
        path = made[0] / "gmsc.db"
        data = bytearray(path.read_bytes())
        data[min(int(len(data) * place), len(data) - 1)] ^= 0x20
        path.write_bytes(data)
        error = refused(made[0], VaultDamaged)
        assert "gmsc.db is damaged" in str(error)
        assert error.kept == "The file was left as it is."

    def test_a_database_cut_short(self, made: Made) -> None:
        path = made[0] / "gmsc.db"
        data = path.read_bytes()
        for size in (0, 100, 5_000, len(data) - 4096, len(data) - 1):
            path.write_bytes(data[:size])
            refused(made[0], VaultDamaged)

    def test_another_vaults_database(self, made: Made, tmp_path: Path) -> None:
        other, _code = make(tmp_path / "lain", ids=SeededIds(5))
        shutil.copyfile(other / "gmsc.db", made[0] / "gmsc.db")
        refused(made[0], VaultDamaged)

    def test_open_elsewhere(self, made: Made) -> None:
        vault = reopen(made[0])
        error = refused(made[0], VaultInUse)
        assert error.params["since"] == "2021-12-14 09:30"
        vault.close()
        vault.close()
        reopen(made[0]).close()

    @pytest.mark.parametrize("what", ["folder", "file"])
    def test_what_cannot_be_written_is_refused(self, what: str) -> None:
        with open_folder() as parent:
            folder, _code = make(parent / "brankas")
            with unprivileged(folder):
                target = folder if what == "folder" else folder / "gmsc.db"
                target.chmod(0o555 if what == "folder" else 0o444)
                error = refused(folder, VaultReadOnly)
                folder.chmod(0o755)
        assert "cannot be written" in str(error)
        assert "write-protected" in error.cure

    @pytest.mark.parametrize("room", [0, 4_096, 32_768])
    def test_a_full_disk_is_called_full_and_loses_nothing(self, tmp_path: Path, room: int) -> None:
        with small_disk(tmp_path / "disk", "2m") as disk:
            folder, _code = make(disk / "brankas")
            with (disk / "isi").open("wb", buffering=0) as filler, suppress(OSError):
                while True:
                    filler.write(bytes(4096))
            os.truncate(disk / "isi", (disk / "isi").stat().st_size - room)
            whole = (folder / "gmsc.db").read_bytes()
            with pytest.raises(StorageError) as caught:
                reopen(folder)
            assert caught.value.template == "The disk is full."
            assert (folder / "gmsc.db").read_bytes() == whole
            (disk / "isi").unlink()
            vault = reopen(folder)
            assert check_vault(vault) == ()
            vault.close()

    def test_after_a_crash_everything_confirmed_is_there(self, made: Made, tmp_path: Path) -> None:
        """The folder as a power cut leaves it: write-ahead log unmerged, lock file still naming its holder."""
        vault = reopen(made[0])
        vault.set_profile(Profile(name="Nama Baru"))
        crashed = tmp_path / "crashed"
        shutil.copytree(made[0], crashed)
        vault.close()
        assert (crashed / "gmsc.db-wal").stat().st_size > 0
        again = reopen(crashed)
        assert again.profile.name == "Nama Baru"
        assert check_vault(again) == ()
        again.close()

    def test_a_copied_folder_is_a_vault(self, made: Made, tmp_path: Path) -> None:
        shutil.copytree(made[0], tmp_path / "di stik")
        vault = reopen(tmp_path / "di stik")
        assert vault.profile == PROFILE
        vault.close()


class TestOwner:
    def test_a_changed_passphrase_rewrites_no_database(self, made: Made) -> None:
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

    def test_the_code_opens_and_sets_a_new_passphrase(self, made: Made) -> None:
        folder, code = made
        typed = code.lower().replace("-", " ").replace("0", "O")
        vault = recover_vault(folder, typed, OTHER, clock=FixedClock(), ids=SeededIds(4))
        assert vault.signing_identity(OTHER).fingerprint == vault.certificate_fingerprint
        vault.close()
        refused(folder, WrongPassphrase)
        reopen(folder, OTHER).close()

    @pytest.mark.parametrize("code", ["", "0000-0000-0000-0000-0000-0000-0000", "bukan kode"])
    def test_a_code_that_opens_nothing_changes_nothing(self, made: Made, code: str) -> None:
        before = files_below(made[0])
        with pytest.raises(WrongPassphrase):
            recover_vault(made[0], code, OTHER, clock=FixedClock(), ids=SeededIds(4))
        with pytest.raises(InvalidInput):
            recover_vault(made[0], made[1], "pendek", clock=FixedClock(), ids=SeededIds(4))
        assert files_below(made[0]) == before
        reopen(made[0]).close()

    def test_a_new_code_ends_the_old_one(self, made: Made) -> None:
        folder, code = made
        vault = reopen(folder)
        with pytest.raises(WrongPassphrase):
            vault.new_recovery_code(OTHER)
        fresh = vault.new_recovery_code(PASSPHRASE)
        vault.close()
        with pytest.raises(WrongPassphrase):
            recover_vault(folder, code, OTHER, clock=FixedClock(), ids=SeededIds(4))
        recover_vault(folder, fresh, OTHER, clock=FixedClock(), ids=SeededIds(4)).close()

    def test_wherever_the_disk_fills_a_passphrase_opens_the_vault(self, made: Made) -> None:
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

    def test_the_profile_is_journalled(self, vault: Vault) -> None:
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

    def test_the_offices_certificate_takes_the_place_of_ones_own(self, made: Made, clock: FixedClock) -> None:
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

    def test_another_key_is_adopted_and_the_first_stays_kept(self, vault: Vault, clock: FixedClock) -> None:
        first = vault.certificate_fingerprint
        other = make_root("Lain", clock=clock, ids=SeededIds(8))
        vault.adopt_identity(SigningIdentity(other.private_key, other.certificate), PASSPHRASE)
        assert vault.certificate_fingerprint == other.fingerprint != first
        rows = vault.store.conn.execute("SELECT fingerprint, active FROM identity ORDER BY active").fetchall()
        assert rows == [(first, 0), (other.fingerprint, 1)]


class TestKeeping:
    def test_closing_backs_up_what_changed_and_only_that(self, made: Made) -> None:
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

    def test_a_backup_that_fails_still_closes_the_vault(self, made: Made) -> None:
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

    def test_orphans_go_only_when_no_copy_names_them(self, tmp_path: Path) -> None:
        clock = FixedClock()
        vault, _code = create_vault(tmp_path / "b", PROFILE, PASSPHRASE, clock=clock, ids=SeededIds(), kdf=QUICK)
        orphan = vault.store.blobs.put_bytes(b"yatim")
        old = (clock.at - timedelta(days=30)).timestamp()
        os.utime(vault.store.blobs.path(orphan.sha256), (old, old))
        fresh = vault.store.blobs.put_bytes(b"baru")
        os.utime(vault.store.blobs.path(fresh.sha256), (clock.at.timestamp(),) * 2)
        vault.close()
        assert list(vault.store.blobs.names()) == [fresh.sha256]

    def test_a_copy_that_cannot_be_read_keeps_every_file(self, made: Made) -> None:
        vault = reopen(made[0])
        orphan = vault.store.blobs.put_bytes(b"yatim")
        os.utime(vault.store.blobs.path(orphan.sha256), (0, 0))
        (made[0] / "kept-20211201T000000Z.db").write_bytes(b"rusak" * 2_000)
        vault.close()
        assert list(vault.store.blobs.names()) == [orphan.sha256]

    def test_the_check_names_what_is_wrong(self, vault: Vault) -> None:
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


def test_the_vault_module_loads_nothing_heavy() -> None:
    """The first window imports it before anything is unlocked."""
    code = (
        "import sys; import gmsc_desktop.services.vaults, gmsc_desktop.services.backups, gmsc_desktop.services.rescue;"
        "heavy = {'cryptography', 'pyrage', 'sqlite_utils', 'sqlcipher3', 'lxml', 'reportlab'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    root = Path(vaults.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
