"""The tables of the vault and the steps from one version of them to the next.

``user_version`` is the number of steps taken, ``application_id`` says that the file is ours. ``docs/database.md``
describes the tables for people who write other tools.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmsc_desktop.domain.errors import N_, NotAVault, VaultNewer
from gmsc_desktop.store import (
    schema_awards,
    schema_backup,
    schema_exchange,
    schema_instruments,
    schema_team,
    schema_withdrawals,
)
from gmsc_desktop.store.database import driver

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

APPLICATION_ID = 0x474D5343  # "GMSC"
SCHEMA_VERSION = 7

TABLES = """
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
    fingerprint TEXT PRIMARY KEY, certificate BLOB NOT NULL, chain BLOB NOT NULL, wrapped_key BLOB NOT NULL,
    created_at TEXT NOT NULL, active INTEGER NOT NULL
) STRICT;

CREATE TABLE instrument (
    hash TEXT PRIMARY KEY, form_id TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, document BLOB NOT NULL,
    source_name TEXT NOT NULL DEFAULT '', installed_at TEXT NOT NULL, built_in INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE visit (
    id TEXT PRIMARY KEY,
    region_code TEXT NOT NULL, region_name TEXT NOT NULL, region_kind TEXT NOT NULL,
    province_code TEXT NOT NULL, province TEXT NOT NULL,
    cycle_year INTEGER NOT NULL, stage TEXT NOT NULL, starts_on TEXT NOT NULL, ends_on TEXT NOT NULL,
    place TEXT NOT NULL, mode TEXT NOT NULL,
    instrument_hash TEXT NOT NULL REFERENCES instrument (hash),
    previous_index TEXT, previous_year INTEGER, previous_source TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL, revision INTEGER NOT NULL DEFAULT 0,
    content_hash TEXT NOT NULL DEFAULT '', parent_hash TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, archived_at TEXT,
    answered INTEGER NOT NULL DEFAULT 0, expected INTEGER NOT NULL DEFAULT -1, score_index TEXT
) STRICT;

CREATE TABLE person (
    visit_id TEXT NOT NULL REFERENCES visit (id), position INTEGER NOT NULL, role TEXT NOT NULL,
    name TEXT NOT NULL, nip TEXT NOT NULL, title TEXT NOT NULL, organisation TEXT NOT NULL,
    PRIMARY KEY (visit_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE answer (
    visit_id TEXT NOT NULL REFERENCES visit (id), key TEXT NOT NULL, facet TEXT NOT NULL,
    value TEXT NOT NULL, updated_at TEXT NOT NULL,
    PRIMARY KEY (visit_id, key, facet)
) STRICT, WITHOUT ROWID;

CREATE TABLE repeat_item (
    visit_id TEXT NOT NULL REFERENCES visit (id), repeat_key TEXT NOT NULL, id TEXT NOT NULL,
    position INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (visit_id, repeat_key, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    id TEXT PRIMARY KEY, visit_id TEXT NOT NULL REFERENCES visit (id), key TEXT NOT NULL,
    sha256 TEXT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL,
    caption TEXT NOT NULL DEFAULT '', taken_at TEXT NOT NULL DEFAULT '', place TEXT NOT NULL DEFAULT '',
    added_at TEXT NOT NULL, position INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX evidence_visit ON evidence (visit_id, key, position);
CREATE INDEX evidence_sha256 ON evidence (sha256);

CREATE TABLE blob_thumbnail (
    sha256 TEXT NOT NULL, edge INTEGER NOT NULL, image BLOB, PRIMARY KEY (sha256, edge)
) STRICT;

CREATE TABLE explanation (
    visit_id TEXT NOT NULL REFERENCES visit (id), code TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (visit_id, code, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
    visit_id TEXT NOT NULL REFERENCES visit (id), number INTEGER NOT NULL, content_hash TEXT NOT NULL,
    parent_hash TEXT NOT NULL, closed_at TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (visit_id, number)
) STRICT;
CREATE INDEX revision_content ON revision (content_hash);

CREATE TABLE document (
    id TEXT PRIMARY KEY, visit_id TEXT NOT NULL REFERENCES visit (id), content_hash TEXT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, created_at TEXT NOT NULL
) STRICT;
CREATE INDEX document_visit ON document (visit_id);

CREATE TABLE export (
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, folder TEXT NOT NULL, file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, sequence INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL
) STRICT;
CREATE TABLE export_item (
    export_id TEXT NOT NULL REFERENCES export (id), visit_id TEXT NOT NULL REFERENCES visit (id),
    region_name TEXT NOT NULL, content_hash TEXT NOT NULL,
    PRIMARY KEY (export_id, visit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL,
    chain TEXT NOT NULL, chain_seq INTEGER NOT NULL,
    at TEXT NOT NULL, monotonic TEXT NOT NULL, who TEXT NOT NULL, device TEXT NOT NULL,
    tbl TEXT NOT NULL, key TEXT NOT NULL, before TEXT, after TEXT, undoes TEXT,
    prev_hash TEXT NOT NULL, hash TEXT NOT NULL, vault_hash TEXT NOT NULL,
    UNIQUE (chain, chain_seq)
) STRICT;
"""

APPEND_ONLY = ("journal", "revision")

_TRIGGERS = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""


def migrations() -> Migrations:
    """The steps of this program, in order; their number is ``SCHEMA_VERSION``."""
    driver()
    from sqlite_utils import Migrations

    steps = Migrations("gmsc")

    @steps(name="0001_first")
    def _first(db: Database) -> None:
        # Statement by statement: executescript() would commit the transaction the step runs in.
        for statement in _statements(TABLES):
            db.conn.execute(statement)
        for table in APPEND_ONLY:
            protect(db, table)

    @steps(name="0002_exchange")
    def _exchange(db: Database) -> None:
        for statement in _statements(schema_exchange.TABLES):
            db.conn.execute(statement)
        for table in schema_exchange.APPEND_ONLY:
            protect(db, table)

    @steps(name="0003_awards")
    def _awards(db: Database) -> None:
        for statement in _statements(schema_awards.TABLES):
            db.conn.execute(statement)
        for table in schema_awards.APPEND_ONLY:
            protect(db, table)

    @steps(name="0004_instrument_files")
    def _instrument_files(db: Database) -> None:
        for statement in _statements(schema_instruments.TABLES):
            db.conn.execute(statement)

    @steps(name="0005_withdrawals")
    def _withdrawals(db: Database) -> None:
        for statement in _statements(schema_withdrawals.TABLES):
            db.conn.execute(statement)

    @steps(name="0006_backups_and_drafts")
    def _backup(db: Database) -> None:
        for statement in _statements(schema_backup.TABLES):
            db.conn.execute(statement)
        for table in schema_backup.APPEND_ONLY:
            protect(db, table)

    @steps(name="0007_team")
    def _team(db: Database) -> None:
        for statement in _statements(schema_team.TABLES):
            db.conn.execute(statement)
        for table in schema_team.APPEND_ONLY:
            protect(db, table)

    return steps


def protect(db: Database, table: str) -> None:
    """Make ``table`` refuse every UPDATE and DELETE; to be called again after a ``transform()`` of it."""
    for trigger in _TRIGGERS.format(table=table).strip().split("END;"):
        if trigger.strip():
            db.conn.execute(f"{trigger}END")


def apply(db: Database, steps: Migrations) -> None:
    """Take every pending step and mark the file with its version; a step that fails leaves no trace."""
    steps.apply(db)
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.conn.execute(f"PRAGMA user_version = {len(steps.applied(db))}")


def version_of(db: Database) -> int:
    """The version of the schema in the file; 0 for a new one. Raises ``NotAVault`` for another program's file."""
    application = db.conn.execute("PRAGMA application_id").fetchone()[0]
    version = int(db.conn.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION_ID and (version or application):
        raise NotAVault(N_("The database belongs to another program."))
    return version


def refuse_newer(version: int, known: int) -> None:
    """Raise ``VaultNewer`` when the file's ``version`` is above the program's ``known`` one."""
    if version > known:
        raise VaultNewer(
            N_("This vault was written by a newer program (format {found}); this program knows format {known}."),
            kept=N_("Nothing was changed."),
            cure=N_("Install the newer program on this computer."),
            found=version,
            known=known,
        )


def _statements(script: str) -> list[str]:
    return [part.strip() for part in script.split(";") if part.strip()]
