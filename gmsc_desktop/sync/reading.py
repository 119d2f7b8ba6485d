"""Verifying a sync bundle: every layer from the outside in, nothing believed before what vouches for it was checked.

Container, then signature, then manifest, then every file, then what the visits say of each other's files. The first
thing that does not hold ends the work and names the verdict. Memory holds the tag files and one visit at a time.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.verdict import Reason, SignerReport, Status, Verdict
from gmsc_desktop.i18n import _
from gmsc_desktop.sync import bag
from gmsc_desktop.sync.behind import Behind, Data, Followed, Sums
from gmsc_desktop.sync.container import (
    ROOT,
    ContainerFault,
    Entry,
    entry_pieces,
    local_header,
    read_entries,
    read_entry,
)
from gmsc_desktop.sync.contents import Contents
from gmsc_desktop.sync.opened import OpenBundle, Window
from gmsc_desktop.sync.payload import DOCUMENT_FILE, EVIDENCE_FILE, expect
from gmsc_desktop.sync.refusals import (
    ADDED,
    BROKEN,
    CHANGED,
    CONTRADICTS,
    FORM,
    LISTED,
    MISSING,
    NEWER,
    NOT_OURS,
    PDF_BAD,
    PDF_OTHER,
    UNSIGNED,
    Ended,
)

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.identity.trust import TrustStore

DocumentCheck = Callable[[BinaryIO, str, "TrustStore"], Verdict]
"""Judges a PDF found in a bundle: its bytes to read and seek in, its name, whom to trust."""


class StagedFile(Protocol):
    """A file that is written where it waits."""

    def write(self, data: Data) -> None:
        """Append ``data``."""

    def end(self) -> None:
        """It is written to its end."""


class Stage(Protocol):
    """Where evidence waits, out of the way, until it is known whether the bundle holds."""

    def begin(self, sha256: str, size: int, crc: int) -> StagedFile | None:
        """A file that will have that hash, size and CRC-32; None when there is no need of it."""


KIND = "bundle"
LARGEST_TAG, LONGEST_LINE = 64 * 1024, 300
"""How many bytes a tag file may have, and how many more for each entry of the container."""
_FIRST = local_header(Entry(ROOT + bag.BAGIT, 0, 0, 0))[30:]


def verify_bundle(
    path: Path, trust: TrustStore, progress: Progress = no_progress, check_document: DocumentCheck | None = None
) -> Verdict:
    """What the file at ``path`` is worth as a bundle; ``progress`` counts bytes.

    ``check_document`` judges the PDFs inside; without it their hashes are checked and nothing more. Raises
    ``InvalidInput`` when the file cannot be read at all, and ``Cancelled``.
    """
    try:
        with path.open("rb") as file, Behind() as hashing:
            followed = Followed(file, hashing)
            source = cast(BinaryIO, followed)
            return read_bundle(source, path.name, trust, progress, check_document, sha256=followed.sha256).verdict
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."), name=path.name, detail=error.strerror or str(error)
        ) from error


def read_bundle(
    file: BinaryIO,
    name: str,
    trust: TrustStore,
    progress: Progress = no_progress,
    check_document: DocumentCheck | None = None,
    *,
    sha256: Callable[[], str] | None = None,
    stage: Stage | None = None,
) -> OpenBundle:
    """The bundle in the open ``file``, verified like ``verify_bundle`` and, when all of it holds, open to take from.

    ``progress`` counts bytes. ``sha256`` tells the hash of the file the bundle lies in, when ``file`` is only what was
    decrypted of it. The evidence of a signer
    who is trusted is put on ``stage`` while it is read; it may be kept only when the bundle holds.
    Raises ``OSError``, ``Cancelled``, and what ``stage`` raises.
    """
    size = file.seek(0, os.SEEK_END)
    if sha256 is None:
        followed = Followed(file)
        file, sha256 = cast(BinaryIO, followed), followed.sha256
    reading = _Reading(file, size, name, trust, sha256, progress, check_document, stage)
    verdict = reading.run()
    if verdict.status not in (Status.GENUINE, Status.UNKNOWN_SIGNER):
        return OpenBundle(verdict, file)
    return OpenBundle(
        verdict,
        file,
        reading.info,
        reading.certificate,
        reading.chain,
        reading.by_name,
        reading.manifest,
        reading.documents,
        reading.contents.parsed,
    )


@dataclass(slots=True)
class _Reading:
    """One bundle on the way through its layers, and what was found so far."""

    file: BinaryIO
    size: int
    name: str
    trust: TrustStore
    sha256: Callable[[], str]
    progress: Progress
    check_document: DocumentCheck | None
    stage: Stage | None
    reasons: list[Reason] = field(default_factory=list)
    signers: list[SignerReport] = field(default_factory=list)
    contents: Contents = field(default_factory=Contents)
    unknown: bool = False
    done: int = 0
    info: bag.Info | None = None
    certificate: x509.Certificate | None = None
    chain: tuple[x509.Certificate, ...] = ()
    by_name: dict[str, Entry] = field(default_factory=dict)
    manifest: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)

    def run(self) -> Verdict:
        try:
            self._layers()
        except Ended as ended:
            self.reasons.append(ended.reason)
            return self._verdict(ended.status)
        except ContainerFault as fault:
            ours = self._begins_like_ours() and not fault.unlike
            template = FORM if ours else NOT_OURS
            self.reasons.append(Reason("form", False, template, MappingProxyType({"code": fault.code})))
            return self._verdict(Status.ALTERED if ours else Status.DAMAGED)
        return self._verdict(Status.UNKNOWN_SIGNER if self.unknown else Status.GENUINE)

    def _verdict(self, status: Status) -> Verdict:
        reports = tuple(seen.report for seen in self.contents.visits)
        return Verdict(status, KIND, self.name, self.sha256(), tuple(self.signers), reports, tuple(self.reasons))

    def _layers(self) -> None:
        entries = read_entries(self.file, self.size)
        by_name = {entry.name.removeprefix(ROOT): entry for entry in entries}
        self._good("container", N_("The file has the exact form of a bundle, from the first byte to the last."))
        tags = self._tags(by_name)
        self._signature(tags)
        info, manifest = self._lists(tags, by_name)
        self.info, self.manifest, self.by_name = info, manifest, by_name
        expect(info, manifest, by_name, self.signers[0].fingerprint)
        self.contents.kind = info.kind
        with Behind() as summing, Behind() as storing:
            try:
                self._files(entries, manifest, summing, storing)
            except (Ended, ContainerFault):
                # Of two faults the earlier in the file is told, whoever saw its first.
                summing.wait()
                raise
        self._good("manifest", N_("Every file is as it was signed: {count}."), count=str(len(manifest)))
        self.reasons.extend(self.contents.cross(info, by_name))
        if info.kind == "visits":
            self._documents(by_name)
        self.progress(self.size, max(self.size, 1), _("Verifying the bundle"))

    def _good(self, code: str, template: str, **params: str) -> None:
        self.reasons.append(Reason(code, True, template, MappingProxyType(params)))

    # the signed lists

    def _tags(self, by_name: dict[str, Entry]) -> dict[str, bytes]:
        outside = [name for name in by_name if not name.startswith("data/")]
        if bag.SIGNATURE not in by_name and bag.BAGIT in by_name:
            raise Ended(Status.ALTERED, "unsigned", UNSIGNED)
        if tuple(outside) != bag.TAG_FILES:
            other = next((name for name in outside if name not in bag.TAG_FILES), "")
            if other:
                raise Ended(Status.ALTERED, "added", ADDED, name=other)
            raise ContainerFault("tags")
        if list(by_name) != [*bag.TAG_FILES, *sorted(by_name.keys() - set(bag.TAG_FILES))]:
            raise ContainerFault("order")
        # Each names a file or a visit a line; what is longer is made to cost memory.
        most = LARGEST_TAG + LONGEST_LINE * len(by_name)
        if any(by_name[name].size > most for name in outside):
            raise ContainerFault("large")
        return {name: b"".join(read_entry(self.file, by_name[name])) for name in outside}

    def _signature(self, tags: dict[str, bytes]) -> None:
        from gmsc_desktop.identity import cms
        from gmsc_desktop.identity.signer import common_name, organisation_of, spki_fingerprint

        found = cms.read_detached(tags[bag.SIGNATURE], hashlib.sha256(tags[bag.TAGMANIFEST]).digest())
        intact = found.fault is cms.Fault.NONE
        if found.certificate is None:
            raise Ended(Status.ALTERED, "signature", BROKEN)
        judgement = self.trust.judge(found.certificate, found.chain, found.signed_at)
        self.signers.append(
            SignerReport(
                name=common_name(found.certificate),
                organisation=organisation_of(found.certificate),
                fingerprint=spki_fingerprint(found.certificate),
                signed_at=found.signed_at,
                time_trusted=False,
                intact=intact,
                trusted=intact and judgement.trusted,
            )
        )
        if not intact:
            raise Ended(Status.ALTERED, "signature", BROKEN)
        self.certificate, self.chain = found.certificate, found.chain
        self._good("signature", N_("The signature holds over the list of all files."))
        self.reasons.extend(judgement.reasons)
        self.unknown = not judgement.trusted
        if judgement.trusted:
            # The certificate vouched for here also makes documents known that the same key signed earlier.
            self.trust = self.trust.merged(type(self.trust)(known=(found.certificate, *found.chain)))

    def _lists(self, tags: dict[str, bytes], by_name: dict[str, Entry]) -> tuple[bag.Info, dict[str, str]]:
        try:
            listed = bag.parse_manifest(tags[bag.TAGMANIFEST], bag.TAGMANIFEST)
            for name in bag.SIGNED_TAGS:
                if listed.get(name) != hashlib.sha256(tags[name]).hexdigest():
                    raise Ended(Status.ALTERED, "tag", LISTED, name=name)
            if set(listed) != set(bag.SIGNED_TAGS) or tags[bag.BAGIT] != bag.DECLARATION:
                raise Ended(Status.DAMAGED, "contradicts", CONTRADICTS, name=bag.TAGMANIFEST)
            info = bag.parse_info(tags[bag.INFO])
            manifest = bag.parse_manifest(tags[bag.MANIFEST], bag.MANIFEST)
        except bag.BagFault as fault:
            if fault.newer:
                raise Ended(Status.DAMAGED, "newer", NEWER) from fault
            raise Ended(Status.DAMAGED, "contradicts", CONTRADICTS, name=fault.name) from fault
        present = {name for name in by_name if name.startswith("data/")}
        for name in sorted(manifest.keys() - present):
            raise Ended(Status.ALTERED, "missing", MISSING, name=name)
        for name in sorted(present - manifest.keys()):
            raise Ended(Status.ALTERED, "added", ADDED, name=name)
        return info, manifest

    # the files themselves

    def _files(self, entries: tuple[Entry, ...], manifest: dict[str, str], summing: Behind, storing: Behind) -> None:
        """Read the container once from end to end: hash every file, stage the evidence, see what the visits say."""
        stage = self.stage if self.signers[0].trusted else None
        for entry in entries:
            name = entry.name.removeprefix(ROOT)
            said = self.contents.asks(entry, name)
            half = (
                stage.begin(manifest[name], entry.size, entry.crc) if stage and EVIDENCE_FILE.fullmatch(name) else None
            )
            sums, kept = Sums(), []
            for chunk in self._watched(entry):
                summing.do(partial(sums.add, chunk), len(chunk))
                if half:
                    storing.do(partial(half.write, chunk))
                if said:
                    kept.append(chunk)
            summing.do(partial(_compare, entry, sums, manifest.get(name)), 0)
            if half:
                storing.do(half.end)
            if said:
                summing.wait()
                self.contents.take(name, b"".join(kept))
        summing.wait()
        storing.wait()

    def _watched(self, entry: Entry) -> Iterator[bytes]:
        self.progress(self.done, max(self.size, 1), _("Verifying the bundle"))
        for chunk in entry_pieces(self.file, entry):
            yield chunk
            self.done += len(chunk)
            self.progress(self.done, max(self.size, 1), _("Verifying the bundle"))

    # the documents among them

    def _documents(self, by_name: dict[str, Entry]) -> None:
        if self.check_document is None:
            return
        hashes = {seen.report.content_hash for seen in self.contents.visits}
        count = 0
        for name in (name for name in by_name if DOCUMENT_FILE.fullmatch(name)):
            short = name.rsplit("/", 1)[-1]
            window = io.BufferedReader(Window(self.file, by_name[name]))
            verdict = self.check_document(window, short, self.trust)
            if verdict.status in (Status.ALTERED, Status.DAMAGED):
                self.reasons.extend(reason for reason in verdict.reasons if not reason.good)
                raise Ended(verdict.status, "document", PDF_BAD, name=short)
            said = sorted({visit.content_hash for visit in verdict.visits} & hashes)
            if not said:
                raise Ended(Status.DAMAGED, "document", PDF_OTHER, name=short)
            self.documents[name] = said[0]
            if verdict.status is Status.UNKNOWN_SIGNER:
                self.unknown = True
                self.reasons.extend(reason for reason in verdict.reasons if not reason.good)
            count += 1
        if count:
            self._good("documents", N_("The signed documents say the same as the visits: {count}."), count=str(count))

    # when the work ends early

    def _begins_like_ours(self) -> bool:
        self.file.seek(30)
        return self.file.read(len(_FIRST)) == _FIRST


def _compare(entry: Entry, sums: Sums, sha256: str | None) -> None:
    """Raise unless the bytes of ``entry`` are those its header and, where it is listed, the manifest tell of."""
    if sums.crc != entry.crc:
        raise ContainerFault("crc")
    if sha256 is not None and sums.sha256 != sha256:
        raise Ended(Status.ALTERED, "changed", CHANGED, name=entry.name.removeprefix(ROOT))
