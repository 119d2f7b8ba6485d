"""Verifying a sync bundle: every layer from the outside in, nothing believed before what vouches for it was checked.

Container, then signature, then manifest, then every file, then what the visits say of each other's files. The first
thing that does not hold ends the work and names the verdict. Memory holds the tag files and one visit at a time.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from gmsc_desktop.domain.errors import N_, BundleError, InvalidInput
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.verdict import Reason, SignerReport, Status, Verdict, VisitReport
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
from gmsc_desktop.sync.draftfile import read_draft
from gmsc_desktop.sync.messages import KINDS as MESSAGES
from gmsc_desktop.sync.messages import PATH as MESSAGE
from gmsc_desktop.sync.messages import Message, read_message
from gmsc_desktop.sync.opened import OpenBundle, Window
from gmsc_desktop.sync.teamfile import LARGEST as LARGEST_PART
from gmsc_desktop.sync.teamfile import PART, SIGNATURE, TeamCheck
from gmsc_desktop.sync.visitfile import LARGEST as LARGEST_VISIT
from gmsc_desktop.sync.visitfile import VisitFile, read_visit

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
REMEMBERED = 64 * 1024 * 1024
"""Bytes of visits that are kept from the reading for the taking; what is beyond is read again."""
_FIRST = local_header(Entry(ROOT + bag.BAGIT, 0, 0, 0))[30:]
_VISIT = re.compile(r"data/visits/([0-9a-f-]{36})/([0-9a-f]{64})\.json")
_DRAFT = re.compile(r"data/drafts/([0-9a-f-]{36})/([0-9a-f]{64})\.json")
_EVIDENCE = re.compile(r"data/evidence/([0-9a-f]{64})\.[a-z0-9]{1,8}")
_DOCUMENT = re.compile(r"data/documents/[A-Za-z0-9_-]+\.pdf")
_JOURNAL = re.compile(r"data/journal/[A-Za-z0-9_-]+\.jsonl")
_INSTRUMENT = re.compile(r"data/instruments/([0-9a-f]{64})\.json")
_TEMPLATE = re.compile(r"data/templates/([0-9a-f]{64})\.[a-z0-9]{1,8}")
_VAULT = re.compile(
    r"data/vault/(?:gmsc\.db|keys\.json|templates/piagam\.json|evidence/[0-9a-f]{64}\.age|quarantine/[0-9a-f]{64}\.gmsc\.age)"
)
_SAYS = re.compile(re.escape(MESSAGE))
_PAYLOADS = {
    "visits": (_VISIT, _DRAFT, _EVIDENCE, _DOCUMENT, _JOURNAL),
    "assignment": (_SAYS, _INSTRUMENT, _TEMPLATE),
    "team": (_SAYS, PART, SIGNATURE, _EVIDENCE, _INSTRUMENT, _JOURNAL),
    "backup": (_SAYS, _VAULT),
    **dict.fromkeys(("enrolment", "receipt", "return", "withdrawals", "awards"), (_SAYS,)),
}
"""Which files a bundle of each kind may hold below ``data/``."""


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
        reading.parsed,
    )


class _Ended(Exception):
    """The verdict is known."""

    def __init__(self, status: Status, code: str, template: str, **params: str) -> None:
        super().__init__(code)
        self.status = status
        self.reason = Reason(code, False, template, MappingProxyType(params))


_NOT_OURS = N_("This is no bundle of this program, or not the whole of it.")
_FORM = N_("The file does not have the exact form of a bundle: something was added, left out or changed ({code}).")
_UNSIGNED = N_("The bundle is not signed, or the signature was removed.")
_BROKEN = N_("The signature does not hold over the list of files.")
_LISTED = N_("The list of files was changed after signing ({name}).")
_MISSING = N_("A file that was signed is missing: {name}.")
_ADDED = N_("A file that was never signed was added: {name}.")
_CHANGED = N_("A file was changed or swapped: {name}.")
_SENDER = N_("The bundle names another sender than the one who signed it.")
_CONTRADICTS = N_("The bundle contradicts itself: {name}.")
_VISITS = N_("The visits in the bundle are not the ones it lists.")
_VISIT_FORM = N_("The content of a visit is not in the published format: {name}.")
_NO_EVIDENCE = N_("Evidence that a visit names is missing: {name}.")
_NEWER = N_("The bundle was written by a newer program; update this one to read it.")
_KIND = N_("The bundle is of a kind this program does not know ({kind}); update the program to read it.")
_MESSAGE = N_("What the bundle says is not in the published format.")
_PDF_BAD = N_("A document in the bundle is altered or damaged: {name}.")
_PDF_OTHER = N_("A document in the bundle belongs to none of its visits: {name}.")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is kept of a visit once it is read: what a verdict says, and hash, size and name of its evidence."""

    report: VisitReport
    evidence: tuple[tuple[str, int, str], ...]


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
    visits: list[_Seen] = field(default_factory=list)
    unknown: bool = False
    done: int = 0
    info: bag.Info | None = None
    certificate: x509.Certificate | None = None
    chain: tuple[x509.Certificate, ...] = ()
    by_name: dict[str, Entry] = field(default_factory=dict)
    manifest: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    drafts: list[_Seen] = field(default_factory=list)
    team: TeamCheck = field(default_factory=TeamCheck)
    message: Message = field(default_factory=dict)
    parsed: dict[str, tuple[VisitFile, bytes]] = field(default_factory=dict)
    remembered: int = 0

    def run(self) -> Verdict:
        try:
            self._layers()
        except _Ended as ended:
            self.reasons.append(ended.reason)
            return self._verdict(ended.status)
        except ContainerFault as fault:
            ours = self._begins_like_ours() and not fault.unlike
            template = _FORM if ours else _NOT_OURS
            self.reasons.append(Reason("form", False, template, MappingProxyType({"code": fault.code})))
            return self._verdict(Status.ALTERED if ours else Status.DAMAGED)
        return self._verdict(Status.UNKNOWN_SIGNER if self.unknown else Status.GENUINE)

    def _verdict(self, status: Status) -> Verdict:
        reports = tuple(seen.report for seen in self.visits)
        return Verdict(status, KIND, self.name, self.sha256(), tuple(self.signers), reports, tuple(self.reasons))

    def _layers(self) -> None:
        entries = read_entries(self.file, self.size)
        by_name = {entry.name.removeprefix(ROOT): entry for entry in entries}
        self._good("container", N_("The file has the exact form of a bundle, from the first byte to the last."))
        tags = self._tags(by_name)
        self._signature(tags)
        info, manifest = self._lists(tags, by_name)
        self.info, self.manifest, self.by_name = info, manifest, by_name
        self._expect(info, manifest, by_name)
        with Behind() as summing, Behind() as storing:
            try:
                self._files(entries, manifest, summing, storing)
            except (_Ended, ContainerFault):
                # Of two faults the earlier in the file is told, whoever saw its first.
                summing.wait()
                raise
        self._good("manifest", N_("Every file is as it was signed: {count}."), count=str(len(manifest)))
        self._cross(info, by_name)
        self.progress(self.size, max(self.size, 1), _("Verifying the bundle"))

    def _good(self, code: str, template: str, **params: str) -> None:
        self.reasons.append(Reason(code, True, template, MappingProxyType(params)))

    # the signed lists

    def _tags(self, by_name: dict[str, Entry]) -> dict[str, bytes]:
        outside = [name for name in by_name if not name.startswith("data/")]
        if bag.SIGNATURE not in by_name and bag.BAGIT in by_name:
            raise _Ended(Status.ALTERED, "unsigned", _UNSIGNED)
        if tuple(outside) != bag.TAG_FILES:
            other = next((name for name in outside if name not in bag.TAG_FILES), "")
            if other:
                raise _Ended(Status.ALTERED, "added", _ADDED, name=other)
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
            raise _Ended(Status.ALTERED, "signature", _BROKEN)
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
            raise _Ended(Status.ALTERED, "signature", _BROKEN)
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
                    raise _Ended(Status.ALTERED, "tag", _LISTED, name=name)
            if set(listed) != set(bag.SIGNED_TAGS) or tags[bag.BAGIT] != bag.DECLARATION:
                raise _Ended(Status.DAMAGED, "contradicts", _CONTRADICTS, name=bag.TAGMANIFEST)
            info = bag.parse_info(tags[bag.INFO])
            manifest = bag.parse_manifest(tags[bag.MANIFEST], bag.MANIFEST)
        except bag.BagFault as fault:
            if fault.newer:
                raise _Ended(Status.DAMAGED, "newer", _NEWER) from fault
            raise _Ended(Status.DAMAGED, "contradicts", _CONTRADICTS, name=fault.name) from fault
        present = {name for name in by_name if name.startswith("data/")}
        for name in sorted(manifest.keys() - present):
            raise _Ended(Status.ALTERED, "missing", _MISSING, name=name)
        for name in sorted(present - manifest.keys()):
            raise _Ended(Status.ALTERED, "added", _ADDED, name=name)
        return info, manifest

    def _expect(self, info: bag.Info, manifest: dict[str, str], by_name: dict[str, Entry]) -> None:
        """What the lists say of each other, before any file is read."""
        if info.sender != self.signers[0].fingerprint:
            raise _Ended(Status.DAMAGED, "sender", _SENDER)
        if info.payload != (sum(by_name[name].size for name in manifest), len(manifest)):
            raise _Ended(Status.DAMAGED, "contradicts", _CONTRADICTS, name=bag.INFO)
        allowed = _PAYLOADS.get(info.kind)
        if allowed is None:
            raise _Ended(Status.DAMAGED, "kind", _KIND, kind=info.kind)
        visits = []
        for name, sha256 in manifest.items():
            match = next((found for pattern in allowed if (found := pattern.fullmatch(name))), None)
            # The last group of a name is the hash it gives its bytes, where it gives one.
            if match is None or (match.lastindex and match[match.lastindex] != sha256):
                raise _Ended(Status.DAMAGED, "contradicts", _CONTRADICTS, name=name)
            if match.re is _VISIT:
                visits.append((match[1], match[2]))
        if tuple(sorted(visits)) != info.visits:
            raise _Ended(Status.DAMAGED, "visits", _VISITS)
        if (MESSAGE in manifest) != (info.kind in MESSAGES):
            raise _Ended(Status.DAMAGED, "contradicts", _CONTRADICTS, name=MESSAGE)

    # the files themselves

    def _files(self, entries: tuple[Entry, ...], manifest: dict[str, str], summing: Behind, storing: Behind) -> None:
        """Read the container once from end to end: hash every file, stage the evidence, see what the visits say."""
        stage = self.stage if self.signers[0].trusted else None
        for entry in entries:
            name = entry.name.removeprefix(ROOT)
            part = (PART.fullmatch(name) or SIGNATURE.fullmatch(name)) is not None
            said = part or bool(_VISIT.fullmatch(name) or _DRAFT.fullmatch(name)) or name == MESSAGE
            if said and entry.size > (LARGEST_PART if part else LARGEST_VISIT):
                raise _Ended(Status.DAMAGED, "visit_form", _VISIT_FORM, name=name)
            half = stage.begin(manifest[name], entry.size, entry.crc) if stage and _EVIDENCE.fullmatch(name) else None
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
                self._said(name, b"".join(kept))
        summing.wait()
        storing.wait()

    def _watched(self, entry: Entry) -> Iterator[bytes]:
        self.progress(self.done, max(self.size, 1), _("Verifying the bundle"))
        for chunk in entry_pieces(self.file, entry):
            yield chunk
            self.done += len(chunk)
            self.progress(self.done, max(self.size, 1), _("Verifying the bundle"))

    def _said(self, name: str, data: bytes) -> None:
        if name == MESSAGE:
            self._message(data)
        elif _VISIT.fullmatch(name):
            self._visit(data, name)
        elif _DRAFT.fullmatch(name):
            self._draft(data, name)
        else:
            self._part(name, data)

    def _message(self, data: bytes) -> None:
        try:
            self.message = read_message(data, self.info.kind if self.info else "")
        except BundleError as error:
            raise _Ended(Status.DAMAGED, "message", _MESSAGE) from error

    def _part(self, name: str, data: bytes) -> None:
        try:
            self.team.see(name, data)
        except BundleError as error:
            raise _Ended(Status.DAMAGED, "team", error.template, **_texts(error)) from error

    def _visit(self, data: bytes, name: str) -> None:
        try:
            visit = read_visit(data)
        except BundleError as error:
            raise _Ended(Status.DAMAGED, "visit_form", _VISIT_FORM, name=name) from error
        if visit.path != name:
            raise _Ended(Status.DAMAGED, "contradicts", _CONTRADICTS, name=name)
        if self.remembered + len(data) <= REMEMBERED:
            self.remembered += len(data)
            self.parsed[name] = (visit, data)
        named = tuple((found.sha256, found.size, found.name) for found in visit.content.evidence)
        self.visits.append(_Seen(visit.report, named))

    def _draft(self, data: bytes, name: str) -> None:
        try:
            found = read_draft(data)
        except BundleError as error:
            raise _Ended(Status.DAMAGED, "visit_form", _VISIT_FORM, name=name) from error
        if found.path != name:
            raise _Ended(Status.DAMAGED, "contradicts", _CONTRADICTS, name=name)
        content = found.draft.content
        region = content.draft.region
        named = tuple((item.sha256, item.size, item.name) for item in content.evidence)
        report = VisitReport(found.visit_id, region.code, region.name, content.draft.cycle_year, found.draft_hash)
        self.drafts.append(_Seen(report, named))

    # what the files say of each other

    def _cross(self, info: bag.Info, by_name: dict[str, Entry]) -> None:
        found = tuple(sorted((seen.report.visit_id, seen.report.content_hash) for seen in self.visits))
        if found != info.visits:
            raise _Ended(Status.DAMAGED, "visits", _VISITS)
        present = {match[1]: by_name[name].size for name in by_name if (match := _EVIDENCE.fullmatch(name))}
        named: set[str] = set()
        if info.kind == "team":
            try:
                self.team.finish(self.message)
            except BundleError as error:
                raise _Ended(Status.DAMAGED, "team", error.template, **_texts(error)) from error
        team = ((sha256, size, name) for sha256, (size, name) in self.team.files.items())
        for sha256, size, name in (*(found for seen in (*self.visits, *self.drafts) for found in seen.evidence), *team):
            named.add(sha256)
            if present.get(sha256) != size:
                raise _Ended(Status.DAMAGED, "evidence", _NO_EVIDENCE, name=name)
        for sha256 in sorted(present.keys() - named):
            raise _Ended(Status.DAMAGED, "contradicts", _CONTRADICTS, name=sha256)
        if info.kind != "visits":
            self._good("message", N_("What it says is in the published format."))
            return
        self._good(
            "visits",
            N_("All visits it lists are there with their evidence: {visits} visits, {files} evidence files."),
            visits=str(len(self.visits)),
            files=str(len(named)),
        )
        if self.drafts:
            self._good(
                "drafts",
                N_("Drafts go along, unsigned and not closed: {count}. They prove nothing."),
                count=str(len(self.drafts)),
            )
        self._documents(by_name)

    def _documents(self, by_name: dict[str, Entry]) -> None:
        if self.check_document is None:
            return
        hashes = {seen.report.content_hash for seen in self.visits}
        count = 0
        for name in (name for name in by_name if _DOCUMENT.fullmatch(name)):
            short = name.rsplit("/", 1)[-1]
            window = io.BufferedReader(Window(self.file, by_name[name]))
            verdict = self.check_document(window, short, self.trust)
            if verdict.status in (Status.ALTERED, Status.DAMAGED):
                self.reasons.extend(reason for reason in verdict.reasons if not reason.good)
                raise _Ended(verdict.status, "document", _PDF_BAD, name=short)
            said = sorted({visit.content_hash for visit in verdict.visits} & hashes)
            if not said:
                raise _Ended(Status.DAMAGED, "document", _PDF_OTHER, name=short)
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
        raise _Ended(Status.ALTERED, "changed", _CHANGED, name=entry.name.removeprefix(ROOT))


def _texts(error: BundleError) -> dict[str, str]:
    return {name: str(value) for name, value in error.params.items()}
