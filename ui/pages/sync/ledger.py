"""Every bundle that went out or came in, with its hash, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.exchange import BundleRecord
from gmsc_desktop.domain.exports import BackupRecord, ExportRecord
from gmsc_desktop.domain.numbers import show_size, show_time
from gmsc_desktop.i18n import _, language, ngettext
from ui.pages.sync.wording import kind_text
from ui.theme import space
from ui.widgets.labels import Sign, label


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    at: datetime
    out: bool
    title: str
    where: str
    sha256: str
    size: int
    number: int


def entries(
    out: tuple[ExportRecord, ...],
    came: tuple[BundleRecord, ...],
    to_team: tuple[ExportRecord, ...] = (),
    backups: tuple[BackupRecord, ...] = (),
) -> list[Entry]:
    """Both ways in one list, the newest first; what went to colleagues and backups too."""
    found = [_sent(record) for record in (*out, *to_team)] + [_came(record) for record in came]
    found += [_backed_up(record) for record in backups]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _sent(record: ExportRecord) -> Entry:
    regions = ", ".join(dict.fromkeys(visit.region_name for visit in record.visits))
    where = str(Path(record.folder) / record.file_name)
    title = regions or ("" if record.drafts else _("Message without visits"))
    if record.drafts:
        drafts = ngettext("{count} draft", "{count} drafts", record.drafts).format(count=record.drafts)
        title = " · ".join(part for part in (title, drafts) if part)
    if not record.sequence:
        title = _("{kind}: {region}").format(kind=kind_text("team"), region=regions)
    return Entry(record.created_at, True, title, where, record.sha256, record.size, record.sequence)


def _backed_up(record: BackupRecord) -> Entry:
    where = str(Path(record.folder) / record.file_name)
    return Entry(record.created_at, True, kind_text("backup"), where, record.sha256, record.size, 0)


def _came(record: BundleRecord) -> Entry:
    title = _("{kind} from {name}").format(kind=kind_text(record.kind), name=record.sender_name)
    return Entry(record.received_at, False, title, record.file_name, record.sha256, record.size, record.sequence)


def entry_row(entry: Entry) -> QWidget:
    """One line with its direction, what it was, the hash, and when."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(space(3))
    sign = Sign("open" if entry.out else "archive", "accent" if entry.out else "success")
    sign.setToolTip(_("Written") if entry.out else _("Received"))
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    left = QVBoxLayout()
    left.setSpacing(space(0.5))
    left.addWidget(label(entry.title, "label"))
    left.addWidget(label(entry.where, "small", selectable=True))
    left.addWidget(label(f"SHA-256 {entry.sha256}", "small", selectable=True))
    right = QVBoxLayout()
    right.setSpacing(space(0.5))
    way = _("Written {time}") if entry.out else _("Received {time}")
    number = size = show_size(entry.size, language())
    if entry.number:
        number = _("Bundle no. {number} · {size}").format(number=entry.number, size=size)
    for text in (way.format(time=show_time(entry.at, language())), number):
        line = label(text, "muted", wrap=False)
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        right.addWidget(line)
    right.addStretch(1)
    row.addLayout(left, 1)
    row.addLayout(right)
    return made
