"""What the files of a bundle say, read one at a time, and whether they agree with each other and with the lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_, BundleError
from gmsc_desktop.domain.verdict import Reason, Status, VisitReport
from gmsc_desktop.sync import bag
from gmsc_desktop.sync.container import Entry
from gmsc_desktop.sync.draftfile import read_draft
from gmsc_desktop.sync.messages import PATH as MESSAGE
from gmsc_desktop.sync.messages import Message, read_message
from gmsc_desktop.sync.payload import DRAFT_FILE, EVIDENCE_FILE, VISIT_FILE
from gmsc_desktop.sync.refusals import CONTRADICTS, NO_EVIDENCE, VISIT_FORM, VISITS, Ended
from gmsc_desktop.sync.refusals import MESSAGE as MESSAGE_FORM
from gmsc_desktop.sync.teamfile import LARGEST as LARGEST_PART
from gmsc_desktop.sync.teamfile import PART, SIGNATURE, TeamCheck
from gmsc_desktop.sync.visitfile import LARGEST as LARGEST_VISIT
from gmsc_desktop.sync.visitfile import VisitFile, read_visit

REMEMBERED = 64 * 1024 * 1024
"""Bytes of visits that are kept from the reading for the taking; what is beyond is read again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of a visit once it is read: what a verdict says, and hash, size and name of its evidence."""

    report: VisitReport
    evidence: tuple[tuple[str, int, str], ...]


@dataclass(slots=True)
class Contents:
    """The files of a bundle of ``kind`` that say something, and what they said so far."""

    kind: str = ""
    visits: list[Seen] = field(default_factory=list)
    drafts: list[Seen] = field(default_factory=list)
    team: TeamCheck = field(default_factory=TeamCheck)
    message: Message = field(default_factory=dict)
    parsed: dict[str, tuple[VisitFile, bytes]] = field(default_factory=dict)
    """Visits as they were read, by their path, up to ``REMEMBERED`` bytes."""
    remembered: int = 0

    def asks(self, entry: Entry, name: str) -> bool:
        """Whether the file ``name`` says something that has to be seen. Raises ``Ended`` for one that is too large."""
        part = (PART.fullmatch(name) or SIGNATURE.fullmatch(name)) is not None
        said = part or bool(VISIT_FILE.fullmatch(name) or DRAFT_FILE.fullmatch(name)) or name == MESSAGE
        if said and entry.size > (LARGEST_PART if part else LARGEST_VISIT):
            raise Ended(Status.DAMAGED, "visit_form", VISIT_FORM, name=name)
        return said

    def take(self, name: str, data: bytes) -> None:
        """See what the file ``name`` says. Raises ``Ended``."""
        if name == MESSAGE:
            self._message(data)
        elif VISIT_FILE.fullmatch(name):
            self._visit(data, name)
        elif DRAFT_FILE.fullmatch(name):
            self._draft(data, name)
        else:
            self._part(name, data)

    def _message(self, data: bytes) -> None:
        try:
            self.message = read_message(data, self.kind)
        except BundleError as error:
            raise Ended(Status.DAMAGED, "message", MESSAGE_FORM) from error

    def _part(self, name: str, data: bytes) -> None:
        try:
            self.team.see(name, data)
        except BundleError as error:
            raise Ended.because("team", error) from error

    def _visit(self, data: bytes, name: str) -> None:
        try:
            visit = read_visit(data)
        except BundleError as error:
            raise Ended(Status.DAMAGED, "visit_form", VISIT_FORM, name=name) from error
        if visit.path != name:
            raise Ended(Status.DAMAGED, "contradicts", CONTRADICTS, name=name)
        if self.remembered + len(data) <= REMEMBERED:
            self.remembered += len(data)
            self.parsed[name] = (visit, data)
        named = tuple((found.sha256, found.size, found.name) for found in visit.content.evidence)
        self.visits.append(Seen(visit.report, named))

    def _draft(self, data: bytes, name: str) -> None:
        try:
            found = read_draft(data)
        except BundleError as error:
            raise Ended(Status.DAMAGED, "visit_form", VISIT_FORM, name=name) from error
        if found.path != name:
            raise Ended(Status.DAMAGED, "contradicts", CONTRADICTS, name=name)
        content = found.draft.content
        region = content.draft.region
        named = tuple((item.sha256, item.size, item.name) for item in content.evidence)
        report = VisitReport(found.visit_id, region.code, region.name, content.draft.cycle_year, found.draft_hash)
        self.drafts.append(Seen(report, named))

    def cross(self, info: bag.Info, by_name: Mapping[str, Entry]) -> Iterator[Reason]:
        """What the files say of each other, as good reasons. Raises ``Ended`` when one contradicts another."""
        found = tuple(sorted((seen.report.visit_id, seen.report.content_hash) for seen in self.visits))
        if found != info.visits:
            raise Ended(Status.DAMAGED, "visits", VISITS)
        present = {match[1]: by_name[name].size for name in by_name if (match := EVIDENCE_FILE.fullmatch(name))}
        named: set[str] = set()
        if info.kind == "team":
            try:
                self.team.finish(self.message)
            except BundleError as error:
                raise Ended.because("team", error) from error
        team = ((sha256, size, name) for sha256, (size, name) in self.team.files.items())
        for sha256, size, name in (*(found for seen in (*self.visits, *self.drafts) for found in seen.evidence), *team):
            named.add(sha256)
            if present.get(sha256) != size:
                raise Ended(Status.DAMAGED, "evidence", NO_EVIDENCE, name=name)
        for sha256 in sorted(present.keys() - named):
            raise Ended(Status.DAMAGED, "contradicts", CONTRADICTS, name=sha256)
        if info.kind != "visits":
            yield _good("message", N_("What it says is in the published format."))
            return
        yield _good(
            "visits",
            N_("All visits it lists are there with their evidence: {visits} visits, {files} evidence files."),
            visits=str(len(self.visits)),
            files=str(len(named)),
        )
        if self.drafts:
            yield _good(
                "drafts",
                N_("Drafts go along, unsigned and not closed: {count}. They prove nothing."),
                count=str(len(self.drafts)),
            )


def _good(code: str, template: str, **params: str) -> Reason:
    return Reason(code, True, template, MappingProxyType(params))
