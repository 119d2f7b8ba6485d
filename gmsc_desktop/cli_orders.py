"""What a central office sends out, from a shell: assignments, and awards to be printed."""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from gmsc_desktop.domain.exports import ExportRecord
    from gmsc_desktop.domain.region import Region
    from gmsc_desktop.domain.visit import PreviousResult
    from gmsc_desktop.services.app import Services

Work = Callable[["Services", str, argparse.Namespace], int]


def register(add: Callable[[Any, str, Work, str], Any], kinds: Any) -> None:
    """Add the commands to those of an office, with its ``add``."""
    _assigning(add(kinds, "assign", _assign, _("write one file with regions to visit")))
    award = add(kinds, "award", _award, _("register an award; without options list those there are"))
    award.options.add_argument("--region", default="", help=_("code of the region"))
    award.options.add_argument("--number", default="", help=_("register number"))
    award.options.add_argument("--category", default="", help=_("category"))
    award.options.add_argument("--year", type=int, default=0, help=_("year of the cycle"))
    award.options.add_argument("--decision", default="", help=_("decree or minutes it rests on"))
    award.options.add_argument("--place", default="", help=_("place of the certificate"))
    award.options.add_argument("--date", type=day_typed, help=_("date such as 2026-03-31"))
    award.options.add_argument(
        "--signatory", action="append", default=[], help=_("NAME;POSITION;NIP;ORGANISATION, the last two optional")
    )
    issue = add(kinds, "issue", _issue, _("seal awards and write them for the assessors who print them"))
    issue.options.add_argument(
        "--award", action="append", default=[], help=_("id of an award; may be repeated; else all")
    )
    issue.options.add_argument(
        "--assessor", action="append", default=[], help=_("key fingerprint; may be repeated; else all")
    )
    issue.options.add_argument("--to", type=Path, required=True, help=_("folder or stick to write to"))


def _assigning(parser: Any) -> None:
    parser.options.add_argument("--region", action="append", required=True, help=_("code of a region; may be repeated"))
    parser.options.add_argument("--year", type=int, required=True, help=_("year of the cycle"))
    parser.options.add_argument("--stage", required=True, help=_("stage of the cycle"))
    parser.options.add_argument("--instrument", default="", help=_("hash of the instrument; else the built-in one"))
    parser.options.add_argument("--due", type=day_typed, help=_("date such as 2026-03-31"))
    parser.options.add_argument(
        "--previous",
        action="append",
        default=[],
        help=_("REGION;INDEX;YEAR;SOURCE: a result of the cycle before; else what this office accepted"),
    )
    parser.options.add_argument(
        "--person",
        action="append",
        default=[],
        help=_("NAME;POSITION;NIP;ORGANISATION of someone in the team, its head first"),
    )
    parser.options.add_argument("--note", default="", help=_("a word to the assessor"))
    parser.options.add_argument(
        "--assessor", action="append", default=[], help=_("key fingerprint; may be repeated; else all")
    )
    parser.options.add_argument("--template", type=Path, action="append", default=[], help=_("a file to send along"))
    parser.options.add_argument("--to", type=Path, required=True, help=_("folder or stick to write to"))


def day_typed(text: str) -> date:
    """A day from such as ``2026-03-31``."""
    return date.fromisoformat(text)


def print_record(record: ExportRecord) -> None:
    """Where a bundle was written, its size and hash."""
    print(f"{Path(record.folder) / record.file_name}\t{record.size}\t{record.sha256}")


def _region(services: Services, code: str) -> Region:
    """Raises ``InvalidInput``."""
    found = next((region for region in services.regions.all() if region.code == code), None)
    if found is None:
        raise InvalidInput(N_("There is no region {code}."), cure=N_("Find its code with “regions”."), code=code)
    return found


def _assign(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    from gmsc_desktop.domain.exchange import Assignment
    from gmsc_desktop.domain.visit import Person, Role
    from gmsc_desktop.services.assigning import last_results, result_before

    for code in arguments.region:
        _region(services, code)
    instrument = arguments.instrument or services.instruments.built_in()
    people = (_parts(given) for given in arguments.person)
    team = tuple(
        Person(name, nip, title, organisation, Role.MEMBER if number else Role.LEAD)
        for number, (name, title, nip, organisation) in enumerate(people)
    )
    told = dict(_previous(given) for given in arguments.previous)
    results, office = last_results(services.office.visits()), services.vault.profile.organisation
    made = []
    for code in arguments.region:
        before = told.get(code) or result_before(results, code, arguments.year, office)
        made.append(
            Assignment(
                id="",
                region_code=code,
                cycle_year=arguments.year,
                stage=arguments.stage,
                instrument_hash=instrument,
                due=arguments.due,
                team=team,
                previous_index=before.index if before else None,
                previous_year=before.year if before else None,
                previous_source=before.source if before else "",
                note=arguments.note,
            )
        )
    written = services.office.assign(
        tuple(made), tuple(arguments.assessor), arguments.to, passphrase, tuple(arguments.template)
    )
    print_record(written.value)
    return 0


def _previous(given: str) -> tuple[str, PreviousResult]:
    """A region's code and what it reached before, from what was typed. Raises ``InvalidInput``."""
    from gmsc_desktop.domain.visit import PreviousResult
    from gmsc_desktop.services.assigning import read_index

    code, index, year, source = _parts(given)
    value = read_index(index)
    if value is None or not (year.isascii() and year.isdigit() and len(year) == len("2026")):
        raise InvalidInput(N_("“{given}” is no result."), cure=N_("Write it as 33.72;3.06;2025;Source."), given=given)
    return code, PreviousResult(value, int(year), source)


def _award(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    if not arguments.region:
        sealed = {seal.award_id for seal in services.deciding.seals()}
        for row in services.awards.list():
            award = row.award
            state = "withdrawn" if row.withdrawn else "sealed" if award.id in sealed else "registered"
            print(f"{award.id}\t{state}\t{award.register_number}\t{award.region.code}\t{award.year}\t{award.category}")
        return 0
    from gmsc_desktop.domain.awards import AwardDraft, Signatory

    region = _region(services, arguments.region)
    made = services.awards.add(
        AwardDraft(
            register_number=arguments.number,
            region=region,
            category=arguments.category,
            year=arguments.year,
            decision=arguments.decision,
            place=arguments.place,
            day=arguments.date or services.clock.now().date(),
            signatories=tuple(Signatory(*_parts(given)) for given in arguments.signatory),
        )
    )
    print(made.value.id)
    return 0


def _parts(given: str) -> tuple[str, str, str, str]:
    name, title, nip, organisation = (*(part.strip() for part in given.split(";", 3)), "", "", "")[:4]
    return name, title, nip, organisation


def _issue(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    written = services.deciding.issue(tuple(arguments.award), tuple(arguments.assessor), arguments.to, passphrase)
    print_record(written.value)
    return 0
