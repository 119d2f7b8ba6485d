"""A visit for other tools: the submission XML of its form, the flat tables ODK Central exports, and the files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.answers import AnswerSheet, Facet, key_parent, key_path
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.content import Content, ContentEvidence
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import FILE_TYPES, Instrument
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.texts import clean_name
from gmsc_desktop.domain.visit import Visit, VisitState
from gmsc_desktop.i18n import _
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.services.trying import positions
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.files import replacing, sync_folder, write_atomically

if TYPE_CHECKING:
    from gmsc_desktop.forms.flat import Submission, Table
    from gmsc_desktop.forms.session import FormSession

SUBMISSION, MEDIA = "submission.xml", "media"
_REVIEWS: Mapping[VisitState, str] = {
    VisitState.ACCEPTED: "approved",
    VisitState.DECIDED: "approved",
    VisitState.RETURNED: "hasIssues",
}
"""Central's review states for those of a visit."""


@dataclass(frozen=True, slots=True)
class OpenExport:
    """What was written: ``folder`` holds ``submission``, the ``tables`` and the ``media``."""

    folder: Path
    submission: Path
    tables: tuple[Path, ...]
    media: tuple[Path, ...]


class OpenExportService:
    """Writes visits of one vault as ODK's tools write them. Nothing in the vault changes."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling

    def write(
        self, visit_id: str, folder: Path, progress: Progress = no_progress, *, split: bool = False
    ) -> Done[OpenExport]:
        """Write the visit into a new folder inside ``folder``, whole or not at all; what lies there is never replaced.

        A closed visit is written as it was frozen, a draft as it stands. ``split`` adds a column for each choice of a
        select_multiple. Raises ``NotFound``, ``InvalidInput`` when ``folder`` is none, ``Cancelled``, ``StorageError``.
        """
        visit = self._filling.visits.get(visit_id)
        if not folder.is_dir():
            raise InvalidInput(
                N_("There is no folder {folder}."),
                kept=N_("Nothing was changed."),
                cure=N_("Check that the stick is connected, or choose another folder."),
                folder=folder,
            )
        content = self._filling.content(visit)
        instrument = self._filling.instrument(visit)
        names = file_names(content.evidence)
        documents = self._documents(visit, content, names, split=split)
        target = _free(folder, clean_name(f"{instrument.form_id}-{visit.draft.region.code}", "visit"))
        with translating(target), _whole(target) as part:
            total = len(documents) + len(names)
            for done, (name, data) in enumerate(documents.items()):
                progress(done, total, _("Writing {name}").format(name=name))
                write_atomically(part / name, data)
            for done, (name, sha256) in enumerate(_by_name(content.evidence, names), len(documents)):
                progress(done, total, _("Writing {name}").format(name=name))
                (part / MEDIA).mkdir(exist_ok=True)
                with replacing(part / MEDIA / name) as file:
                    self._filling.store.blobs.copy(sha256, file)
            progress(total, total)
        tables = tuple(target / name for name in documents if name != SUBMISSION)
        media = tuple(target / MEDIA / name for name, _sha256 in _by_name(content.evidence, names))
        return Done(OpenExport(target, target / SUBMISSION, tables, media), Changed())

    def _documents(
        self, visit: Visit, content: Content, names: Mapping[ContentEvidence, str], *, split: bool
    ) -> dict[str, bytes]:
        """The files by their names, the submission first."""
        from gmsc_desktop.forms.flat import flat_tables
        from gmsc_desktop.forms.recorded import recorded
        from gmsc_desktop.forms.submission import submission_xml

        session = self._filling.session(visit)
        instrument, sheet = session.instrument, content.sheet
        answering: dict[str, str] = {}
        for found in content.evidence:
            if instrument.by_path[key_path(found.key)].type in FILE_TYPES:
                answering.setdefault(found.key, names[found])
        root = recorded(instrument, sheet, relevance(session, sheet).__contains__, answering)
        about = self._about(visit, instrument, content, len(set(names.values())))
        tables = (*flat_tables(instrument, root, about, split=split), beside(session, content, names))
        return {
            SUBMISSION: submission_xml(instrument, root, about.instance_id, about.instance_name),
            **{table.name: table.csv_bytes() for table in tables},
        }

    def _about(self, visit: Visit, instrument: Instrument, content: Content, files: int) -> Submission:
        from gmsc_desktop.forms.flat import Submission
        from gmsc_desktop.forms.submission import instance_id, instance_name

        return Submission(
            instance_id=instance_id(visit.id, content.revision, draft=visit.state is VisitState.DRAFT),
            submitted_at=content.closed_at,
            submitter_id=content.assessor.key,
            submitter=content.assessor.name,
            attachments_present=files,
            attachments_expected=files,
            review=_REVIEWS.get(visit.state, ""),
            device_id=self._filling.vault.device,
            edits=content.revision - 1,
            instance_name=instance_name(instrument, content.sheet, self._filling.store.clock),
        )


def relevance(session: FormSession, sheet: AnswerSheet) -> frozenset[str]:
    """The keys that were asked: those the form asks now, and those the frozen answers name and what is around them.

    A form that looks at today's date may ask something else today than on the day of the closing.
    """
    asked = {key for key in session.keys("") if session.state(key).relevant}
    for way, _facet in sheet.cells:
        key = way
        while key and key not in asked:
            asked.add(key)
            # The items of a repeat hang on the repeat, whose key is theirs without the id.
            key = key[: key.rindex("[")] if key.endswith("]") else key_parent(key)
    return frozenset(asked)


def beside(session: FormSession, content: Content, names: Mapping[ContentEvidence, str]) -> Table:
    """What an XForm has no place for, as one more table: self-assessments, notes, reasons, files beside answers."""
    from gmsc_desktop.forms.flat import Table

    files: dict[str, list[str]] = {}
    for found in content.evidence:
        files.setdefault(found.key, []).append(names[found])
    rows = []
    for key, path in positions(session).items():
        texts = [content.sheet.get(key, facet) or "" for facet in Facet]
        own = files.get(key, [])
        if any(texts) or own:
            rows.append((path, *texts, " ".join(own)))
    headings = ("path", *(facet.value for facet in Facet), "files")
    return Table(clean_name(f"{session.instrument.form_id}~assessment.csv", "assessment.csv"), headings, tuple(rows))


def file_names(evidence: Iterable[ContentEvidence]) -> dict[ContentEvidence, str]:
    """A name for each file that no other one has, capitals not counted; one file has one name."""
    names: dict[ContentEvidence, str] = {}
    taken: dict[str, str] = {}
    for found in evidence:
        plain = clean_name(found.name, "file")
        stem, dot, suffix = plain.rpartition(".")
        stem, suffix = (stem, f".{suffix}") if dot else (plain, "")
        name, number = plain.replace(" ", "_"), 2
        while taken.setdefault(name.casefold(), found.sha256) != found.sha256:
            name = f"{stem}-{number}{suffix}".replace(" ", "_")
            number += 1
        names[found] = name
    return names


def _by_name(evidence: Iterable[ContentEvidence], names: Mapping[ContentEvidence, str]) -> tuple[tuple[str, str], ...]:
    return tuple({names[found]: found.sha256 for found in evidence}.items())


def _free(folder: Path, name: str) -> Path:
    """A folder of that name that is not there yet."""
    number, target = 2, folder / name
    while target.exists():
        target = folder / f"{name}-{number}"
        number += 1
    return target


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A folder to write to that becomes ``target`` when the block ends well and vanishes when it does not."""
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        yield part
        part.replace(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folder(target.parent)
