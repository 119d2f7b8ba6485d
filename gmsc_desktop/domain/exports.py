"""What went where: the record of every bundle written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ExportedVisit:
    """A visit in a bundle; ``content_hash`` is what it said then and ``region_name`` what its region was called."""

    visit_id: str
    region_name: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """A bundle written. ``sha256`` is over the file, ``size`` in bytes; ``sequence`` counts this vault's bundles."""

    id: str
    created_at: datetime
    folder: str
    file_name: str
    sha256: str
    size: int
    sequence: int
    visits: tuple[ExportedVisit, ...]
    files: tuple[Path, ...] = field(default=(), compare=False)
    """Where it was just written: itself, or its pieces; nothing once it is only remembered."""
    again: bool = field(default=False, compare=False)
    """Nothing was written: this very bundle lies there already, whole, and nothing has changed since."""
    drafts: int = field(default=0, compare=False)
    """How many drafts went along."""


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """A backup of the whole vault, written outside it. ``journal_rows`` and ``journal_head`` name the state it holds;
    ``files`` counts the evidence files in it, ``pieces`` the files it lies in, ``size`` its bytes."""

    id: str
    created_at: datetime
    folder: str
    file_name: str
    sha256: str
    size: int
    pieces: int
    journal_rows: int
    journal_head: str
    files: int
