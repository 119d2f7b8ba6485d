"""Backups that left the laptop, drafts that travel, awards the office decided, findings a person has looked at
(``docs/database.md``)."""

from __future__ import annotations

TABLES = """
CREATE TABLE backup_bundle (
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, folder TEXT NOT NULL, file_name TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, pieces INTEGER NOT NULL, journal_rows INTEGER NOT NULL, journal_head TEXT NOT NULL,
    files INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sent_draft (
    visit_id TEXT NOT NULL REFERENCES visit (id), draft_hash TEXT NOT NULL, export_id TEXT NOT NULL,
    number INTEGER NOT NULL, journal_hash TEXT NOT NULL, saved_at TEXT NOT NULL,
    PRIMARY KEY (visit_id, draft_hash, export_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE received_draft (
    draft_hash TEXT PRIMARY KEY, visit_id TEXT NOT NULL, device TEXT NOT NULL, number INTEGER NOT NULL,
    journal_hash TEXT NOT NULL, saved_at TEXT NOT NULL, region_code TEXT NOT NULL, region_name TEXT NOT NULL,
    cycle_year INTEGER NOT NULL, stage TEXT NOT NULL, assessor TEXT NOT NULL, assessor_key TEXT NOT NULL,
    received_at TEXT NOT NULL, content BLOB NOT NULL
) STRICT;
CREATE INDEX received_draft_visit ON received_draft (visit_id);

CREATE TABLE received_draft_from (
    draft_hash TEXT NOT NULL REFERENCES received_draft (draft_hash),
    bundle TEXT NOT NULL REFERENCES bundle_in (sha256),
    PRIMARY KEY (draft_hash, bundle)
) STRICT, WITHOUT ROWID;

CREATE TABLE received_draft_file (
    draft_hash TEXT NOT NULL REFERENCES received_draft (draft_hash), sha256 TEXT NOT NULL, name TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (draft_hash, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_draft_file_sha256 ON received_draft_file (sha256);

CREATE TABLE award_seal (
    award_id TEXT PRIMARY KEY REFERENCES award (id), seal TEXT NOT NULL, office TEXT NOT NULL, issued_at TEXT NOT NULL,
    visit_id TEXT NOT NULL, content_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE finding_decision (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
    who TEXT NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

APPEND_ONLY = ("received_draft", "received_draft_from", "received_draft_file")
"""What has arrived is never changed: a later draft stands beside an earlier one, and the newest is shown."""
