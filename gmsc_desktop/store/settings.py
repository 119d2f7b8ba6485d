"""What the vault knows about itself and its owner: named texts."""

from __future__ import annotations

from gmsc_desktop.store.journal import VAULT_CHAIN, Journal

SECRET = frozenset({"age_identity", "exchange_identity", "upload_secret"})
"""Settings whose value never enters the journal."""


class Settings:
    """The settings in the database; each change is journalled on the vault's own chain."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db

    def get(self, key: str, default: str = "") -> str:
        """The text under ``key``, or ``default``."""
        row = self._db.conn.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row[0])

    def set(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``; the same value again writes nothing."""
        with self._journal.writing():
            before = self._db.conn.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
            if before is not None and before[0] == value:
                return
            self._db.conn.execute(
                "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )
            was = None if before is None else _shown(key, before[0])
            self._journal.write("setting", key, was, _shown(key, value), VAULT_CHAIN)


def _shown(key: str, value: str) -> dict[str, str]:
    return {} if key in SECRET else {"value": value}
