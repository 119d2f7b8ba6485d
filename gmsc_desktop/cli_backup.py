"""Backups of the whole vault from a shell: written to a stick, and brought back on a new laptop."""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.i18n import _

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.restoring import Restored

Opened = Callable[[argparse.Namespace], AbstractContextManager[tuple["Services", str]]]


def register(
    commands: Any,
    vault_arguments: Callable[[Any], None],
    opened: Opened,
    first_line: Callable[[Path], str],
    size: Callable[[str], int],
    progress: Progress,
) -> None:
    """Add the commands to the parser's; ``first_line`` reads a secret from a file, ``size`` a size as typed."""
    backup = commands.add_parser("backup", help=_("write a backup of the whole vault into one file"))
    vault_arguments(backup)
    backup.options.add_argument("--to", type=Path, required=True, help=_("folder or stick to write to"))
    backup.options.add_argument("--piece", type=size, default=0, help=_("cut into pieces: fat32, or such as 20M"))
    backup.options.add_argument("--again", action="store_true", help=_("also when nothing was entered since the last"))
    backup.set_defaults(command=lambda arguments: _backup(arguments, opened, progress))

    back = commands.add_parser(
        "bring-back", help=_("put a backup or a copied vault into a new folder, as on a new laptop")
    )
    back.positionals.add_argument("file", type=Path, nargs="+", metavar=_("FILE"))
    vault_arguments(back)
    back.options.add_argument(
        "--recovery-file", type=Path, help=_("file with the recovery code; the frasa sandi is then the new one")
    )
    back.set_defaults(command=lambda arguments: _bring_back(arguments, first_line, progress))


def _backup(arguments: argparse.Namespace, opened: Opened, progress: Progress) -> int:
    with opened(arguments) as (services, passphrase):
        made = services.backup_bundles.write(
            arguments.to, passphrase, piece=arguments.piece, again=arguments.again, progress=progress
        )
    record = made.value
    print(f"{Path(record.folder) / record.file_name}\t{record.size}\t{record.sha256}\t{record.pieces}\t{record.files}")
    return 0


def _bring_back(arguments: argparse.Namespace, first_line: Callable[[Path], str], progress: Progress) -> int:
    from gmsc_desktop.services.restoring import Key, restore
    from gmsc_desktop.system import SystemClock, SystemIds

    passphrase = first_line(arguments.passphrase_file)
    code = first_line(arguments.recovery_file) if arguments.recovery_file else ""
    restored = restore(
        tuple(arguments.file),
        arguments.vault,
        Key(passphrase, code),
        clock=SystemClock(),
        ids=SystemIds(),
        progress=progress,
    )
    _print(restored)
    return 1 if restored.findings else 0


def _print(restored: Restored) -> None:
    print(_("The vault of {owner} is back in {folder}.").format(owner=restored.owner, folder=restored.folder))
    made_at = restored.made_at.isoformat() if restored.made_at else ""
    for name in ("device", "former", "visits", "drafts", "files", "size", "documents", "exports", "journal_rows"):
        print(f"{name}\t{getattr(restored, name)}")
    print(f"made_at\t{made_at}")
    for finding in restored.findings:
        print(finding, file=sys.stderr)
    if not restored.findings:
        print(_("Database, journal and evidence are intact."))
