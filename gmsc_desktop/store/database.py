"""The vault's database: opening it with its key, writing to it whole or not at all, and what its errors mean.

SQLCipher through ``sqlcipher3`` under sqlite-utils. The key is 32 random bytes handed to SQLCipher raw, so opening
costs no key derivation here; the passphrase is the key file's business (``identity/keyfile.py``).
"""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.errors import (
    N_,
    GmscError,
    NotAVault,
    StorageError,
    VaultDamaged,
    VaultInUse,
    VaultReadOnly,
    WrongPassphrase,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

KEY_SIZE = 32
BUSY_MILLISECONDS = 5_000
HEADER_SIZE = 16
LEAST_ROOM = 64 * 1024
"""Bytes: the shared-memory file beside a database in write-ahead mode begins with half of it."""

NOTHING_LOST = N_("Nothing that was already saved is lost.")
FREE_SPACE = N_("Free some space on the disk and try again.")


def driver() -> Any:
    """The DB-API module of SQLCipher, put where sqlite-utils looks for its driver."""
    import sqlcipher3.dbapi2

    sys.modules.setdefault("pysqlite3", sqlcipher3.dbapi2)
    sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)
    return sqlcipher3.dbapi2


def open_database(path: Path, key: bytes, *, create: bool = False) -> Database:
    """The database at ``path``, opened with its 32-byte ``key`` and proven readable.

    WAL, ``synchronous=FULL``, foreign keys and recursive triggers on. May be used from any one thread at a time.
    Raises ``NotAVault`` when there is no such file (unless ``create``), ``WrongPassphrase`` when the key does not
    open it, ``VaultDamaged``, ``VaultInUse``, ``VaultReadOnly`` and ``StorageError``.
    """
    if not create and not path.is_file():
        raise NotAVault(N_("There is no database at {path}."), path=path)
    with translating(path):
        if path.exists():
            # SQLite would open a write-protected file for reading and say so only at the first write.
            path.open("r+b").close()
            if not create and not path.stat().st_size:
                # To SQLite an empty file is a database without tables; no vault's is.
                raise damaged(path)
        connection = connect(path, key, create=create)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    from sqlite_utils import Database

    return Database(connection, execute_plugins=False, strict=True)


def connect(path: Path, key: bytes, *, create: bool = False, read_only: bool = False) -> Any:
    """A bare connection to ``path`` whose first page was read with ``key``; errors are the library's own."""
    if len(key) != KEY_SIZE:
        raise ValueError(f"the key has {len(key)} bytes, not {KEY_SIZE}")
    mode = "ro" if read_only else "rwc" if create else "rw"
    connection = driver().connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        # What SQLCipher logs goes to standard error, which a window does not have; the error itself says it all.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction: everything in the block is stored, or nothing; nested blocks are savepoints.

    Library errors come out as ``GmscError``.
    """
    with translating(), db.atomic():
        yield


@contextmanager
def translating(path: Path | None = None) -> Iterator[None]:
    """Turn errors of SQLite and the file system inside the block into what a person is told.

    ``path`` is the file they are about. Broken constraints and wrong SQL are bugs and pass unchanged.
    """
    try:
        yield
    except driver().Error as error:
        known = explain(error, path)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        raise explain_os_error(error, path) from error


_BY_TEXT = {
    "database or disk is full": "FULL",
    "disk I/O error": "IOERR",
    "attempt to write a readonly database": "READONLY",
    "unable to open database file": "CANTOPEN",
    "database disk image is malformed": "CORRUPT",
    "database is locked": "BUSY",
}
"""Errors of the backup interface carry no code, only SQLite's text for it (sqlite3_errstr)."""


def explain(error: Exception, path: Path | None = None) -> GmscError | None:
    """The error a person is told for one of the library's, or None for one that only a bug can cause."""
    # Extended codes carry the primary one in their low byte (sqlite.org/rescode.html).
    code = getattr(error, "sqlite_errorcode", 0)
    name = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]
    name = name or _BY_TEXT.get(str(error), "")
    file = path or "gmsc.db"
    if name == "NOTADB":
        return _not_readable(path)
    if name == "FULL" or (name == "IOERR" and path is not None and _no_room(path.parent)):
        return disk_full()
    if name in ("BUSY", "LOCKED"):
        return VaultInUse(N_("Another program is using {file}."), cure=N_("Close it and try again."), file=file)
    if name in ("READONLY", "PERM", "AUTH", "CANTOPEN"):
        return VaultReadOnly(
            N_("{file} cannot be written."),
            kept=NOTHING_LOST,
            cure=N_("Check that the disk is not write-protected and that the folder is yours to write."),
            file=file,
        )
    if name == "CORRUPT":
        return damaged(path)
    if name in ("IOERR", "PROTOCOL", "NOLFS"):
        return StorageError(
            N_("The disk that holds {file} does not answer as it should (SQLite code {code})."),
            kept=NOTHING_LOST,
            cure=N_("Check that the disk or stick is connected, then open the vault again."),
            file=file,
            code=code,
        )
    return None


def explain_os_error(error: OSError, path: Path | None = None) -> GmscError:
    """The error a person is told for a failing file operation."""
    file = path or error.filename or ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return disk_full()
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return VaultReadOnly(
            N_("{file} cannot be written."),
            kept=NOTHING_LOST,
            cure=N_("Check that the disk is not write-protected and that the folder is yours to write."),
            file=file,
        )
    return StorageError(
        N_("The file {file} could not be read or written: {reason}."),
        kept=NOTHING_LOST,
        cure=N_("Check that the disk or stick is connected, then try again."),
        file=file,
        reason=error.strerror or type(error).__name__,
    )


def _no_room(folder: Path) -> bool:
    """Whether the disk has less room than SQLite needs to open a database, which it reports as a broken disk."""
    try:
        return shutil.disk_usage(folder).free < LEAST_ROOM
    except OSError:
        return False


def disk_full() -> StorageError:
    """There is no room left."""
    return StorageError(N_("The disk is full."), kept=NOTHING_LOST, cure=FREE_SPACE)


def damaged(path: Path | None, detail: str = "") -> VaultDamaged:
    """The database fails its checks; ``detail`` is SQLite's own line about it."""
    return VaultDamaged(
        N_("The database {file} is damaged. {detail}"),
        kept=N_("The file was left as it is."),
        cure=N_("Restore a backup, or recover what can still be read into a new vault."),
        file=path or "gmsc.db",
        detail=detail,
    )


def _not_readable(path: Path | None) -> GmscError:
    if path is not None and path.is_file() and 0 < path.stat().st_size < 512:
        return damaged(path)
    return WrongPassphrase(
        N_("The key does not open the database {file}, or its beginning is damaged."), file=path or "gmsc.db"
    )


def check(db: Database, path: Path | None = None) -> None:
    """Read every page and every row and raise ``VaultDamaged`` unless all of it holds.

    The checks are SQLCipher's of each page's HMAC, SQLite's of its structure and its foreign keys; about one
    second per gigabyte.
    """
    with translating(path):
        for line in problems(db.conn):
            raise damaged(path, line)


def problems(connection: Any) -> Iterator[str]:
    """What the checks of a database say against it, in SQLite's own words; nothing when it is whole."""
    for row in connection.execute("PRAGMA cipher_integrity_check"):
        yield str(row[0])
    for row in connection.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield str(row[0])
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"{row[0]} {row[1]} -> {row[2]}"
