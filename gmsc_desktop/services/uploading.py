"""Carrying bundles over a network, where there is one: to a WebDAV folder or an S3-compatible store, and back.

Only what the person asks for is contacted. What is to go lies in the vault's folder ``outgoing`` under the path it will
have on the server, until all of it has arrived; what came lies in ``incoming`` until it was taken in or refused. So a
line that breaks, or a program that ends, costs no more than the piece on its way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, NetworkError, NotFound, Refused
from gmsc_desktop.domain.exchange import VaultRole
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.servers import ALL, Place, PlaceKind, checked, inbox_of, is_addressee, outbox_of
from gmsc_desktop.services.trusting import OFFICE_UPLOAD, office_recipient, role_of
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.documents import DocumentRepository
from gmsc_desktop.store.exports import own_devices
from gmsc_desktop.store.files import replacing
from gmsc_desktop.store.quarantine import QuarantineRepository
from gmsc_desktop.store.received import ReceivedRepository

if TYPE_CHECKING:
    from gmsc_desktop.domain.exports import ExportRecord
    from gmsc_desktop.services.exports import ExportService
    from gmsc_desktop.services.office import OfficeService
    from gmsc_desktop.services.sending import SendingService
    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.sync.remote import Remote

PLACE, SECRET = "upload_place", "upload_secret"
OUTGOING, INCOMING = "outgoing", "incoming"


@dataclass(frozen=True, slots=True)
class Carried:
    """What has arrived at the server: the bundles by name, and how many bytes had to be sent for it; what was there
    already was not sent again."""

    names: tuple[str, ...]
    sent: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lies here now to be received: whole files; how many of those on the server were known already; and what is
    said of those that are not what their list says."""

    files: tuple[Path, ...]
    known: int
    faulty: tuple[NetworkError, ...] = ()


class UploadService:
    """Sends and fetches bundles of one vault over a network."""

    def __init__(self, vault: Vault, sending: SendingService, exports: ExportService, office: OfficeService) -> None:
        self._vault = vault
        self._sending, self._exports, self._office = sending, exports, office
        self._received = ReceivedRepository(vault.store)
        self._documents = DocumentRepository(vault.store)
        self._quarantine = QuarantineRepository(vault.store, vault.folder)

    # where

    def place(self) -> Place | None:
        """Where bundles go; None until it was set."""
        return _read(self._vault.store.settings.get(PLACE))

    def offered(self) -> Place | None:
        """Where the office said bundles may go, and whoever sets it here adds their name and password; None if it said
        nothing. At an office: what it tells."""
        return _read(self._vault.store.settings.get(OFFICE_UPLOAD))

    def set_place(self, place: Place, secret: str) -> Done[Place]:
        """Use ``place`` from now on; an empty ``secret`` keeps the one before. Nothing is contacted.

        Raises ``InvalidInput``.
        """
        place = checked(place)
        settings = self._vault.store.settings
        if not secret and not settings.get(SECRET):
            raise InvalidInput(N_("The password for the server is missing."))
        with self._vault.store.writing():
            settings.set(PLACE, _written(place))
            if secret:
                settings.set(SECRET, secret)
        return Done(place, Changed(frozenset({"upload"})))

    def forget(self) -> Done[None]:
        """Forget place and password."""
        with self._vault.store.writing():
            for name in (PLACE, SECRET):
                self._vault.store.settings.set(name, "")
        return Done(None, Changed(frozenset({"upload"})))

    def tell(self, told: bool) -> Done[None]:
        """At an office: name the place to the laptops in every answer, or no longer. Never the user name or password.

        Raises ``Refused``, ``NotFound`` when none is set.
        """
        if role_of(self._vault) is not VaultRole.OFFICE:
            raise Refused(N_("This vault is not that of a central office."), kept=N_("Nothing was changed."))
        place = self._required()
        self._vault.store.settings.set(OFFICE_UPLOAD, _written(place, user=False) if told else "")
        return Done(None, Changed(frozenset({"upload"})))

    def check(self) -> None:
        """Ask the server for the list of a folder: are place and password right? Raises ``NetworkError``."""
        self._remote().names(inbox_of(self._vault.device))

    # out

    def pending(self) -> tuple[Path, ...]:
        """Bundles that were written to go over the network and have not all arrived."""
        folder = self._vault.folder / OUTGOING
        with translating(folder):
            return tuple(sorted(folder.rglob("*.gmsc"))) if folder.is_dir() else ()

    def send(
        self, passphrase: str, *, everything: bool = False, drafts: bool = False, progress: Progress = no_progress
    ) -> Done[Carried]:
        """From a laptop: finish what was begun, and put what is not yet safe at the office on the server.

        A bundle that waits, or that lies there whole, is written anew only when there is something newer. Raises
        ``InvalidInput`` when there is nothing to send, ``NotFound`` when no place is set, ``Refused`` when the bundle
        cannot be encrypted, ``NetworkError``, ``Cancelled``, and what ``sending.send`` does; what was written stays for
        the next try.
        """
        self._required()
        if not office_recipient(self._vault):
            raise Refused(
                N_("No office is known yet, so the bundle would lie on the server unencrypted."),
                kept=N_("Nothing was sent."),
                cure=N_("Enrol with the office first, or send the bundle on a stick."),
            )
        folder = self._outgoing(inbox_of(self._vault.device))
        waiting = {path.name for path in self.pending()}
        history = self._exports.history()
        written = {visit.content_hash for record in history if record.file_name in waiting for visit in record.visits}
        unsafe = {row.visit.content_hash for row in self._exports.unsafe()}
        there = None if everything or drafts or waiting else self._there(folder, history[:1], unsafe)
        if there is not None:
            return Done(Carried((there.file_name,), 0), Changed())
        changed = Changed()
        if everything or drafts or not waiting or unsafe - written:
            done = self._sending.send(folder, passphrase, everything=everything, drafts=drafts, progress=progress)
            changed = done.changed
        return Done(self.carry(progress), changed)

    def _there(self, folder: Path, newest: tuple[ExportRecord, ...], unsafe: set[str]) -> ExportRecord | None:
        """The last bundle, when it went to this server, lies there whole, and holds just what is not yet safe."""
        from gmsc_desktop.services.carrying import listed

        for record in newest:
            same = record.folder == str(folder) and {visit.content_hash for visit in record.visits} == unsafe
            papers = (paper for visit in record.visits for paper in self._documents.list(visit.visit_id))
            if not unsafe or not same or any(paper.created_at > record.created_at for paper in papers):
                return None
            remote = self._remote()
            found = listed(remote, (inbox_of(self._vault.device),))
            if any((name, sha256) == (record.file_name, record.sha256) for _folder, name, sha256, _pieces in found):
                return record
        return None

    def answer(self, passphrase: str, progress: Progress = no_progress) -> Done[Carried]:
        """From an office: write the answer for every laptop anything came from, and put them on the server.

        Raises as ``send`` does.
        """
        self._required()
        kinds = frozenset[str]()
        for device, _name in self._office.devices():
            if is_addressee(device):
                folder = self._outgoing(outbox_of(device))
                for old in self._written_there(folder):
                    # An answer always says everything: one that has not gone yet is worth nothing beside the new one.
                    old.unlink()
                kinds |= self._office.answer(device, folder, passphrase).changed.kinds
        return Done(self.carry(progress), Changed(kinds))

    def _written_there(self, folder: Path) -> tuple[Path, ...]:
        """The answers that wait in ``folder``; an assignment that was put beside them was written elsewhere first."""
        names = {record.file_name for record in self._exports.history() if record.folder == str(folder)}
        return tuple(path for path in folder.glob("*.gmsc") if path.name in names)

    def post(self, path: Path, addressee: str = ALL, progress: Progress = no_progress) -> Carried:
        """From an office: put the bundle at ``path``, an assignment, on the server for one laptop or for all."""
        import shutil

        self._required()
        if not is_addressee(addressee):
            raise InvalidInput(N_("{device} is no laptop."), device=addressee)
        folder = self._outgoing(outbox_of(addressee))
        with translating(folder), path.open("rb") as source, replacing(folder / path.name) as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        return self.carry(progress)

    def carry(self, progress: Progress = no_progress) -> Carried:
        """Put all that waits on the server; ``progress`` counts bytes. Raises ``NetworkError``, ``Cancelled``."""
        from gmsc_desktop.services.carrying import put_parcel

        remote, root = self._remote(), self._vault.folder / OUTGOING
        names, sent = [], 0
        for path in self.pending():
            with translating(path):
                sent += put_parcel(remote, path.parent.relative_to(root).as_posix(), path, progress)
                path.unlink()
            names.append(path.name)
        return Carried(tuple(names), sent)

    # in

    def fetch(self, progress: Progress = no_progress) -> Fetched:
        """Bring here what lies on the server for this vault and is not known yet; ``progress`` counts bytes.

        The files are for ``receiving``, which judges them: a server is believed nothing, and a bundle that is not what
        its list says stops no other. Raises ``NotFound`` when no
        place is set, ``NetworkError``, ``StorageError``, ``Cancelled``.
        """
        from gmsc_desktop.services.carrying import NotAsListed, get_parcel, listed

        remote, folder = self._remote(), self._vault.folder / INCOMING
        with translating(folder):
            folder.mkdir(exist_ok=True)
        known, files, faulty = 0, list[Path](), list[NetworkError]()
        for source, name, sha256, pieces in listed(remote, self._sources(remote)):
            if self._is_known(sha256):
                known += 1
                continue
            try:
                with translating(folder):
                    files.append(get_parcel(remote, source, name, sha256, pieces, folder, progress))
            except NotAsListed as error:
                faulty.append(error)
        return Fetched(tuple(files), known, tuple(faulty))

    def sweep(self) -> None:
        """Remove what was fetched and has been taken in, or lies in the quarantine."""
        from gmsc_desktop.services.carrying import sha256_in_name

        folder = self._vault.folder / INCOMING
        with translating(folder):
            for path in folder.glob("*.gmsc") if folder.is_dir() else ():
                if self._is_known(sha256_in_name(path)):
                    path.unlink()

    def _sources(self, remote: Remote) -> Iterator[str]:
        """The folders of the server that hold what is for this vault."""
        if role_of(self._vault) is VaultRole.OFFICE:
            for name in remote.names("inbox"):
                if name.endswith("/") and is_addressee(name[:-1]):
                    yield inbox_of(name[:-1])
            return
        # What was answered to a laptop that was lost is for the one its backup was put back on.
        for device in sorted(own_devices(self._vault.store)):
            yield outbox_of(device)
        yield outbox_of(ALL)

    def _is_known(self, sha256: str) -> bool:
        if self._received.has_bundle(sha256):
            return True
        try:
            self._quarantine.get(sha256)
        except NotFound:
            return False
        return True

    def _outgoing(self, where: str) -> Path:
        folder = self._vault.folder / OUTGOING / where
        with translating(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _required(self) -> Place:
        place = self.place()
        if place is None:
            raise NotFound(
                N_("No server for uploads is set."),
                cure=N_("Set it up first, or send the bundle on a stick or by mail: a network is never needed."),
            )
        return place

    def _remote(self) -> Remote:
        from gmsc_desktop.sync.remote import Remote

        return Remote(self._required(), self._vault.store.settings.get(SECRET))


def _written(place: Place, *, user: bool = True) -> str:
    told = {name: getattr(place, name) for name in ("address", "folder", "bucket", "region")}
    return canonical_bytes({**told, "kind": place.kind.value, **({"user": place.user} if user else {})}).decode()


def _read(text: str) -> Place | None:
    """A place as it is kept; None for none, or for one that an office told and that cannot be used."""
    if not text:
        return None
    told = json.loads(text)
    try:
        return checked(Place(**{**told, "kind": PlaceKind(told["kind"])}))
    except InvalidInput:
        return None
