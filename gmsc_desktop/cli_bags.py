"""From a shell: is a BagIt bag whole, whoever made it? For those who unpack bundles with tools of their own."""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gmsc_desktop.domain.verdict import Reason
from gmsc_desktop.i18n import _


def register(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser("bag", help=_("say whether an unpacked BagIt bag is whole, whoever made it"))
    parser.positionals.add_argument("folder", type=Path, metavar=_("FOLDER"))
    parser.set_defaults(command=_bag)


def _bag(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.bags import check_bag_folder

    report = check_bag_folder(arguments.folder)
    for kind, reasons in (("fault", report.faults), ("warning", report.warnings), ("bundle", report.profile)):
        for reason in reasons:
            print(f"{kind}\t{reason.code}\t{_said(reason)}")
    whole, broken = _("The bag is whole: BagIt {version}."), _("The bag is not whole.")
    print(whole.format(version=report.version) if report.valid else broken)
    return 0 if report.valid else 1


def _said(reason: Reason) -> str:
    """The reason in words; a name from the bag is shown on one line, whatever it holds."""
    shown = {name: value.encode("unicode_escape").decode() for name, value in reason.params.items()}
    return _(reason.template).format(**shown)
