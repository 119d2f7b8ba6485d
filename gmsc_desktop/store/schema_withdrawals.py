"""The tables of papers that no longer hold, and of certificates known by word of an office (``docs/database.md``)."""

from __future__ import annotations

TABLES = """
CREATE TABLE gone_paper (
    office TEXT NOT NULL, content_hash TEXT NOT NULL, organisation TEXT NOT NULL, list_at TEXT NOT NULL,
    kind TEXT NOT NULL, standing TEXT NOT NULL, since TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
    label TEXT NOT NULL, successor TEXT NOT NULL,
    PRIMARY KEY (office, content_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_paper_content ON gone_paper (content_hash);

CREATE TABLE gone_paper_list (
    office TEXT PRIMARY KEY, organisation TEXT NOT NULL, issued_at TEXT NOT NULL, received_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE known_certificate (
    sha256 TEXT PRIMARY KEY, certificate BLOB NOT NULL, added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
