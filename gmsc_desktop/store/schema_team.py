"""The tables of work shared by a team, added to those of the exchange (``docs/database.md``)."""

from __future__ import annotations

TABLES = """
CREATE TABLE team (
    visit_id TEXT PRIMARY KEY REFERENCES visit (id), lead TEXT NOT NULL, started_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE team_part (
    sha256 TEXT PRIMARY KEY, visit_id TEXT NOT NULL REFERENCES team (visit_id), device TEXT NOT NULL,
    number INTEGER NOT NULL, signer TEXT NOT NULL, part BLOB NOT NULL, signature BLOB NOT NULL
) STRICT;
CREATE INDEX team_part_visit ON team_part (visit_id, device, number);

CREATE TABLE team_word (
    id TEXT PRIMARY KEY, visit_id TEXT NOT NULL REFERENCES team (visit_id), device TEXT NOT NULL, key TEXT NOT NULL,
    name TEXT NOT NULL, place TEXT NOT NULL, value TEXT NOT NULL, said_over TEXT NOT NULL, clock INTEGER NOT NULL,
    at TEXT NOT NULL, reason TEXT NOT NULL, takes_back TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX team_word_visit ON team_word (visit_id);

CREATE TABLE team_key (
    visit_id TEXT NOT NULL REFERENCES team (visit_id), key TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (visit_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_bundle (
    sha256 TEXT NOT NULL, visit_id TEXT NOT NULL REFERENCES team (visit_id), at TEXT NOT NULL, way TEXT NOT NULL,
    name TEXT NOT NULL, key TEXT NOT NULL, folder TEXT NOT NULL, file_name TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (sha256, visit_id)
) STRICT, WITHOUT ROWID;
"""

APPEND_ONLY = ("team_part", "team_word")
"""What was said is never changed: all sides of a disagreement are kept for ever."""
