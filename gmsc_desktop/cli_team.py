"""A visit shared by a team, from a shell: who is in it, who does what, its file, and what is still open.

``team take`` is ``receive``: a team bundle is taken in like any other. Lists are tab-separated, one thing a line.
"""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound
from gmsc_desktop.domain.teamwork import TeamMember
from gmsc_desktop.i18n import _

if TYPE_CHECKING:
    from gmsc_desktop.cli_office import Opened, Work
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.team_views import TeamView


def register(commands: Any, vault_arguments: Callable[[Any], None], opened: Opened) -> None:
    """Add ``team`` to the parser's commands; ``opened`` gives the services of the vault the arguments name."""
    team = commands.add_parser("team", help=_("a visit that several people fill in on laptops of their own"))
    kinds = team.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)

    def add(name: str, work: Work, text: str) -> Any:
        parser = kinds.add_parser(name, help=text)
        vault_arguments(parser)
        parser.positionals.add_argument("visit", metavar=_("VISIT"))

        def run(arguments: argparse.Namespace) -> int:
            with opened(arguments) as (services, passphrase):
                return work(services, passphrase, arguments)

        parser.set_defaults(command=run)
        return parser

    start = add("start", _start, _("share a visit: this vault's owner heads the team"))
    start.options.add_argument("--member", action="append", default=[], help=_("name of someone; may be repeated"))
    assign = add("assign", _assign, _("say who does which section"))
    assign.options.add_argument("--section", action="append", required=True, help=_("PATH=NAME; may be repeated"))
    add("show", _show, _("list members, sections and what is open"))
    write = add("write", _write, _("write a team bundle of everything known of the visit"))
    write.options.add_argument("--to", type=Path, required=True, help=_("folder or stick to write to"))
    write.options.add_argument("--for", dest="members", action="append", default=[], help=_("name of a member"))
    write.options.add_argument("--open", action="store_true", help=_("do not encrypt, as for someone new"))
    settle = add("settle", _settle, _("settle what the team disagrees about; only the head of the team"))
    settle.positionals.add_argument("key", metavar=_("KEY"))
    settle.options.add_argument("--facet", choices=[facet.value for facet in Facet], default=Facet.VALUE.value)
    settle.options.add_argument("--value", required=True, help=_("the answer that stands"))
    settle.options.add_argument("--reason", required=True, help=_("why"))


def _view(services: Services, visit_id: str) -> TeamView:
    found = services.team.view(visit_id)
    if found is None:
        raise NotFound(N_("No team shares this visit."), cure=N_("Share it with “team start”."))
    return found


def _named(view: TeamView, name: str) -> str:
    plain = " ".join(name.split()).casefold()
    found = [each.member.id for each in view.members if each.member.name.casefold() == plain]
    if len(found) != 1:
        raise NotFound(N_("No single member of the team is called {name}."), name=name)
    return found[0]


def _start(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    members = tuple(TeamMember("", name) for name in arguments.member)
    services.team.start(arguments.visit, members)
    return _show(services, _passphrase, arguments)


def _assign(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    view = _view(services, arguments.visit)
    sections: dict[str, str] = {}
    for given in arguments.section:
        path, found, name = given.partition("=")
        if not found:
            raise InvalidInput(N_("A section is given as PATH=NAME."))
        sections[path] = _named(view, name) if name else ""
    services.team.assign(arguments.visit, sections)
    return _show(services, _passphrase, arguments)


def _show(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    view = _view(services, arguments.visit)
    for each in view.members:
        member, progress = each.member, each.progress
        role = "lead" if member.lead else "member"
        heard = each.heard_at.isoformat() if each.heard_at else ""
        print(
            f"{role}\t{member.name}\t{member.key}\t{progress.answered}/{progress.expected}\t{heard}"
            f"\t{' '.join(member.sections)}"
        )
    for path in view.free:
        print(f"free\t{path}")
    for point in view.open:
        said = "\t".join(f"{said.name}={said.value}" for said in point.said)
        print(f"open\t{point.key}\t{point.facet.value}\t{said}")
    print(f"unsent\t{view.unsent}")
    return 0


def _write(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    view = _view(services, arguments.visit)
    to = tuple(_named(view, name) for name in arguments.members)
    sealed = not arguments.open
    if not (sealed and services.team.encrypted(arguments.visit, to)):
        print(_("The bundle is not encrypted: whoever holds the file can read it."), file=sys.stderr)
    record = services.team.write(arguments.visit, arguments.to, passphrase, to, sealed=sealed).value
    print(f"{Path(record.folder) / record.file_name}\t{record.size}\t{record.sha256}")
    return 0


def _settle(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    facet = Facet(arguments.facet)
    services.team.settle(arguments.visit, arguments.key, facet, arguments.value, arguments.reason)
    return 0
