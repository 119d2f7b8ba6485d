"""Writing a sync bundle: one file, whole or not at all (docs/bundle-format.md).

The bundle is written beside its target under another name, put on the disk, and only then given its name. Whatever
stops the work, a cancel, a full disk or a stick pulled out, the folder holds what it held before.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gmsc_desktop import __version__
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import N_, StorageError
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.visit import Person
from gmsc_desktop.sync import bag
from gmsc_desktop.sync.behind import Behind, HashedFile
from gmsc_desktop.sync.draftfile import DraftFile, read_draft
from gmsc_desktop.sync.messages import PATH as MESSAGE
from gmsc_desktop.sync.pieces import TEMPORARY, output
from gmsc_desktop.sync.visitfile import VisitFile, read_visit
from gmsc_desktop.sync.writing import NOTHING_HALF, Opener, Payload, Piece, write_container

if TYPE_CHECKING:
    from gmsc_desktop.identity.signer import SigningIdentity

SUFFIX = ".gmsc"
KIND_VISITS = "visits"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class BundleDocument:
    """A document that travels: its name, hex SHA-256 and size in bytes; its bytes come from the opener."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class BundleJournal:
    """The journal lines of one device for the visits in the bundle, JSON Lines in UTF-8."""

    device: str
    lines: bytes


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file that travels as it lies: its ``path`` in the bag, hex SHA-256, size in bytes, and what opens it."""

    path: str
    sha256: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, slots=True)
class BundleContent:
    """What travels. ``visits`` are canonical JSON of frozen contents; the evidence they name is taken from
    ``open_file`` and goes along. ``sequence`` counts the bundles of ``device``; ``previous`` is the SHA-256 of the one
    before, empty for the first; ``journal_head`` the hash of the newest journal row; ``recipients`` are age recipients
    (``age1…``), and none means the bundle is not encrypted."""

    sender: Person
    device: str
    sequence: int
    visits: tuple[bytes, ...]
    open_file: Opener
    documents: tuple[BundleDocument, ...] = ()
    journals: tuple[BundleJournal, ...] = ()
    kind: str = KIND_VISITS
    previous: str = ""
    journal_head: str = ""
    recipients: tuple[str, ...] = ()
    message: bytes = b""
    """What a bundle of another kind than ``visits`` says, canonical JSON (``messages.py``)."""
    instruments: tuple[bytes, ...] = ()
    """Compiled instruments of an assignment, canonical JSON."""
    templates: tuple[BundleDocument, ...] = ()
    """Files of an assignment, whatever they are."""
    files: tuple[BundleFile, ...] = ()
    """Files of a backup."""
    drafts: tuple[bytes, ...] = ()
    """Drafts that go along with the visits, canonical JSON (``draftfile.py``), and the evidence they name."""
    parts: tuple[tuple[bytes, bytes], ...] = ()
    """What the laptops of a team said, each part with its signature (``teamfile.py``)."""
    evidence: tuple[BundleDocument, ...] = ()
    """Evidence those parts name."""


@dataclass(frozen=True, slots=True)
class BundleWritten:
    """The bundle as it lies on the disk: hex SHA-256 and size in bytes; ``files`` are itself, or its pieces."""

    path: Path
    sha256: str
    size: int
    files: tuple[Path, ...]


def bundle_name(device: str, sequence: int, at: datetime) -> str:
    """``gmsc-20260302-0007-1a2b3c4d.gmsc``: sorts by day, and no two bundles of one device share a name."""
    return f"gmsc-{at:%Y%m%d}-{sequence:04d}-{_safe(device)[-8:]}{SUFFIX}"


def write_bundle(
    target: Path,
    content: BundleContent,
    identity: SigningIdentity,
    at: datetime,
    progress: Progress = no_progress,
    piece: int = 0,
) -> BundleWritten:
    """Write ``content`` to ``target``, signed by ``identity`` at ``at``; ``progress`` counts bytes. In pieces of at
    most ``piece`` bytes when that is not 0 and the bundle is larger.

    A file that lies at ``target`` already is replaced only when the new one is whole. Raises ``BundleError`` when the
    content is not what it says, ``StorageError`` when the disk is full or gone, ``Cancelled``, and what the opener
    raises; nothing is left behind then.
    """
    plan = _Plan(content, identity, at)
    payload = Payload(plan.tags(), plan.small, tuple(plan.streamed), content.open_file)
    with _translated(target):
        _sweep(target)
        out = output(target, piece)
        try:
            with Behind() as hashing, Behind() as syncing:
                hashed = HashedFile(out, hashing, syncing)
                write_container(payload, hashed, content.recipients, progress)
                sha256 = hashed.finish()
            files = out.finish()
        except BaseException:
            # The stick may be gone with the file on it; what went wrong first is what is told.
            out.discard()
            raise
        _sync_folder(target.parent)
    return BundleWritten(target, sha256, hashed.size, files)


@dataclass(slots=True)
class _Plan:
    """Every file of the bundle, known before the first byte is written."""

    content: BundleContent
    identity: SigningIdentity
    at: datetime
    small: dict[str, bytes] = field(default_factory=dict)
    streamed: list[Piece] = field(default_factory=list)
    visits: list[VisitFile] = field(default_factory=list)
    drafts: list[DraftFile] = field(default_factory=list)

    def __post_init__(self) -> None:
        for data in self.content.visits:
            visit = read_visit(data)
            if visit.path not in self.small:
                self.visits.append(visit)
                self.small[visit.path] = data
        for data in self.content.drafts:
            draft = read_draft(data)
            self.drafts.append(draft)
            self.small[draft.path] = data
        for journal in self.content.journals:
            self.small[f"data/journal/{_safe(journal.device)}.jsonl"] = journal.lines
        if self.content.message:
            self.small[MESSAGE] = self.content.message
        for instrument in self.content.instruments:
            self.small[f"data/instruments/{sha256_hex(instrument)}.json"] = instrument
        for path, found in {
            f"data/templates/{item.sha256}.{_extension(item.name)}": item for item in self.content.templates
        }.items():
            self.streamed.append(Piece(path, found.sha256, found.size))
        self.streamed += [Piece(file.path, file.sha256, file.size, file.open) for file in self.content.files]
        for part, signature in self.content.parts:
            self.small[f"data/team/{sha256_hex(part)}.json"] = part
            self.small[f"data/team/{sha256_hex(part)}.p7s"] = signature
        self._evidence()
        self._documents()

    def _evidence(self) -> None:
        seen: set[str] = set()
        named = [(item.sha256, item.name, item.size) for visit in self.visits for item in visit.content.evidence]
        named += [(e.sha256, e.name, e.size) for found in self.drafts for e in found.draft.content.evidence]
        named += [(item.sha256, item.name, item.size) for item in self.content.evidence]
        for sha256, name, size in named:
            if sha256 not in seen:
                seen.add(sha256)
                self.streamed.append(Piece(f"data/evidence/{sha256}.{_extension(name)}", sha256, size))

    def _documents(self) -> None:
        names: set[str] = set()
        for document in self.content.documents:
            stem = _safe(Path(document.name).stem)[:60] or "dokumen"
            if stem.casefold() in names:
                stem = f"{stem}-{document.sha256[:12]}"
            if stem.casefold() in names:
                continue
            names.add(stem.casefold())
            self.streamed.append(Piece(f"data/documents/{stem}.pdf", document.sha256, document.size))

    def tags(self) -> tuple[tuple[str, bytes], ...]:
        """The tag files with the signature, in the order they are written."""
        hashes = {path: sha256_hex(data) for path, data in self.small.items()}
        hashes |= {piece.path: piece.sha256 for piece in self.streamed}
        info = bag.Info(
            kind=self.content.kind,
            created=self.at.replace(microsecond=0).isoformat(),
            software=f"GMSC Desktop {__version__}",
            contact=bag.one_line(self.content.sender.name) or "-",
            organisation=bag.one_line(self.content.sender.organisation) or "-",
            sender=self.identity.fingerprint,
            device=_safe(self.content.device),
            sequence=self.content.sequence,
            previous=self.content.previous,
            journal_head=self.content.journal_head,
            payload=(self.payload, len(hashes)),
            visits=tuple(sorted((visit.visit_id, visit.content_hash) for visit in self.visits)),
            recipients=self.content.recipients,
        )
        signed = {
            bag.BAGIT: bag.DECLARATION,
            bag.INFO: bag.render_info(info),
            bag.MANIFEST: bag.render_manifest(hashes),
        }
        tagmanifest = bag.render_manifest({name: sha256_hex(data) for name, data in signed.items()})
        return (*signed.items(), (bag.TAGMANIFEST, tagmanifest), (bag.SIGNATURE, self._sign(tagmanifest)))

    @property
    def payload(self) -> int:
        """Bytes below ``data/``."""
        return sum(map(len, self.small.values())) + sum(piece.size for piece in self.streamed)

    def _sign(self, tagmanifest: bytes) -> bytes:
        from gmsc_desktop.identity.cms import sign_detached

        return sign_detached(hashlib.sha256(tagmanifest).digest(), self.identity, signed_at=self.at.astimezone(UTC))


@contextmanager
def _translated(target: Path) -> Iterator[None]:
    """What the operating system says, as an error that says what was kept."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise StorageError(
            N_("There is not enough room for the bundle in {folder}.")
            if full
            else N_("The bundle cannot be written to {folder}: {detail}."),
            kept=NOTHING_HALF,
            cure=N_("Choose another folder or stick, or make room, and export again."),
            folder=target.parent,
            detail=error.strerror or str(error),
        ) from error


def _sweep(target: Path) -> None:
    """Remove what an earlier attempt at the same bundle left when the power went."""
    for path in target.parent.iterdir():
        if path.name.startswith(f".{target.name}.") and path.name.endswith(TEMPORARY):
            path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems of sticks cannot sync a folder; the file itself is on the disk.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(handle)


def _safe(text: str) -> str:
    """``text`` as a part of a name in the bundle: ASCII letters, digits, hyphen, underscore."""
    return _NOT_IN_NAMES.sub("-", text).strip("-_") or "x"


def _extension(name: str) -> str:
    extension = Path(name).suffix.lower().lstrip(".")
    return extension if _EXTENSION.fullmatch(extension) else "bin"
