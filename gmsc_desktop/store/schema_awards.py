"""The register of awards and the log of certificates printed (``docs/database.md``)."""

from __future__ import annotations

TABLES = """
CREATE TABLE award (
    id TEXT PRIMARY KEY, register_number TEXT NOT NULL UNIQUE,
    region_code TEXT NOT NULL, region_name TEXT NOT NULL, region_kind TEXT NOT NULL,
    province_code TEXT NOT NULL, province TEXT NOT NULL,
    category TEXT NOT NULL, year INTEGER NOT NULL, decision TEXT NOT NULL, place TEXT NOT NULL, day TEXT NOT NULL,
    signatories TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE certificate_print (
    id TEXT PRIMARY KEY, award_id TEXT NOT NULL REFERENCES award (id), number INTEGER NOT NULL,
    batch TEXT NOT NULL, file_name TEXT NOT NULL, sha256 TEXT NOT NULL, printed_at TEXT NOT NULL,
    UNIQUE (award_id, number)
) STRICT, WITHOUT ROWID;
"""

APPEND_ONLY = ("certificate_print",)
