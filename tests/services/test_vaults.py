"""Making, opening, recovering and keeping a vault, on real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmsc_desktop.domain.errors import (
    GmscError,
)
from gmsc_desktop.identity.signer import spki_fingerprint
from gmsc_desktop.services.vaults import (
    Vault,
    check_vault,
    create_vault,
    looks_like_vault,
    open_vault,
)
from tests.helpers import PASSPHRASE, PROFILE, QUICK, FixedClock, SeededIds, files_below

OTHER = "kalimat lain yang juga panjang"


@pytest.fixture
def made(tmp_path: Path, clock: FixedClock, ids: SeededIds) -> tuple[Path, str]:
    """A closed vault and its recovery code."""
    vault, code = create_vault(tmp_path / "brankas", PROFILE, PASSPHRASE, clock=clock, ids=ids, kdf=QUICK)
    vault.close()
    return vault.folder, code


def reopen(folder: Path, passphrase: str = PASSPHRASE) -> Vault:
    return open_vault(folder, passphrase, clock=FixedClock(), ids=SeededIds(9))


def refused(folder: Path, error: type[GmscError], passphrase: str = PASSPHRASE) -> GmscError:
    """Opening fails with ``error`` and changes nothing."""
    before = files_below(folder)
    with pytest.raises(error) as caught:
        reopen(folder, passphrase)
    assert files_below(folder) == before
    return caught.value


def test_a_new_vault_holds_its_owner(made: tuple[Path, str]) -> None:
    folder, code = made
    assert sorted(path.name for path in folder.iterdir()) == [
        "backups",
        "evidence",
        "gmsc.db",
        "gmsc.lock",
        "keys.json",
    ]
    assert looks_like_vault(folder)
    assert len(code.replace("-", "")) == 28
    vault = reopen(folder)
    assert vault.profile == PROFILE
    assert vault.certificate_fingerprint == spki_fingerprint(vault.certificate)
    assert vault.certificate.subject.rfc4514_string().startswith("2.5.4.5=197503142005012001")
    assert vault.signing_identity(PASSPHRASE).certificate == vault.certificate
    assert check_vault(vault) == ()
    vault.close()


def test_the_database_is_no_plain_sqlite(made: tuple[Path, str]) -> None:
    data = (made[0] / "gmsc.db").read_bytes()
    assert not data.startswith(b"SQLite format 3")
    assert b"Wahyuni" not in data
    assert b"CREATE TABLE" not in data
