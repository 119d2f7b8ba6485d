"""Files on a server, through OpenDAL: one library for WebDAV and for S3-compatible stores.

Nothing is imported or contacted before a ``Remote`` is asked for something. Errors say what happened and never hold a
password: of what the library says only the status of the answer is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from gmsc_desktop.domain.errors import N_, NetworkError
from gmsc_desktop.domain.servers import Place, PlaceKind

T = TypeVar("T")
MOST_LISTED = 20_000
SECONDS, TRANSFER_SECONDS, TRIES = 20.0, 120.0, 2
_STATUS = re.compile(r"status: (\d{3})")
_KEPT = N_("What has arrived there stays; the next try goes on from it.")


class Remote:
    """The folder of ``place``; ``secret`` is the password or secret key."""

    def __init__(self, place: Place, secret: str, *, seconds: float = SECONDS) -> None:
        self.place = place
        self._secret = secret
        self._seconds = seconds
        self._made: Any = None

    def put(self, name: str, data: bytes) -> None:
        """Write a whole file. Raises ``NetworkError``."""
        with self._told():
            self._operator().write(name, data)

    def size(self, name: str) -> int | None:
        """The size of a file in bytes, None when there is none. Raises ``NetworkError``."""
        return self._unless_missing(lambda: int(self._operator().stat(name).content_length))

    def get(self, name: str, most: int) -> bytes | None:
        """The bytes of a file, None when there is none; of a longer one only ``most`` and one more.

        Raises ``NetworkError``.
        """
        return self._unless_missing(lambda: self._read(name, most + 1))

    def names(self, folder: str) -> tuple[str, ...]:
        """The names of files and folders in ``folder``; those of folders end in a slash. Raises ``NetworkError``."""
        root = f"{folder}/"

        def listed() -> tuple[str, ...]:
            found = []
            for entry in self._operator().list(root):
                path = str(entry.path)
                name = path.removeprefix(root)
                # A server may say what it likes: only what lies right below the folder is a name in it.
                if path.startswith(root) and name and "/" not in name.rstrip("/") and "\\" not in name:
                    found.append(name)
                if len(found) >= MOST_LISTED:
                    break
            return tuple(sorted(found))

        return self._unless_missing(listed) or ()

    def _read(self, name: str, most: int) -> bytes:
        data = bytearray()
        with self._operator().open(name, "rb") as file:
            while len(data) < most and (chunk := file.read(min(1 << 20, most - len(data)))):
                data += chunk
        return bytes(data)

    def _operator(self) -> Any:
        if self._made is None:
            import opendal

            place, options = self.place, {"root": f"/{self.place.folder}", "endpoint": self.place.address.rstrip("/")}
            if place.kind is PlaceKind.WEBDAV:
                options |= {"username": place.user, "password": self._secret}
            else:
                # No key is looked for in the environment, in files, or asked of a machine: only the one given counts.
                options |= {
                    "bucket": place.bucket, "region": place.region or "us-east-1", "access_key_id": place.user,
                    "secret_access_key": self._secret, "disable_config_load": "true", "disable_ec2_metadata": "true",
                }  # fmt: skip
            made = opendal.Operator(place.kind.value, **options)
            made = made.layer(opendal.layers.TimeoutLayer(self._seconds, TRANSFER_SECONDS))
            self._made = made.layer(opendal.layers.RetryLayer(max_times=TRIES))
        return self._made

    def _unless_missing(self, ask: Callable[[], T]) -> T | None:
        import opendal

        with self._told():
            try:
                return ask()
            except (opendal.exceptions.NotFound, FileNotFoundError):
                return None
            except _errors() as error:
                # Reading says it in another way than looking does.
                if _status(error) == "404":
                    return None
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the library says, as an error for a person."""
        import opendal

        try:
            yield
        except _errors() as error:
            denied = isinstance(error, opendal.exceptions.PermissionDenied)
            raise _explained(_status(error), denied, self.place) from None


def _errors() -> tuple[type[Exception], ...]:
    """All that the library raises; its classes have no common one."""
    import opendal

    own = (found for found in vars(opendal.exceptions).values() if isinstance(found, type))
    return (*(found for found in own if issubclass(found, Exception)), OSError)


def _status(error: Exception) -> str:
    """The HTTP status of the answer, empty when there was none."""
    found = _STATUS.search(str(error))
    return found[1] if found else ""


def _explained(status: str, denied: bool, place: Place) -> NetworkError:
    if denied or status in ("401", "403"):
        return NetworkError(
            N_("The server {place} does not accept this user name and password."),
            kept=_KEPT,
            cure=N_("Type them anew in the settings of the upload, as the office gave them."),
            place=place.label,
        )
    if status:
        return NetworkError(
            N_("The server {place} answered with an error ({status})."),
            kept=_KEPT,
            cure=N_("Check address and folder, try again later, or send the bundle on a stick."),
            place=place.label,
            status=status,
        )
    return NetworkError(
        N_("The server {place} cannot be reached."),
        kept=_KEPT,
        cure=N_("Check the connection and try again, or send the bundle on a stick or by mail."),
        place=place.label,
    )
