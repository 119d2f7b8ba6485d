"""Rows of small tables, written with their journal row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gmsc_desktop.store.journal import VAULT_CHAIN
from gmsc_desktop.store.store import Store


def put_row(
    store: Store,
    table: str,
    keys: tuple[str, ...],
    values: Mapping[str, Any],
    *,
    blobs: Mapping[str, bytes | None] = {},
) -> bool:
    """Make the row of ``table`` with these ``keys`` say ``values``; ``blobs`` are not told in the journal. Says whether
    anything changed. Texts, integers and None only; the names are the caller's own, never from outside."""
    place = tuple(values[key] for key in keys)
    where = " AND ".join(f"{key} = ?" for key in keys)
    conn = store.conn
    with store.writing():
        row = {**values, **blobs}
        names = ", ".join(row)
        found = conn.execute(f"SELECT {names} FROM {table} WHERE {where}", place).fetchone()  # noqa: S608
        before = None if found is None else dict(zip(row, found, strict=True))
        if before == row:
            return False
        rest = [name for name in row if name not in keys]
        changes = ", ".join(f"{name} = excluded.{name}" for name in rest)
        conn.execute(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
            f" ON CONFLICT ({', '.join(keys)}) DO {f'UPDATE SET {changes}' if rest else 'NOTHING'}",
            tuple(row.values()),
        )
        was = None if before is None else {name: before[name] for name in values}
        store.journal.write(table, "/".join(str(part) for part in place), was, dict(values), VAULT_CHAIN)
        return True


def add_row(store: Store, table: str, values: Mapping[str, Any], key: str, **blobs: bytes) -> None:
    """Add a row to ``table`` unless it is there, told in the journal as ``key`` without its ``blobs``; inside the
    caller's transaction. The names are the caller's own, never from outside."""
    row = {**values, **blobs}
    done = store.conn.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) ON CONFLICT DO NOTHING",  # noqa: S608
        tuple(row.values()),
    )
    if done.rowcount:
        store.journal.write(table, key, None, values, VAULT_CHAIN)
