"""Taking in what a verified bundle of visits holds: files first, then every row in the caller's one transaction.

Nothing is decided here and nothing is replaced: rows are added, and a row that is there already stays. So the order
of bundles does not matter, and a crash between files and rows leaves files nobody names, which are swept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from gmsc_desktop.domain.exchange import BundleRecord
from gmsc_desktop.domain.lineage import Link
from gmsc_desktop.sync.draftfile import DraftFile, read_draft
from gmsc_desktop.sync.journalfile import JournalLine, read_journal
from gmsc_desktop.sync.opened import OpenBundle, changed_meanwhile
from gmsc_desktop.sync.plan import IncomingVisit
from gmsc_desktop.sync.visitfile import VisitFile, read_visit

PutFile = Callable[[BinaryIO, int], str]
"""Keeps the bytes of a file of that size and returns their SHA-256 in hex."""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file a content names: ``kind`` is ``evidence`` or ``document``."""

    content_hash: str
    sha256: str
    kind: str
    name: str
    size: int


class Register(Protocol):
    """Where received things are kept; each call adds what is not there yet."""

    def add_bundle(self, record: BundleRecord) -> None:
        """Keep that the bundle arrived."""

    def add_revision(self, visit: VisitFile, data: bytes, bundle: str) -> None:
        """Keep a frozen content and which bundle it came in."""

    def add_draft(self, draft: DraftFile, data: bytes, bundle: str) -> None:
        """Keep a draft with the files it names, and which bundle it came in."""

    def add_file(self, file: ReceivedFile) -> None:
        """Keep which file belongs to which content."""

    def add_journal(self, line: JournalLine) -> None:
        """Keep a row of a visit's journal."""


@dataclass(frozen=True, slots=True)
class IncomingVisits:
    """What a bundle of visits holds, read and checked; the files still lie in the bundle."""

    visits: tuple[tuple[VisitFile, bytes], ...]
    journal: tuple[JournalLine, ...]
    drafts: tuple[tuple[DraftFile, bytes], ...] = ()

    def by_visit(self) -> tuple[IncomingVisit, ...]:
        """What the plan needs to know, visit by visit."""
        links: dict[str, list[Link]] = {}
        labels: dict[str, str] = {}
        for visit, _data in self.visits:
            content = visit.content
            links.setdefault(visit.visit_id, []).append(Link(visit.content_hash, content.parent_hash, content.revision))
            labels[visit.visit_id] = f"{content.draft.region.name} {content.draft.cycle_year}"
        for draft, _data in self.drafts:
            content = draft.draft.content
            links.setdefault(draft.visit_id, [])
            labels.setdefault(draft.visit_id, f"{content.draft.region.name} {content.draft.cycle_year}")
        rows: dict[str, dict[int, frozenset[str]]] = {}
        for line in self.journal:
            of = rows.setdefault(line.visit_id, {})
            of[line.number] = of.get(line.number, frozenset()) | {line.hash}
        return tuple(
            IncomingVisit(visit_id, labels[visit_id], tuple(links[visit_id]), rows.get(visit_id, {}))
            for visit_id in sorted(links)
        )


def read_visits(bundle: OpenBundle) -> IncomingVisits:
    """What ``bundle`` holds. Raises ``BundleError`` when its journal does not hold or is about other visits."""
    visits = []
    for name in bundle.names("visits"):
        known = bundle.parsed.get(name)
        if known is None:
            data = bundle.data(name)
            known = (read_visit(data), data)
        visits.append(known)
    drafts = []
    for name in bundle.names("drafts"):
        data = bundle.data(name)
        drafts.append((read_draft(data), data))
    ids = {visit.visit_id for visit, _data in visits} | {draft.visit_id for draft, _data in drafts}
    lines: list[JournalLine] = []
    for name in bundle.names("journal"):
        found = read_journal(bundle.data(name), name)
        if any(line.visit_id not in ids for line in found):
            raise changed_meanwhile(name)
        lines += found
    return IncomingVisits(tuple(visits), tuple(lines), tuple(drafts))


def put_files(
    bundle: OpenBundle, incoming: IncomingVisits, has: Callable[[str], bool], put: PutFile
) -> tuple[ReceivedFile, ...]:
    """Keep every evidence file and document of the bundle and say which content each belongs to.

    Raises ``BundleError`` when a file is no longer what was signed.
    """
    put_evidence(bundle, has, put)
    files: list[ReceivedFile] = []
    for visit, _data in incoming.visits:
        named = visit.content.evidence
        files += [ReceivedFile(visit.content_hash, f.sha256, "evidence", f.name, f.size) for f in named]
    for name in bundle.names("documents"):
        _put(bundle, name, has, put)
        size, short = bundle.entries[name].size, name.rsplit("/", 1)[-1]
        files.append(ReceivedFile(bundle.documents[name], bundle.hashes[name], "document", short, size))
    return tuple(dict.fromkeys(files))


def put_evidence(bundle: OpenBundle, has: Callable[[str], bool], put: PutFile) -> None:
    """Keep every evidence file of the bundle. Raises ``BundleError`` when one is no longer what was signed."""
    by_hash = {bundle.hashes[name]: name for name in bundle.names("evidence")}
    for name in by_hash.values():
        _put(bundle, name, has, put)


def apply_visits(
    register: Register, record: BundleRecord, incoming: IncomingVisits, files: Iterable[ReceivedFile]
) -> None:
    """Add everything to ``register``; inside the caller's transaction."""
    register.add_bundle(record)
    for visit, data in incoming.visits:
        register.add_revision(visit, data, record.sha256)
    for file in files:
        register.add_file(file)
    for draft, data in incoming.drafts:
        register.add_draft(draft, data, record.sha256)
    for line in incoming.journal:
        register.add_journal(line)


def _put(bundle: OpenBundle, name: str, has: Callable[[str], bool], put: PutFile) -> None:
    sha256 = bundle.hashes[name]
    if not has(sha256) and put(bundle.open(name), bundle.entries[name].size) != sha256:
        raise changed_meanwhile(name)
