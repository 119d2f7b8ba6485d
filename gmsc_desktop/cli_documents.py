"""Papers from a shell: read a visit back, verify a QR, sign once more, add a timestamp.

``read`` and ``qr`` need no vault and exit as ``verify`` does: 0 genuine, 3 unknown signer, 4 altered, 5 damaged,
6 withdrawn, 7 superseded.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.i18n import _

if TYPE_CHECKING:
    from gmsc_desktop.domain.verdict import Verdict
    from gmsc_desktop.services.app import Services

Opened = Callable[[argparse.Namespace], AbstractContextManager[tuple["Services", str]]]
PREFIX = "GMSC1:"


def register(
    commands: Any, vault_arguments: Callable[[Any], None], opened: Opened, passphrase_from: Callable[[Path], str]
) -> None:
    """Add the commands to the parser's; ``opened`` gives the services of the vault the arguments name."""
    read = commands.add_parser("read", help=_("verify a PDF and print the visit it carries as JSON"))
    read.positionals.add_argument("file", type=Path, metavar=_("FILE"))
    _trust(read)
    _lists(read)
    read.set_defaults(command=_read)

    code = commands.add_parser("qr", help=_("say what a QR is worth: its text, “-” for standard input, or a picture"))
    code.positionals.add_argument("code", metavar=_("TEXT"))
    code.options.add_argument("--pdf", type=Path, help=_("the PDF the QR should belong to"))
    code.options.add_argument("--json", action="store_true", help=_("print JSON"))
    _trust(code)
    _lists(code)
    code.set_defaults(command=_qr)

    augment = commands.add_parser("augment", help=_("add a timestamp and what it takes to check a PDF in many years"))
    augment.positionals.add_argument("file", type=Path, metavar=_("FILE"))
    augment.options.add_argument("--tsa", required=True, metavar="URL", help=_("address of a timestamp authority"))
    augment.options.add_argument("--out", type=Path, help=_("a new file; left out, the file itself is replaced"))
    _trust(augment)
    augment.set_defaults(command=_augment)

    listing = commands.add_parser("documents", help=_("list the documents of a vault and where nobody has signed yet"))
    vault_arguments(listing)
    listing.set_defaults(command=lambda arguments: _documents(arguments, opened))

    also = commands.add_parser("sign-also", help=_("sign a document once more, in another field"))
    vault_arguments(also)
    also.options.add_argument("--document", required=True, help=_("the document's id, as “documents” shows it"))
    also.options.add_argument(
        "--signed", type=Path, help=_("take in this file: the document signed by another program")
    )
    also.options.add_argument("--field", default="", help=_("Asesor, AsesorKedua, PejabatDaerah or SertifikatNasional"))
    also.options.add_argument("--p12", type=Path, help=_("sign with this .p12; left out, the vault's owner signs"))
    also.options.add_argument("--p12-passphrase-file", type=Path, help=_("file with the passphrase of the .p12"))
    also.options.add_argument("--out", type=Path, help=_("also save the document here"))
    also.set_defaults(command=lambda arguments: _sign_also(arguments, opened, passphrase_from))


def _trust(parser: Any) -> None:
    parser.options.add_argument("--trust", type=Path, action="append", default=[], help=_("a trusted certificate"))


def _lists(parser: Any) -> None:
    parser.options.add_argument(
        "--list", type=Path, action="append", default=[], help=_("an office's list of withdrawn papers (.gmsc)")
    )


def _read(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.verification import read_visit

    verdict, content = read_visit(arguments.file, trust=tuple(arguments.trust), lists=tuple(arguments.list))
    _say(verdict)
    if content is not None:
        # The very bytes that were signed, so that their SHA-256 is the content hash.
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    return verdict.status.exit_code


def _say(verdict: Verdict) -> None:
    from gmsc_desktop.services import verdicts

    print("\n".join(verdicts.lines(verdict)), file=sys.stderr)


def _qr(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services import verdicts
    from gmsc_desktop.services.verification import verify_file, verify_text

    given: str = arguments.code
    text = sys.stdin.read(4096) if given == "-" else given
    trust, lists = tuple(arguments.trust), tuple(arguments.list)
    if given == "-" or text.lstrip().startswith(PREFIX):
        verdict = verify_text(text, trust=trust, against=arguments.pdf, lists=lists)
    else:
        verdict = verify_file(Path(text), trust=trust, against=arguments.pdf, lists=lists)
    if arguments.json:
        print(json.dumps(verdicts.to_json(verdict), ensure_ascii=False, indent=2))
    else:
        print("\n".join(verdicts.lines(verdict)))
    return verdict.status.exit_code


def _augment(arguments: argparse.Namespace) -> int:
    from gmsc_desktop.services.augmenting import augment_file

    target: Path = arguments.out or arguments.file
    augment_file(arguments.file, arguments.tsa, target, trust=tuple(arguments.trust))
    print(_("The timestamp was added to {file}.").format(file=target))
    return 0


def _documents(arguments: argparse.Namespace, opened: Opened) -> int:
    with opened(arguments) as (services, _passphrase):
        for document in services.documents.list():
            fields = ",".join(services.documents.open_fields(document.id))
            print(f"{document.id}\t{document.visit_id}\t{document.kind}\t{document.name}\t{fields}")
    return 0


def _sign_also(arguments: argparse.Namespace, opened: Opened, passphrase_from: Callable[[Path], str]) -> int:
    with opened(arguments) as (services, own):
        file = arguments.p12_passphrase_file
        foreign = passphrase_from(file) if file is not None else ""
        passphrase = own if arguments.p12 is None else foreign
        documents = services.documents
        if arguments.signed is not None:
            made = documents.take_signed(arguments.document, arguments.signed).value
        else:
            made = documents.sign_also(arguments.document, arguments.field, passphrase, p12=arguments.p12).value
        if arguments.out is not None:
            services.documents.save_as(made.id, arguments.out)
        print(f"{made.id}\t{made.name}\t{made.sha256}")
    return 0
