"""A program that receives a folder of bundles until it is killed, again and again with one file more at a time.

    python -m tests.e2e.receive_worker VAULT FOLDER

Prints the name of each file once receiving it has returned.
"""

from __future__ import annotations

import sys
from pathlib import Path

from gmsc_desktop.services.app import build_services
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE


def main(folder: str, bundles: str) -> None:
    """Receive until killed."""
    vault = open_vault(Path(folder), PASSPHRASE, clock=SystemClock(), ids=SystemIds())
    services = build_services(vault, clock=SystemClock(), ids=SystemIds())
    print("ready", flush=True)
    for path in sorted(Path(bundles).glob("*.gmsc")):
        services.receiving.receive((path,))
        print(path.name, flush=True)
    vault.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
