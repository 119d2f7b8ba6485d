"""The tables of the exchange of bundles, added to those of the first version (``docs/database.md``)."""

from __future__ import annotations

TABLES = """
CREATE TABLE bundle_in (
    sha256 TEXT PRIMARY KEY, received_at TEXT NOT NULL, file_name TEXT NOT NULL, size INTEGER NOT NULL,
    kind TEXT NOT NULL, created_at TEXT NOT NULL, sender TEXT NOT NULL, sender_name TEXT NOT NULL,
    organisation TEXT NOT NULL, device TEXT NOT NULL, sequence INTEGER NOT NULL, previous TEXT NOT NULL,
    journal_head TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX bundle_in_device ON bundle_in (device, sequence);

CREATE TABLE received_revision (
    content_hash TEXT PRIMARY KEY, visit_id TEXT NOT NULL, number INTEGER NOT NULL, parent_hash TEXT NOT NULL,
    closed_at TEXT NOT NULL, region_code TEXT NOT NULL, region_name TEXT NOT NULL, cycle_year INTEGER NOT NULL,
    stage TEXT NOT NULL, assessor TEXT NOT NULL, assessor_key TEXT NOT NULL, score_index TEXT,
    received_at TEXT NOT NULL, content BLOB NOT NULL
) STRICT;
CREATE INDEX received_revision_visit ON received_revision (visit_id);

CREATE TABLE received_from (
    content_hash TEXT NOT NULL REFERENCES received_revision (content_hash),
    bundle TEXT NOT NULL REFERENCES bundle_in (sha256),
    PRIMARY KEY (content_hash, bundle)
) STRICT, WITHOUT ROWID;

CREATE TABLE received_file (
    content_hash TEXT NOT NULL REFERENCES received_revision (content_hash), sha256 TEXT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (content_hash, sha256, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_file_sha256 ON received_file (sha256);

CREATE TABLE received_journal (
    visit_id TEXT NOT NULL, hash TEXT NOT NULL, number INTEGER NOT NULL, previous TEXT NOT NULL,
    device TEXT NOT NULL, line TEXT NOT NULL,
    PRIMARY KEY (visit_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE conflict_decision (
    id TEXT PRIMARY KEY, visit_id TEXT NOT NULL, chosen TEXT NOT NULL, heads TEXT NOT NULL, reason TEXT NOT NULL,
    who TEXT NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
    visit_id TEXT NOT NULL, content_hash TEXT NOT NULL, office TEXT NOT NULL, at TEXT NOT NULL, bundle TEXT NOT NULL,
    PRIMARY KEY (visit_id, content_hash, office)
) STRICT, WITHOUT ROWID;

CREATE TABLE review (
    id TEXT PRIMARY KEY, visit_id TEXT NOT NULL, content_hash TEXT NOT NULL, decision TEXT NOT NULL,
    at TEXT NOT NULL, due TEXT NOT NULL, who TEXT NOT NULL, office TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX review_visit ON review (visit_id);

CREATE TABLE review_comment (
    review_id TEXT NOT NULL REFERENCES review (id), position INTEGER NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (review_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment (
    id TEXT PRIMARY KEY, region_code TEXT NOT NULL, cycle_year INTEGER NOT NULL, stage TEXT NOT NULL,
    instrument_hash TEXT NOT NULL, due TEXT NOT NULL, team TEXT NOT NULL, previous_index TEXT,
    previous_year INTEGER, previous_source TEXT NOT NULL, note TEXT NOT NULL, assessor_key TEXT NOT NULL,
    issued_at TEXT NOT NULL, office TEXT NOT NULL, withdrawn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE template (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, received_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    fingerprint TEXT PRIMARY KEY, device TEXT NOT NULL, name TEXT NOT NULL, nip TEXT NOT NULL, title TEXT NOT NULL,
    organisation TEXT NOT NULL, recipient TEXT NOT NULL, spki BLOB NOT NULL, requested_at TEXT NOT NULL,
    state TEXT NOT NULL, decided_at TEXT NOT NULL, reason TEXT NOT NULL, certificate BLOB, replaces TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE trusted_root (
    fingerprint TEXT PRIMARY KEY, certificate BLOB NOT NULL, added_at TEXT NOT NULL, source TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE revocation (
    issuer TEXT NOT NULL, serial TEXT NOT NULL, since TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (issuer, serial)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    sha256 TEXT PRIMARY KEY, at TEXT NOT NULL, file_name TEXT NOT NULL, size INTEGER NOT NULL, code TEXT NOT NULL,
    template TEXT NOT NULL, params TEXT NOT NULL, tries INTEGER NOT NULL, released_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

APPEND_ONLY = ("bundle_in", "received_revision", "received_from", "received_file", "received_journal")
"""What has arrived is never changed: both sides of a conflict are kept for ever."""
