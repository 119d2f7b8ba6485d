"""What the tests of the vault share: making one quickly, opening it again, and an opening that must fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.domain.errors import (
    GmscError,
)
from gmsc_desktop.services.vaults import (
    Vault,
    create_vault,
    open_vault,
)
from tests.helpers import (
    PASSPHRASE,
    PROFILE,
    QUICK,
    FixedClock,
    SeededIds,
    files_below,
)

OTHER = "kalimat lain yang juga panjang"

Made = tuple[Path, str]


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
