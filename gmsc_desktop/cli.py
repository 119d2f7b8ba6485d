"""The same use cases from a shell, for offices that script. Every command also works from the frozen program.

Exit codes: 0 done, 1 refused or failed, 2 wrong use.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from gmsc_desktop import __version__
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.i18n import LANGUAGES, _, error_text, set_language

Command = Callable[[argparse.Namespace], int]


def run(arguments: list[str]) -> int:
    """Run one command; prints to standard output, errors to standard error; returns the exit code."""
    _choose_language(arguments)
    parsed = _parser().parse_args(arguments)
    command: Command = parsed.command
    try:
        return command(parsed)
    except GmscError as error:
        print(error_text(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(_("Stopped at your request."), file=sys.stderr)
        return 1


def _choose_language(arguments: list[str]) -> None:
    """Set the language before the parser is made, since the parser's own texts are translated too."""
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--language", default=os.environ.get("GMSC_LANGUAGE", LANGUAGES[0]))
    set_language(early.parse_known_args(arguments)[0].language)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gmsc", description=_("GMSC Desktop: assessment visits of Gerakan Menuju Smart City, offline.")
    )
    parser.add_argument("--version", action="version", version=f"GMSC Desktop {__version__}")
    parser.add_argument("--language", metavar="id|en", help=_("language of the output: id (default) or en"))
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)

    regions = commands.add_parser("regions", help=_("find kota and kabupaten by name, province or code"))
    regions.add_argument("typed", nargs="*", metavar=_("TEXT"))
    regions.set_defaults(command=_regions)
    return parser


def _regions(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.regions import RegionService

    for region in RegionService().find(" ".join(arguments.typed)):
        print(f"{region.code}\t{region.name}\t{region.province}")
    return 0
