"""A visit as the flat tables ODK Central exports: one for the form, one for each repeat, joined by KEY and PARENT_KEY.

Columns and keys are those of Central's CSV export: names of groups joined with ``-``, ``SubmissionDate`` first, the
columns about the submission last; a repeat's table ends in PARENT_KEY and KEY.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from gmsc_desktop.domain.instrument import Instrument, Item, ItemType
from gmsc_desktop.domain.texts import clean_name
from gmsc_desktop.forms.recorded import Recorded, form_children

INSTANCE_NAME = "instance_name"
"""The setting that names a submission."""
GEOPOINT = ("Latitude", "Longitude", "Altitude", "Accuracy")


@dataclass(frozen=True, slots=True)
class Submission:
    """What Central tells of a submission beside its answers. ``review`` is Central's review state (``approved``,
    ``hasIssues``) or empty; ``edits`` counts the revisions before this one."""

    instance_id: str
    submitted_at: datetime
    submitter_id: str = ""
    submitter: str = ""
    attachments_present: int = 0
    attachments_expected: int = 0
    review: str = ""
    device_id: str = ""
    edits: int = 0
    instance_name: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the file it belongs in, its headings and its rows, all texts."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def csv_bytes(self) -> bytes:
        """The table as CSV in UTF-8, lines ended by ``\\n``, quoted only where needed."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.headings)
        writer.writerows(self.rows)
        return text.getvalue().encode()


def flat_tables(instrument: Instrument, root: Recorded, about: Submission, *, split: bool = False) -> tuple[Table, ...]:
    """The form's table and one for each repeat, in form order. With ``split`` each choice of a select_multiple has a
    further column ``question/choice`` of 1 and 0, as Central writes them on request."""
    repeats = [item for item in instrument.items if item.type is ItemType.REPEAT]
    rows: dict[str, list[tuple[str, ...]]] = {item.path: [] for item in (instrument.root, *repeats)}
    layouts = {path: tuple(_columns(instrument, instrument.by_path[path], split=split)) for path in rows}
    for place, key, parent in _placed(root, about.instance_id):
        cells = _cells(place, layouts[place.item.path])
        if place is root:
            rows[place.item.path].append((_moment(about.submitted_at), *cells, *_last(instrument, about)))
        else:
            rows[place.item.path].append((*cells, parent, key))
    names = _names(instrument, repeats)
    return tuple(
        Table(names[path], _headings(instrument, path, layouts[path]), tuple(found)) for path, found in rows.items()
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: its heading, the question, and which part of its text it shows."""

    heading: str
    path: str
    part: int = -1
    choice: str = ""


def _columns(instrument: Instrument, top: Item, *, split: bool, group: str = "") -> Iterator[_Column]:
    """The columns of a table: the questions below ``top`` that are in no further repeat."""
    for item in form_children(instrument, top):
        heading = f"{group}{item.name}"
        if item.type is ItemType.REPEAT:
            continue
        if item.is_container:
            yield from _columns(instrument, item, split=split, group=f"{heading}-")
        elif item.type.value == "geopoint":
            yield from (_Column(f"{heading}-{name}", item.path, part) for part, name in enumerate(GEOPOINT))
        else:
            yield _Column(heading, item.path)
            if split and item.type is ItemType.SELECT_MULTIPLE:
                names = dict.fromkeys(choice.name for choice in instrument.choices.get(item.list_name, ()))
                yield from (_Column(f"{heading}/{name}", item.path, choice=name) for name in names)


def _headings(instrument: Instrument, path: str, columns: tuple[_Column, ...]) -> tuple[str, ...]:
    named = tuple(column.heading for column in columns)
    if path != instrument.root.path:
        return (*named, "PARENT_KEY", "KEY")
    meta = ("meta-instanceID", "meta-instanceName") if instrument.settings.get(INSTANCE_NAME) else ("meta-instanceID",)
    last = (
        *meta, "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status",
        "ReviewState", "DeviceID", "Edits", "FormVersion",
    )  # fmt: skip
    return ("SubmissionDate", *named, *last)


def _last(instrument: Instrument, about: Submission) -> tuple[str, ...]:
    meta = (about.instance_id, about.instance_name) if instrument.settings.get(INSTANCE_NAME) else (about.instance_id,)
    return (
        *meta, about.instance_id, about.submitter_id, about.submitter, str(about.attachments_present),
        str(about.attachments_expected), "", about.review, about.device_id, str(about.edits), instrument.version,
    )  # fmt: skip


def _placed(root: Recorded, identity: str) -> Iterator[tuple[Recorded, str, str]]:
    """The root and every repeat item, each with its KEY and PARENT_KEY."""
    yield root, identity, ""
    yield from _items(root, identity, identity)


def _items(place: Recorded, way: str, parent: str) -> Iterator[tuple[Recorded, str, str]]:
    counts: Counter[str] = Counter()
    for child in place.children:
        if child.item.type is ItemType.REPEAT:
            counts[child.item.path] += 1
            key = f"{way}/{child.item.name}[{counts[child.item.path]}]"
            yield child, key, parent
            yield from _items(child, key, key)
        else:
            yield from _items(child, f"{way}/{child.item.name}", parent)


def _cells(place: Recorded, columns: tuple[_Column, ...]) -> tuple[str, ...]:
    texts = {found.item.path: found.text for found in _own(place)}
    return tuple(_cell(column, texts.get(column.path)) for column in columns)


def _own(place: Recorded) -> Iterator[Recorded]:
    """The questions of one row: those below ``place`` that are in no further repeat."""
    for child in place.children:
        if child.item.type is ItemType.REPEAT:
            continue
        yield child
        yield from _own(child)


def _cell(column: _Column, text: str | None) -> str:
    if not text:
        return ""
    if column.choice:
        return str(int(column.choice in text.split()))
    if column.part >= 0:
        parts = text.split()
        return parts[column.part] if column.part < len(parts) else ""
    return text


def _names(instrument: Instrument, repeats: list[Item]) -> dict[str, str]:
    """File names as Central gives them; stock tools allow each name for one repeat only."""
    names = {instrument.root.path: clean_name(f"{instrument.form_id}.csv", "form.csv")}
    for item in repeats:
        names[item.path] = clean_name(f"{instrument.form_id}-{item.name}.csv", "repeat.csv")
    return names


def _moment(at: datetime) -> str:
    """As Central writes moments: UTC, milliseconds, ``Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
