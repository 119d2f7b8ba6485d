"""Instruments from a shell: check, install, list and run workbooks, and write a visit as ODK's tools write one.

``check`` and ``run`` need no vault. Exit codes are those of ``cli``: 0 done, 1 refused or failed, 2 wrong use.
"""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.errors import GmscError, InvalidInput
from gmsc_desktop.i18n import N_, _, error_text, language, ngettext
from gmsc_desktop.system import SystemClock

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.instruments import Issue
    from gmsc_desktop.services.summaries import InstrumentSummary, ScoreNode

Opened = Callable[[argparse.Namespace], AbstractContextManager[tuple["Services", str]]]


def register(commands: Any, vault_arguments: Callable[[Any], None], opened: Opened) -> None:
    """Add the commands to the parser's; ``opened`` gives the services of the vault the arguments name."""
    instrument = commands.add_parser("instrument", help=_("check, install, list and try instruments (XLSForm)"))
    kinds = instrument.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)

    check = kinds.add_parser("check", help=_("say everything that is wrong with a workbook, and what it holds"))
    check.positionals.add_argument("file", type=Path, metavar=_("FILE"))
    check.set_defaults(command=_check)

    install = kinds.add_parser("install", help=_("keep a workbook's instrument in a vault"))
    install.positionals.add_argument("file", type=Path, metavar=_("FILE"))
    vault_arguments(install)
    install.set_defaults(command=lambda arguments: _install(arguments, opened))

    listing = kinds.add_parser("list", help=_("list the instruments of a vault, or those that ship with the program"))
    listing.positionals.add_argument("file", type=Path, nargs="*", metavar=_("FILE"), help=_("these workbooks instead"))
    listing.options.add_argument("--vault", type=Path, help=_("the vault's folder"))
    listing.options.add_argument("--passphrase-file", type=Path, help=_("file with the frasa sandi"))
    listing.set_defaults(command=lambda arguments: _list(arguments, opened))

    run = kinds.add_parser("run", help=_("fill in a workbook's form from a file of answers and print JSON"))
    run.positionals.add_argument("file", type=Path, metavar=_("FILE"))
    run.options.add_argument(
        "--answers", type=Path, required=True, help=_("JSON: paths (/data/r[1]/q) to answers, applied in order")
    )
    run.set_defaults(command=_run)

    export = commands.add_parser("visit-export", help=_("write a visit as ODK submission XML and as flat tables (CSV)"))
    vault_arguments(export)
    export.options.add_argument("--visit", required=True, help=_("the visit's id, as “visits” shows it"))
    export.options.add_argument("--to", type=Path, required=True, help=_("folder to write to; a new one is made in it"))
    export.options.add_argument(
        "--split-select-multiples", action="store_true", help=_("a column of 1 and 0 for each choice as well")
    )
    export.set_defaults(command=lambda arguments: _visit_export(arguments, opened))


def _check(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.instruments import check_workbook

    checked = check_workbook(arguments.file)
    _complain(checked.errors, checked.warnings)
    if checked.summary is None:
        return 1
    print("\n".join(summary_lines(checked.summary)))
    return 0


def _install(arguments: argparse.Namespace, opened: Opened) -> int:
    from gmsc_desktop.services.instruments import check_workbook

    checked = check_workbook(arguments.file)
    _complain(checked.errors, checked.warnings)
    if checked.errors:
        print(_("Nothing was installed."), file=sys.stderr)
        return 1
    with opened(arguments) as (services, _passphrase):
        row = services.instruments.install(arguments.file).value
    print(f"{row.hash}\t{row.title}\t{row.version}")
    return 0


def _list(arguments: argparse.Namespace, opened: Opened) -> int:
    if arguments.vault is None or arguments.file:
        from gmsc_desktop.services.instruments import compiled, shipped

        refused = 0
        for path in arguments.file or shipped():
            try:
                found = compiled(path)
            except GmscError as error:
                # The others are still to be listed.
                print(f"{path}: {error_text(error)}", file=sys.stderr)
                refused = 1
                continue
            print(f"{found.hash}\t{found.title}\t{found.version}\t{path}")
        return refused
    if arguments.passphrase_file is None:
        raise InvalidInput(N_("The vault needs its frasa sandi."), cure=N_("Add --passphrase-file."))
    with opened(arguments) as (services, _passphrase):
        services.instruments.built_in()
        for row in services.instruments.list():
            print(f"{row.hash}\t{row.title}\t{row.version}\t{_('built in') if row.built_in else ''}".rstrip())
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.instruments import check_workbook
    from gmsc_desktop.services.trying import read_answers, try_instrument

    checked = check_workbook(arguments.file)
    _complain(checked.errors, checked.warnings)
    if checked.instrument is None:
        return 1
    told = try_instrument(checked.instrument, read_answers(_read(arguments.answers)), clock=SystemClock())
    print(json.dumps(told, ensure_ascii=False, indent=2))
    for refused in told["refused"]:
        print(f"{refused['path']}: {refused['reason']}", file=sys.stderr)
    return 1 if told["refused"] else 0


def _visit_export(arguments: argparse.Namespace, opened: Opened) -> int:
    with opened(arguments) as (services, _passphrase):
        split = arguments.split_select_multiples
        written = services.open_exports.write(arguments.visit, arguments.to, split=split).value
    for path in (written.submission, *written.tables, *written.media):
        print(path)
    return 0


def _read(path: Path) -> str:
    from gmsc_desktop.services.trying import MOST_ANSWERS

    try:
        if path.stat().st_size > MOST_ANSWERS:
            raise InvalidInput(N_("The file {name} is too large."), name=path.name)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(N_("The file {name} is not text in UTF-8."), name=path.name) from error
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {reason}"), name=path.name, reason=error.strerror or ""
        ) from error


def _complain(errors: Iterable[Issue], warnings: Iterable[Issue]) -> None:
    """Errors and warnings apart, each with its place, on standard error."""
    for heading, found in ((_("Errors:"), tuple(errors)), (_("Warnings:"), tuple(warnings))):
        if found:
            print(heading, file=sys.stderr)
            print("\n".join(f"  {issue_line(issue)}" for issue in found), file=sys.stderr)


def issue_line(issue: Issue) -> str:
    """One issue on one line: sheet, row and column, what is wrong, and the cure, in the language in use."""
    place = _("sheet {sheet}").format(sheet=issue.sheet)
    if issue.row:
        place += ", " + _("row {row}").format(row=issue.row)
    if issue.column:
        place += ", " + _("column {column}").format(column=issue.column)
    return f"{place}: {' '.join(issue.text().split())}"


def summary_lines(summary: InstrumentSummary) -> list[str]:
    """What an instrument is, as lines for the person."""
    count = ngettext("{count} question", "{count} questions", summary.questions).format(count=summary.questions)
    lines = [
        f"{summary.title.get(language())} ({summary.form_id} {summary.version})".replace(" )", ")"),
        _("Hash: {hash}").format(hash=summary.hash),
        _("Languages: {languages}").format(languages=", ".join(summary.languages)),
        _("{count}, of them scored: {scored}").format(count=count, scored=summary.scored),
        _("Types: {types}").format(types=", ".join(f"{name} {number}" for name, number in summary.types)),
        _("Sections:"),
    ]
    for section in summary.sections:
        title = section.label.get(language()) or section.path.rpartition("/")[2]
        lines.append(f"  {title}: {section.questions}")
    if summary.scoring is not None:
        lines += [_("Scores:"), *_tree(summary.scoring, 1)]
    if summary.predicates:
        lines.append(_("Predicates:"))
        lines += [f"  ≥ {found.minimum}  {found.label.get(language()) or found.name}" for found in summary.predicates]
    return lines


def _tree(node: ScoreNode, depth: int) -> list[str]:
    title = node.label.get(language()) or node.path.rpartition("/")[2]
    share = "" if node.share is None else f"  {node.share * 100:.2f} %"
    how = f"  {node.method.value}" if node.method is not None else ""
    lines = [f"{'  ' * depth}{title}  × {node.weight}{how}{share}"]
    for part in node.parts:
        lines += _tree(part, depth + 1)
    return lines
