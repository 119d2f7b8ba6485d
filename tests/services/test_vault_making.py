"""Making a vault: whole or not at all, wherever the disk fills and whatever is typed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gmsc_desktop.domain.errors import (
    Cancelled,
    InvalidInput,
    StorageError,
    VaultReadOnly,
)
from gmsc_desktop.identity.signer import spki_fingerprint
from gmsc_desktop.services import vaults
from gmsc_desktop.services.vaults import (
    Profile,
    check_vault,
    create_vault,
    looks_like_vault,
    passphrase_problem,
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
from tests.services.vault_kit import Made, make, reopen


def test_a_new_vault_holds_its_owner(made: Made) -> None:
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


def test_the_database_is_no_plain_sqlite(made: Made) -> None:
    data = (made[0] / "gmsc.db").read_bytes()
    assert not data.startswith(b"SQLite format 3")
    for clear in (b"Wahyuni", b"CREATE TABLE", b"AGE-SECRET-KEY"):
        assert clear not in data


def test_neither_key_nor_code_is_anywhere_in_the_clear(made: Made) -> None:
    folder, code = made
    vault = reopen(folder)
    secrets = (vault._secret, vault._secret.hex().encode(), code.encode(), PASSPHRASE.encode())
    identity = vault.store.settings.get("age_identity").encode()
    journal = b"".join(vault.store.journal.lines("vault") for _ in range(1))
    vault.close()
    everything = b"".join(files_below(folder).values()) + journal
    assert not [secret for secret in (*secrets, identity) if secret in everything]


def test_the_same_seed_makes_two_different_databases_only_by_the_cipher(tmp_path: Path) -> None:
    """The random parts that matter come from the ids handed in, so that tests repeat; the salt is SQLCipher's."""
    one, two = make(tmp_path / "satu"), make(tmp_path / "dua")
    assert one[1] == two[1]
    assert (one[0] / "keys.json").read_bytes() == (two[0] / "keys.json").read_bytes()
    assert (one[0] / "gmsc.db").read_bytes()[:16] != (two[0] / "gmsc.db").read_bytes()[:16]


def test_progress_is_told_and_stopping_leaves_nothing(tmp_path: Path) -> None:
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


def test_an_empty_folder_and_missing_parents_will_do(tmp_path: Path) -> None:
    empty = tmp_path / "kosong"
    empty.mkdir()
    assert looks_like_vault(make(empty)[0])
    assert looks_like_vault(make(tmp_path / "a" / "b" / "Brankas Ibu Sri")[0])


@pytest.mark.skipif(os.name == "nt", reason="such names are not allowed")
def test_a_name_with_signs_that_mean_something_elsewhere(tmp_path: Path) -> None:
    folder, _code = make(tmp_path / "50% #1? é 'brankas' ;&")
    vault = reopen(folder)
    vault.backup("manual")
    assert check_vault(vault) == ()
    vault.close()
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_folder_with_something_in_it_is_left_alone(made: Made, tmp_path: Path) -> None:
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


def test_wherever_the_disk_fills_no_half_vault_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "brankas"
    for room in range(50):
        with full_disk(room):
            try:
                vault, _code = create_vault(folder, PROFILE, PASSPHRASE, clock=FixedClock(), ids=SeededIds(), kdf=QUICK)
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


def test_what_a_crash_left_is_cleared_by_the_next_try(tmp_path: Path) -> None:
    left = tmp_path / ".brankas.gmsc-new"
    left.mkdir()
    (left / "gmsc.db").write_bytes(b"separuh")
    folder, _code = make(tmp_path / "brankas")
    assert [path.name for path in tmp_path.iterdir()] == ["brankas"]
    reopen(folder).close()


def test_a_parent_that_cannot_be_written() -> None:
    with open_folder() as parent:
        parent.chmod(0o555)
        with unprivileged(), pytest.raises(VaultReadOnly):
            make(parent / "brankas")
        parent.chmod(0o755)
        assert list(parent.iterdir()) == []


def test_a_disk_too_small(tmp_path: Path) -> None:
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
def test_what_a_passphrase_must_be(tmp_path: Path, text: str, good: bool) -> None:
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
def test_a_profile_that_will_not_do(tmp_path: Path, profile: Profile, text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        create_vault(tmp_path / "b", profile, PASSPHRASE, clock=FixedClock(), ids=SeededIds(), kdf=QUICK)
    assert list(tmp_path.iterdir()) == []


def test_a_profile_is_tidied(tmp_path: Path) -> None:
    typed = Profile(name="  Dr.  Sri\tWahyuni ", nip="19750314 200501 2 001")
    vault, _code = create_vault(tmp_path / "b", typed, PASSPHRASE, clock=FixedClock(), ids=SeededIds(), kdf=QUICK)
    assert vault.profile == Profile(name="Dr. Sri Wahyuni", nip="197503142005012001")
    vault.close()


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
