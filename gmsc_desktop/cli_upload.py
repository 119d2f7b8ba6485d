"""From a shell: where bundles may go over a network, and carrying them there and back. Never needed.

``send --upload``, ``receive --fetch`` and ``office answer --upload`` use the place that ``upload`` sets.
"""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.servers import ALL, Place, PlaceKind
from gmsc_desktop.i18n import _

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services
    from gmsc_desktop.services.uploading import Carried

Opened = Callable[[argparse.Namespace], AbstractContextManager[tuple["Services", str]]]


def register(
    commands: Any, vault_arguments: Callable[[Any], None], opened: Opened, passphrase_from: Callable[[Path], str]
) -> None:
    """Add the command to the parser's; ``passphrase_from`` reads the password for the server from a file."""
    parser = commands.add_parser("upload", help=_("set the server for uploads, check it, or put files there"))
    vault_arguments(parser)
    parser.positionals.add_argument("file", type=Path, nargs="*", metavar=_("FILE"))
    options = parser.options
    options.add_argument("--server", choices=[kind.value for kind in PlaceKind], help=_("set: what speaks there"))
    options.add_argument("--address", default="", help=_("set: address of the server, https"))
    options.add_argument("--folder", default="gmsc", help=_("set: folder used there"))
    options.add_argument("--bucket", default="", help=_("set: bucket of an S3 store"))
    options.add_argument("--region", default="", help=_("set: region of an S3 store"))
    options.add_argument("--user", default="", help=_("set: user name, or access key"))
    options.add_argument("--password-file", type=Path, help=_("set: file with the password or secret key"))
    options.add_argument("--for", dest="addressee", default=ALL, help=_("device the files are for; else all"))
    options.add_argument("--check", action="store_true", help=_("ask the server whether all is right"))
    options.add_argument("--forget", action="store_true", help=_("forget server and password"))
    options.add_argument("--tell", choices=["yes", "no"], help=_("at an office: name the server in every answer"))

    def run(arguments: argparse.Namespace) -> int:
        with opened(arguments) as (services, _passphrase):
            return _upload(services, arguments, passphrase_from)

    parser.set_defaults(command=run)


def _upload(services: Services, arguments: argparse.Namespace, passphrase_from: Callable[[Path], str]) -> int:
    uploading = services.uploading
    if arguments.forget:
        uploading.forget()
    if arguments.server:
        names = ("address", "folder", "bucket", "region", "user")
        place = Place(PlaceKind(arguments.server), **{name: getattr(arguments, name) for name in names})
        secret = passphrase_from(arguments.password_file) if arguments.password_file else ""
        uploading.set_place(place, secret)
    if arguments.tell:
        uploading.tell(arguments.tell == "yes")
    if arguments.check:
        uploading.check()
    for path in arguments.file:
        print_carried(services, uploading.post(path, arguments.addressee))
    for name, found in (("place", uploading.place()), ("offered", uploading.offered())):
        if found is not None:
            print(f"{name}\t{found.kind.value}\t{found.label}\t{found.user}")
    for waiting in uploading.pending():
        print(f"pending\t{waiting.name}\t{waiting.stat().st_size}")
    return 0


def print_carried(services: Services, carried: Carried) -> None:
    """One line for each bundle that has arrived."""
    place = services.uploading.place()
    for name in carried.names:
        print(f"uploaded\t{name}\t{place.label if place else ''}")
    print(_("{count} bytes sent; what was there already did not go again.").format(count=carried.sent))
