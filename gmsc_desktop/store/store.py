"""The open store of one vault: the database, its journal and its files, handed to every repository."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.ports import Clock, Ids
from gmsc_desktop.store.blobs import BlobStore
from gmsc_desktop.store.database import translating
from gmsc_desktop.store.journal import Journal
from gmsc_desktop.store.settings import Settings

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Store:
    """What repositories work on. Writes go through ``writing()``, each with its journal row."""

    db: Database
    journal: Journal
    blobs: BlobStore
    settings: Settings
    clock: Clock
    ids: Ids

    @property
    def conn(self) -> Any:
        """The DB-API connection, for statements on the hot path."""
        return self.db.conn

    def writing(self) -> AbstractContextManager[None]:
        """One transaction, whole or not at all; nested blocks are savepoints; errors come out as ``GmscError``."""
        return self.journal.writing()

    def reading(self) -> AbstractContextManager[None]:
        """Errors of the library inside the block come out as ``GmscError``."""
        return translating()
