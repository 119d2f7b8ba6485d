"""The files that came with instruments: the workbook, pictures and sounds of labels (``docs/database.md``)."""

from __future__ import annotations

TABLES = """
CREATE TABLE instrument_file (
    instrument_hash TEXT NOT NULL REFERENCES instrument (hash), name TEXT NOT NULL, kind TEXT NOT NULL,
    sha256 TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (instrument_hash, name)
) STRICT, WITHOUT ROWID;
"""
