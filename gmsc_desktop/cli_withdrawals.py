"""Papers that no longer hold, from a shell: what is held, what an office withdraws, and its signed list.

Exit codes are those of ``cli``. Lists are tab-separated, one thing a line. A list that came is taken in by ``receive``.
"""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.withdrawals import PAPER_KINDS
from gmsc_desktop.i18n import _

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

Opened = Callable[[argparse.Namespace], AbstractContextManager[tuple["Services", str]]]


def register(commands: Any, vault_arguments: Callable[[Any], None], opened: Opened) -> None:
    """Add the commands to the parser's; ``opened`` gives the services of the vault the arguments name."""
    listing = commands.add_parser(
        "withdrawals", help=_("list the papers that no longer hold; at an office also withdraw some and write its list")
    )
    vault_arguments(listing)
    chosen = listing.options.add_mutually_exclusive_group()
    chosen.add_argument("--withdraw", metavar=_("FILE"), type=Path, help=_("withdraw the papers in this PDF"))
    chosen.add_argument("--withdraw-hash", metavar="HASH", default="", help=_("withdraw the papers of this content"))
    listing.options.add_argument("--kind", choices=PAPER_KINDS, default="visit", help=_("what the hash is of"))
    listing.options.add_argument("--label", default="", help=_("what people know the paper by"))
    listing.options.add_argument("--reason", default="", help=_("why, for withdrawing"))
    listing.options.add_argument("--to", type=Path, help=_("folder to write the office's signed list to"))
    listing.set_defaults(command=lambda arguments: _withdrawals(arguments, opened))


def _withdrawals(arguments: argparse.Namespace, opened: Opened) -> int:
    with opened(arguments) as (services, passphrase):
        withdrawals = services.withdrawals
        if arguments.reason and arguments.withdraw is None and not arguments.withdraw_hash:
            raise InvalidInput(N_("Name what to withdraw: --withdraw FILE or --withdraw-hash HASH."))
        if arguments.withdraw is not None:
            withdrawals.withdraw_file(arguments.withdraw, arguments.reason)
        elif arguments.withdraw_hash:
            withdrawals.withdraw(arguments.withdraw_hash, arguments.kind, arguments.label, arguments.reason)
        if arguments.to is not None:
            record = withdrawals.write(arguments.to, passphrase).value
            print(f"{Path(record.folder) / record.file_name}\t{record.size}\t{record.sha256}")
            return 0
        for held in withdrawals.lists():
            print(f"list\t{held.office}\t{held.organisation}\t{held.issued_at.isoformat()}\t{held.count}")
        for item in withdrawals.listed():
            paper = item.paper
            print(
                f"{paper.standing.value}\t{paper.content_hash}\t{paper.kind}\t{paper.label}"
                f"\t{paper.since.isoformat()}\t{paper.reason}\t{item.organisation}"
            )
    return 0
