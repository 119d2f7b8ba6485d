"""The exchange from a shell: asking for a certificate, sending and receiving, and what a central office does.

Exit codes are those of ``cli``: 0 done, 1 refused or failed, 2 wrong use. Lists are tab-separated, one thing a line.
"""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop import cli_bags, cli_orders
from gmsc_desktop.cli_orders import day_typed, print_record
from gmsc_desktop.cli_upload import print_carried
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.i18n import N_, _, error_text, filled

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.receiving import FilePlan
    from gmsc_desktop.services.waiting import WaitingBundle

Opened = Callable[[argparse.Namespace], AbstractContextManager[tuple["Services", str]]]
Work = Callable[["Services", str, argparse.Namespace], int]


def register(commands: Any, vault_arguments: Callable[[Any], None], opened: Opened) -> None:
    """Add the commands to the parser's; ``opened`` gives the services of the vault the arguments name."""

    def add(to: Any, name: str, work: Work, text: str) -> Any:
        parser = to.add_parser(name, help=text)
        vault_arguments(parser)
        parser.set_defaults(command=lambda arguments: _run(arguments, opened, work))
        return parser

    enrol = add(commands, "enrol", _request, _("ask a central office for a certificate"))
    enrol.options.add_argument("--to", type=Path, required=True, help=_("folder or stick to write to"))
    enrol.options.add_argument("--replaces", default="", help=_("key fingerprint of the laptop this one replaces"))

    send = add(commands, "send", _send, _("write one bundle of all that is not yet safe at the office"))
    _way_out(send)
    send.options.add_argument("--all", action="store_true", help=_("also what is safe already"))
    send.options.add_argument("--drafts", action="store_true", help=_("also visits nobody has signed, as drafts"))
    send.options.add_argument("--piece", type=size_typed, default=0, help=_("cut into pieces: fat32, or such as 20M"))

    _receiving(add(commands, "receive", _receive, _("take in bundles: files or folders of them")))

    office = commands.add_parser("office", help=_("what a central office does"))
    kinds = office.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    _receiving(add(kinds, "receive", _receive, _("take in bundles: files or folders of them")))
    init = add(kinds, "init", _init, _("make this vault a central office's"))
    init.options.add_argument("--name", required=True, help=_("name of the office"))
    init.options.add_argument("--offline-copy", type=Path, required=True, help=_("folder for the copy of its keys"))
    _enrolling(add(kinds, "enrol", _enrol, _("list requests for a certificate, and decide on one")))
    add(kinds, "status", _status, _("say what has arrived, what waits, what is missing"))
    cli_orders.register(add, kinds)
    _answering(add, kinds)
    cli_bags.register(commands)


def _way_out(parser: Any) -> None:
    """To a folder, or over the network to the server that was set."""
    way = parser.options.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", type=Path, help=_("folder or stick to write to"))
    way.add_argument("--upload", action="store_true", help=_("put it on the server set by “upload”"))


def _receiving(parser: Any) -> None:
    parser.positionals.add_argument("file", type=Path, nargs="*", metavar=_("FILE"))
    parser.options.add_argument("--fetch", action="store_true", help=_("fetch from the server set by “upload” first"))
    parser.options.add_argument("--plan", action="store_true", help=_("only say what would happen"))
    parser.options.add_argument("--trust-root", default="", help=_("fingerprint of the office's root, as compared"))
    parser.options.add_argument(
        "--trust-member", action="append", default=[], help=_("key fingerprint of someone in the team, as compared")
    )


def _enrolling(parser: Any) -> None:
    chosen = parser.options.add_mutually_exclusive_group()
    for name, text in (
        ("--approve", _("issue, or renew, the certificate of this key fingerprint")),
        ("--refuse", _("refuse the request of this key fingerprint")),
        ("--revoke", _("take back the certificate of this key fingerprint")),
    ):
        chosen.add_argument(name, metavar=_("KEY"), default="", help=text)
    parser.options.add_argument("--reason", default="", help=_("why, for refusing and taking back"))
    parser.options.add_argument("--to", type=Path, help=_("folder to write the answer to"))


def _answering(add: Callable[[Any, str, Work, str], Any], kinds: Any) -> None:
    back = add(kinds, "return", _return, _("send a visit back with comments"))
    back.positionals.add_argument("visit", metavar=_("VISIT"))
    back.options.add_argument(
        "--comment", action="append", default=[], required=True, help=_("KEY=TEXT, or TEXT for the visit as a whole")
    )
    back.options.add_argument("--due", type=day_typed, help=_("date such as 2026-03-31"))
    accept = add(kinds, "accept", _accept, _("accept visits"))
    accept.positionals.add_argument("visit", nargs="+", metavar=_("VISIT"))
    decide = add(kinds, "decide", _decide, _("let one of several contents of a visit go on"))
    decide.positionals.add_argument("visit", metavar=_("VISIT"))
    decide.positionals.add_argument("chosen", metavar=_("HASH"))
    decide.options.add_argument("--reason", required=True, help=_("why"))
    settle = add(kinds, "settle", _settle, _("say why a gap or a fork in what arrived may stand"))
    settle.positionals.add_argument("finding", metavar=_("FINDING"))
    settle.options.add_argument("--reason", required=True, help=_("why"))
    answer = add(kinds, "answer", _answer, _("write receipts and decisions, one file for each laptop"))
    _way_out(answer)
    answer.options.add_argument("--device", action="append", default=[], help=_("only for these laptops"))


def _run(arguments: argparse.Namespace, opened: Opened, work: Work) -> int:
    with opened(arguments) as (services, passphrase):
        return work(services, passphrase, arguments)


def size_typed(text: str) -> int:
    """Bytes from such as ``20M``, ``2G`` or ``fat32``."""
    from gmsc_desktop.services.sending import FAT32

    if text.lower() == "fat32":
        return FAT32
    factor = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1:].upper(), 1)
    return int(text if factor == 1 else text[:-1]) * factor


def _request(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    print_record(services.enrolment.request(arguments.to, passphrase, arguments.replaces).value)
    fingerprint = services.vault.certificate_fingerprint
    print(_("Read this fingerprint to the office by phone: {fingerprint}").format(fingerprint=fingerprint))
    return 0


def _send(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    for told in services.exports.interrupted():
        print(told.text, file=sys.stderr)
    if arguments.upload:
        print_carried(
            services, services.uploading.send(passphrase, everything=arguments.all, drafts=arguments.drafts).value
        )
        return 0
    sent = services.sending.send(
        arguments.to, passphrase, everything=arguments.all, drafts=arguments.drafts, piece=arguments.piece
    ).value
    for path in sent.files:
        print(f"{path}\t{path.stat().st_size}\t{sent.record.sha256}")
    if not services.sending.outbox().encrypted:
        print(_("No office is known yet, so the bundle is not encrypted."), file=sys.stderr)
    return 0


def _receive(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.receiving import Consent

    paths, consent = tuple(arguments.file), Consent(passphrase, arguments.trust_root, tuple(arguments.trust_member))
    faulty = False
    if arguments.fetch:
        fetched = services.uploading.fetch()
        paths += fetched.files
        faulty = bool(fetched.faulty)
        for fault in fetched.faulty:
            print(error_text(fault), file=sys.stderr)
        if not paths:
            if not faulty:
                print(_("There is nothing new on the server."))
            return int(faulty)
    names = {region.code: region.name for region in services.regions.all()}
    if arguments.plan:
        plans = services.receiving.plan(paths, consent)
        for plan in plans:
            _print_plan(plan, names)
        return 1 if faulty or any(plan.refused for plan in plans) else 0
    received = services.receiving.receive(paths, consent).value
    for plan in (*received.taken, *received.known, *received.refused):
        _print_plan(plan, names)
    _print_waiting(received.waiting)
    services.uploading.sweep()
    return 1 if received.refused or faulty else 0


_CONSENT = {
    False: N_("Once it is the same, give it with --trust-root."),
    True: N_("Once it is the same, give it with --trust-member."),
}
"""What to do about a fingerprint, by whether it is that of somebody in a team."""


def _print_plan(plan: FilePlan, regions: Mapping[str, str]) -> None:
    from gmsc_desktop.services.verdicts import plan_text, reason_text

    if plan.refused is not None:
        said = reason_text(plan.refused)
        if plan.refused.code == "consent" and "fingerprint" in plan.refused.params:
            of_member = "name" in plan.refused.params
            said += " " + _(_CONSENT[of_member])
        print(f"{plan.path}\trefused\t{plan.refused.code}\t{said}")
        return
    print(f"{plan.path}\t{'known' if plan.known else 'taken'}\t{plan.kind}\t{plan.sender_name}")
    for item in plan.items:
        print(f"\t{item.outcome.value}\t{item.what}\t{plan_text(item, regions)}")


def _print_waiting(waiting: tuple[WaitingBundle, ...]) -> None:
    from gmsc_desktop.services.verdicts import waiting_text

    for bundle in waiting:
        print(f"waiting\t{bundle.name}\t{' '.join(map(str, bundle.missing))}\t{waiting_text(bundle)}")


def _init(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    copy = services.office.init(arguments.name, passphrase, arguments.offline_copy).value
    print(_("Fingerprint of the root, for assessors to compare: {fingerprint}").format(fingerprint=copy.fingerprint))
    print(_("Bundles for this office are encrypted to: {recipient}").format(recipient=copy.recipient))
    for path in (copy.root_key, copy.root_certificate, copy.age_key):
        print(path)
    print(_("Lock this copy away; its passphrase is the vault's of today."))
    return 0


def _enrol(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    enrolment = services.enrolment
    chosen = arguments.approve or arguments.refuse or arguments.revoke
    if arguments.approve:
        enrolment.approve(chosen, passphrase)
    elif arguments.refuse:
        enrolment.refuse(chosen, arguments.reason)
    elif arguments.revoke:
        enrolment.revoke(chosen, arguments.reason)
    if chosen and arguments.to is not None:
        print_record(enrolment.answer(chosen, arguments.to, passphrase).value)
    for member in enrolment.members() if not chosen else ():
        print(f"{member.fingerprint}\t{member.state.value}\t{member.name}\t{member.organisation}\t{member.device}")
    return 0


def _status(services: Services, _passphrase: str, _arguments: argparse.Namespace) -> int:
    status = services.office.status()
    for name in ("root", "recipient", "members", "requests", "visits", "waiting", "conflicts"):
        print(f"{name}\t{getattr(status, name)}")
    for visit in services.office.visits():
        newest = visit.newest
        print(
            f"visit\t{visit.visit_id}\t{newest.region_code}\t{newest.region_name}\t{newest.cycle_year}\t{newest.number}"
            f"\t{visit.lineage.standing.value}\t{visit.state.value if visit.state else ''}\t{newest.content_hash}"
        )
    for found in services.office_drafts.list():
        draft = found.draft
        print(
            f"draft\t{draft.visit_id}\t{draft.region_code}\t{draft.region_name}\t{draft.cycle_year}"
            f"\t{draft.saved_at.isoformat()}\t{'forked' if found.forked else ''}\t{draft.assessor}\t{draft.draft_hash}"
        )
    _print_waiting(services.receiving.waiting())
    for gap in services.receiving.gaps():
        missing, doubled = (" ".join(map(str, numbers)) for numbers in (gap.missing, gap.doubled))
        print(f"gap\t{gap.device}\t{gap.sender_name}\t{missing}\t{doubled}")
    for point in services.findings.open():
        print(f"finding\t{point.id}\t{filled(point.template, point.params)}")
    for kept in services.receiving.quarantine():
        print(f"quarantine\t{kept.sha256}\t{kept.file_name}\t{kept.code}\t{filled(kept.template, kept.params)}")
    return 0


def _return(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    from gmsc_desktop.domain.exchange import Comment

    comments = []
    for given in arguments.comment:
        key, found, text = given.partition("=")
        comments.append(Comment(key, text) if found and key.startswith("/") else Comment("", given))
    services.office.return_(arguments.visit, tuple(comments), arguments.due)
    return 0


def _accept(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    failed = False
    for visit in arguments.visit:
        try:
            services.office.accept(visit)
        except GmscError as error:
            failed = True
            print(f"{visit}\t{error_text(error)}", file=sys.stderr)
    return 1 if failed else 0


def _decide(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    services.office.decide(arguments.visit, arguments.chosen, arguments.reason)
    return 0


def _answer(services: Services, passphrase: str, arguments: argparse.Namespace) -> int:
    if arguments.upload:
        print_carried(services, services.uploading.answer(passphrase).value)
        return 0
    devices = arguments.device or [device for device, _name in services.office.devices()]
    for device in devices:
        print_record(services.office.answer(device, arguments.to, passphrase).value)
    return 0


def _settle(services: Services, _passphrase: str, arguments: argparse.Namespace) -> int:
    services.findings.settle(arguments.finding, arguments.reason)
    return 0
