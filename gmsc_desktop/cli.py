"""The same use cases from a shell, for offices that script. Every command also works from the frozen program.

Exit codes: 0 done, 1 refused or failed, 2 wrong use; ``verify`` adds 3 unknown signer, 4 altered, 5 damaged, 6
withdrawn, 7 superseded. 141 means
that whoever read the output stopped reading, as of every program that ends by SIGPIPE.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from gmsc_desktop import __version__
from gmsc_desktop.domain.errors import GmscError, InvalidInput
from gmsc_desktop.domain.states import STATE_LABELS
from gmsc_desktop.i18n import LANGUAGES, N_, _, error_text, set_language
from gmsc_desktop.system import SystemClock, SystemIds

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

Command = Callable[[argparse.Namespace], int]
_READER_GONE = 141


def run(arguments: list[str]) -> int:
    """Run one command; prints to standard output, errors to standard error; returns the exit code."""
    arguments = _choose_language(arguments)
    try:
        code = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # "| head" has seen enough. What is still buffered goes nowhere, or Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _READER_GONE
    return code


def _run(arguments: list[str]) -> int:
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


def _choose_language(arguments: list[str]) -> list[str]:
    """Set the language before the parser is made, since the parser's own texts are translated too; returns the other
    arguments. It may stand after the command as well as before it."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    early.add_argument("--language", default=os.environ.get("GMSC_LANGUAGE", LANGUAGES[0]))
    try:
        found, others = early.parse_known_args(arguments)
    except argparse.ArgumentError:
        return arguments  # The parser says what is missing.
    set_language(found.language)
    return others


class _Formatter(argparse.HelpFormatter):
    """Help in the language in use: argparse's own texts come from a catalogue Python does not ship."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """A parser whose help is translated wholly; subcommands are made of it too."""

    def __init__(self, **given: Any) -> None:
        super().__init__(add_help=False, formatter_class=_Formatter, **given)
        self.positionals = self.add_argument_group(_("arguments"))
        self.options = self.add_argument_group(_("options"))
        self.options.add_argument("-h", "--help", action="help", help=_("show this help and exit"))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the line typed, in the language in use, and where to look; exit code 2."""
        self.print_usage(sys.stderr)
        said = _("{program}: error: {message}").format(program=self.prog, message=_wrong_use(message))
        self.exit(2, f"{said}\n" + _("See “{program} --help”.").format(program=self.prog) + "\n")


_WRONG_USE = (
    (re.compile(r"the following arguments are required: (?P<names>.+)", re.DOTALL), N_("these are missing: {names}")),
    (re.compile(r"unrecognized arguments: (?P<names>.+)", re.DOTALL), N_("this is not known: {names}")),
    (
        re.compile(r"argument (?P<name>.+?): invalid choice: (?P<value>.+?) \(choose from .+\)", re.DOTALL),
        N_("{name} does not know {value}"),
    ),
    (re.compile(r"argument (?P<name>.+?): expected .+", re.DOTALL), N_("{name} needs a value")),
)
"""What argparse says, and how this program says it."""


def _wrong_use(message: str) -> str:
    for pattern, template in _WRONG_USE:
        if found := pattern.fullmatch(message):
            return _(template).format(**found.groupdict())
    return message


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="gmsc",
        description=_(
            "GMSC Desktop: assessment visits of Gerakan Menuju Smart City, offline. Without a command the window opens."
        ),
        epilog=_("The frasa sandi is read from a file (--passphrase-file), never from the command line."),
    )
    parser.options.add_argument(
        "--version", action="version", help=_("show the version and exit"), version=f"GMSC Desktop {__version__}"
    )
    parser.options.add_argument(
        "--self-check", action="store_true", help=_("check that this installation works, then stop")
    )
    parser.options.add_argument("--language", metavar="id|en", help=_("language of the output: id (default) or en"))
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)

    demo = commands.add_parser("demo", help=_("do the whole job on generated sample data, without a screen"))
    demo.options.add_argument("--out", type=Path, required=True, help=_("an empty or new folder for the results"))
    demo.set_defaults(command=_demo)

    verify = commands.add_parser("verify", help=_("say whether a PDF or a bundle is genuine (exit 0, 3, 4, 5, 6, 7)"))
    verify.positionals.add_argument("file", type=Path)
    _trust_arguments(verify)
    verify.options.add_argument("--json", action="store_true", help=_("print JSON"))
    verify.set_defaults(command=_verify)

    regions = commands.add_parser("regions", help=_("find kota and kabupaten by name, province or code"))
    regions.positionals.add_argument("typed", nargs="*", metavar=_("TEXT"))
    regions.set_defaults(command=_regions)

    init = commands.add_parser("init", help=_("make a new vault"))
    _vault_arguments(init)
    init.options.add_argument("--name", required=True, help=_("name with degrees"))
    init.options.add_argument("--nip", default="", help=_("NIP, 18 digits, optional"))
    init.options.add_argument("--title", required=True, help=_("position (jabatan)"))
    init.options.add_argument("--organisation", required=True, help=_("organisation (instansi)"))
    init.options.add_argument("--recovery-file", type=Path, required=True, help=_("a new file for the recovery code"))
    init.set_defaults(command=_init)

    visits = commands.add_parser("visits", help=_("list the visits of a vault"))
    _vault_arguments(visits)
    visits.set_defaults(command=_visits)

    export = commands.add_parser("export", help=_("write a sync bundle"))
    _vault_arguments(export)
    export.options.add_argument("--to", type=Path, required=True, help=_("folder or stick to write to"))
    export.options.add_argument("--visit", action="append", default=[], help=_("only these visits; may be repeated"))
    export.set_defaults(command=_export)

    check = commands.add_parser("check", help=_("check a vault: database, journal, evidence"))
    _vault_arguments(check)
    check.options.add_argument("--files", action="store_true", help=_("read every file too and compare its hash"))
    check.set_defaults(command=_check)

    backups = commands.add_parser("backups", help=_("list the backups of a vault"))
    backups.options.add_argument("--vault", type=Path, required=True, help=_("the vault's folder"))
    backups.set_defaults(command=_backups)

    restore = commands.add_parser("restore", help=_("put a backup in the place of the vault's database"))
    _vault_arguments(restore)
    restore.options.add_argument("--backup", required=True, help=_("the backup's name, as the list shows it"))
    restore.set_defaults(command=_restore)

    rescue = commands.add_parser("rescue", help=_("recover what can be read of a damaged vault into a new backup"))
    _vault_arguments(rescue)
    rescue.set_defaults(command=_rescue)

    _more_commands(commands)
    return parser


def _more_commands(commands: Any) -> None:
    """The commands of the other modules of the shell."""
    from gmsc_desktop import (
        cli_backup,
        cli_documents,
        cli_instruments,
        cli_office,
        cli_team,
        cli_upload,
        cli_withdrawals,
    )

    cli_instruments.register(commands, _vault_arguments, _opened)
    cli_documents.register(commands, _vault_arguments, _opened, passphrase_from)
    cli_office.register(commands, _vault_arguments, _opened)
    cli_withdrawals.register(commands, _vault_arguments, _opened)
    cli_backup.register(commands, _vault_arguments, _opened, passphrase_from, cli_office.size_typed, _PrintedProgress())
    cli_team.register(commands, _vault_arguments, _opened)
    cli_upload.register(commands, _vault_arguments, _opened, passphrase_from)


def _trust_arguments(parser: _Parser) -> None:
    parser.options.add_argument("--trust", type=Path, action="append", default=[], help=_("a trusted certificate"))
    parser.options.add_argument(
        "--trust-time", type=Path, action="append", default=[], help=_("a certificate trusted for timestamps only")
    )
    parser.options.add_argument(
        "--list", type=Path, action="append", default=[], help=_("an office's list of withdrawn papers (.gmsc)")
    )


def _vault_arguments(parser: _Parser) -> None:
    parser.options.add_argument("--vault", type=Path, required=True, help=_("the vault's folder"))
    parser.options.add_argument("--passphrase-file", type=Path, required=True, help=_("file with the frasa sandi"))


_PASSPHRASE_CURE = N_("Check the path; the frasa sandi stands in the first line of a text file.")


def passphrase_from(path: Path) -> str:
    """The frasa sandi in a file: its first line. Raises ``InvalidInput`` when there is none."""
    try:
        text = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            N_("The passphrase file {path} cannot be read."), cure=_PASSPHRASE_CURE, path=path
        ) from error
    if not text or not text[0]:
        raise InvalidInput(N_("The passphrase file {path} is empty."), cure=_PASSPHRASE_CURE, path=path)
    return text[0]


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[tuple[Services, str]]:
    from gmsc_desktop.services.app import build_services
    from gmsc_desktop.services.vaults import open_vault

    clock, ids = SystemClock(), SystemIds()
    passphrase = passphrase_from(arguments.passphrase_file)
    vault = open_vault(arguments.vault, passphrase, clock=clock, ids=ids)
    try:
        yield build_services(vault, clock=clock, ids=ids), passphrase
    finally:
        vault.close()


def _demo(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.demo import run_demo

    result = run_demo(arguments.out, clock=SystemClock(), ids=SystemIds(), progress=_PrintedProgress())
    print("\n".join(result.lines()))
    return 0


class _PrintedProgress:
    """Progress on standard error: every step of a few, every tenth of long work, and never the same line twice."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, done: int, total: int, text: str = "") -> None:
        place = f"{done}/{total}" if total <= _FEW_STEPS else f"{done * 10 // total * 10} %"
        line = f"[{place}] {text}"
        if text and line != self._said:
            print(line, file=sys.stderr)
            self._said = line


_FEW_STEPS = 20


def _verify(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services import verdicts
    from gmsc_desktop.services.verification import verify_file

    verdict = verify_file(
        arguments.file,
        trust=tuple(arguments.trust),
        trust_time=tuple(arguments.trust_time),
        lists=tuple(arguments.list),
    )
    if arguments.json:
        print(json.dumps(verdicts.to_json(verdict), ensure_ascii=False, indent=2))
    else:
        print("\n".join(verdicts.lines(verdict)))
    return verdict.status.exit_code


def _regions(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.regions import RegionService

    found = RegionService().find(" ".join(arguments.typed))
    if not found:
        print(_("No kota or kabupaten has this in its name, province or code."), file=sys.stderr)
        return 1
    for region in found:
        print(f"{region.code}\t{region.name}\t{region.province}")
    return 0


def _init(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.vaults import Profile, create_vault
    from gmsc_desktop.system import new_private_file

    passphrase = passphrase_from(arguments.passphrase_file)
    profile = Profile(arguments.name, arguments.nip, arguments.title, arguments.organisation)
    # The file comes first: a vault whose recovery code could be written nowhere must not come into being.
    with new_private_file(arguments.recovery_file) as recovery:
        try:
            vault, code = create_vault(arguments.vault, profile, passphrase, clock=SystemClock(), ids=SystemIds())
        except GmscError:
            arguments.recovery_file.unlink()
            raise
        recovery.write(f"{code}\n")
    print(
        _("The vault {folder} is ready. Key fingerprint: {fingerprint}").format(
            folder=vault.folder, fingerprint=vault.certificate_fingerprint
        )
    )
    vault.close()
    return 0


def _visits(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as (services, _passphrase):
        for row in services.visits.list():
            visit = row.visit
            index = "" if row.index is None else f"{row.index:.2f}"
            print(
                f"{visit.id}\t{visit.draft.region.code}\t{visit.draft.region.name}\t{visit.draft.cycle_year}"
                f"\t{visit.state.value}\t{row.progress.answered}/{row.progress.expected}\t{index}"
                # The word for the person comes last: the columns before it are codes that never change.
                f"\t{_(STATE_LABELS[visit.state])}"
            )
    return 0


def _export(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as (services, passphrase):
        chosen = tuple(arguments.visit) or tuple(row.visit.id for row in services.exports.candidates())
        record = services.exports.write(chosen, arguments.to, passphrase, _PrintedProgress()).value
        print(f"{Path(record.folder) / record.file_name}\t{record.size}\t{record.sha256}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.vaults import check_vault

    with _opened(arguments) as (services, _passphrase):
        found = check_vault(services.vault, read_files=arguments.files)
    print("\n".join(found) if found else _("Database, journal and evidence are intact."))
    return 1 if found else 0


def _backups(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.backups import backups_of

    for backup in backups_of(arguments.vault):
        print(f"{backup.path.name}\t{backup.created_at.astimezone():%Y-%m-%d %H:%M}\t{backup.size}\t{backup.reason}")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.backups import backups_of, restore_backup

    chosen = next((item for item in backups_of(arguments.vault) if item.path.name == arguments.backup), None)
    if chosen is None:
        raise InvalidInput(N_("The vault has no backup {name}."), name=arguments.backup)
    kept = restore_backup(arguments.vault, chosen, passphrase_from(arguments.passphrase_file), clock=SystemClock())
    print(_("The backup is in its place."))
    if kept is not None:
        print(_("The database before is kept as {path}.").format(path=kept))
    return 0


def _rescue(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.rescue import rescue_vault

    passphrase = passphrase_from(arguments.passphrase_file)
    rescue = rescue_vault(arguments.vault, passphrase, clock=SystemClock(), ids=SystemIds())
    for table in rescue.tables:
        print(f"{table.table}\t{table.read}\t{table.rebuilt}\t{table.lost}")
    print(_("Recovered as {name}; put it in place with “restore”.").format(name=rescue.backup.path.name))
    if not rescue.complete:
        print(_("Not everything could be found: the last column counts the rows lost for certain."), file=sys.stderr)
    return 0 if rescue.complete else 1
