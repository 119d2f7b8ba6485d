"""A program that backs up a vault, or brings one back, until it is killed.

python -m tests.e2e.restore_worker backup VAULT STICK
python -m tests.e2e.restore_worker restore BACKUP FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from gmsc_desktop.services.app import build_services
from gmsc_desktop.services.restoring import Key, restore
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE


def main(what: str, source: str, target: str) -> None:
    """Do it once."""
    clock, ids = SystemClock(), SystemIds()
    if what == "restore":
        print("ready", flush=True)
        restore((Path(source),), Path(target), Key(PASSPHRASE), clock=clock, ids=ids)
    else:
        services = build_services(open_vault(Path(source), PASSPHRASE, clock=clock, ids=ids), clock=clock, ids=ids)
        print("ready", flush=True)
        services.backup_bundles.write(Path(target), PASSPHRASE, again=True)
        services.vault.close()
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
