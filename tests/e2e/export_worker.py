"""A program that writes bundles until it is killed, each in a folder or cut into pieces.

    python -m tests.e2e.export_worker VAULT FOLDER SEED

Prints the name of each bundle once writing it has returned.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from gmsc_desktop.services.app import build_services
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE


def main(vault_folder: str, folder: str, seed: str) -> None:
    """Write until killed."""
    random = Random(int(seed))
    vault = open_vault(Path(vault_folder), PASSPHRASE, clock=SystemClock(), ids=SystemIds())
    services = build_services(vault, clock=SystemClock(), ids=SystemIds())
    chosen = tuple(row.visit.id for row in services.exports.candidates())
    print("ready", flush=True)
    while True:
        piece = random.choice((0, 0, 64 * 1024))
        print(services.exports.write(chosen, Path(folder), PASSPHRASE, piece=piece).value.file_name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
