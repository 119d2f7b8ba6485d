"""A place on a network where bundles may be put and fetched: a WebDAV folder, or a bucket of an S3-compatible store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from gmsc_desktop.domain.errors import N_, InvalidInput

ALL = "all"
"""The folder below ``outbox`` for what every laptop may fetch."""
_FOLDER = re.compile(r"[A-Za-z0-9._~ -]+(?:/[A-Za-z0-9._~ -]+)*")
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_ADDRESSEE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class PlaceKind(StrEnum):
    """What speaks there."""

    WEBDAV = "webdav"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class Place:
    """``address`` is the server's (for WebDAV with the path of the folder that belongs to the user), ``folder`` the
    folder used below it, ``user`` the name or access key to sign in with. The password is kept elsewhere."""

    kind: PlaceKind
    address: str
    folder: str = "gmsc"
    bucket: str = ""
    region: str = ""
    user: str = ""

    @property
    def label(self) -> str:
        """What to call it: nothing secret."""
        return "/".join(part for part in (self.address.rstrip("/"), self.bucket, self.folder) if part)


def checked(place: Place) -> Place:
    """``place`` if it can be one. Raises ``InvalidInput``.

    A password never travels in the open: the address is ``https``, or of this computer itself.
    """
    try:
        parts = urlsplit(place.address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment or port == 0:
        raise InvalidInput(
            N_("{address} is not the address of a server."),
            cure=N_("Type it as the office told you, such as https://berkas.example.go.id/dav."),
            address=place.address,
        )
    if parts.username or parts.password:
        raise InvalidInput(
            N_("User name and password do not belong into the address."), cure=N_("Type them into their own fields.")
        )
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise InvalidInput(
            N_("The address begins with http, so the password would travel in the open."),
            cure=N_("Use the address that begins with https."),
        )
    if not _FOLDER.fullmatch(place.folder) or {".", ".."} & set(place.folder.split("/")):
        raise InvalidInput(
            N_("{folder} cannot be the name of a folder on the server."),
            cure=N_("Use letters, digits and hyphens."),
            folder=place.folder,
        )
    if place.kind is PlaceKind.S3 and not _BUCKET.fullmatch(place.bucket):
        raise InvalidInput(N_("An S3 store needs the name of a bucket."))
    return place


def inbox_of(device: str) -> str:
    """Where the laptop ``device`` puts what is for the office. Raises ``ValueError``."""
    return f"inbox/{_safe(device)}"


def outbox_of(addressee: str) -> str:
    """Where the office puts what is for a laptop, or for ``ALL``. Raises ``ValueError``."""
    return f"outbox/{_safe(addressee)}"


def is_addressee(name: str) -> bool:
    """Whether ``name`` can be a laptop's folder."""
    return _ADDRESSEE.fullmatch(name) is not None


def _safe(name: str) -> str:
    if not is_addressee(name):
        raise ValueError(f"{name}: no name for a folder")
    return name
