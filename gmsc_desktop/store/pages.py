"""The database file page by page, read without SQLCipher: for repairing a damaged one.

The layout is SQLCipher 4's with a raw key: pages of 4,096 bytes, of which the last 80 are the initialisation vector
(16) and the HMAC-SHA-512 (64) over cipher text, vector and page number; AES-256-CBC; the first 16 bytes of the file
are the salt from which only the HMAC key comes (zetetic.net/sqlcipher/design). ``docs/database.md`` shows the same in
a few lines for other tools.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
SALT = 16
VECTOR = 16
MAC = 64
RESERVED = VECTOR + MAC
MAGIC = b"SQLite format 3\0"

_WAL_MAGIC = (0x377F0682, 0x377F0683)
_WAL_HEADER = 32
_FRAME_HEADER = 24


@dataclass(frozen=True, slots=True)
class Image:
    """A decrypted database: the plain ``data``, the numbers (from 1) of pages that failed their HMAC, and whether the
    HMACs could be judged at all: they cannot when the salt at the beginning of the file is gone."""

    data: bytearray
    bad: frozenset[int]
    judged: bool

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self.data) // PAGE

    def page(self, number: int) -> memoryview:
        """Page ``number``, from 1."""
        return memoryview(self.data)[(number - 1) * PAGE : number * PAGE]


def read_image(path: Path, key: bytes) -> Image:
    """The database at ``path`` with what its write-ahead log had committed, decrypted with the 32-byte ``key``.

    Nothing is written. Raises ``OSError``.
    """
    raw = bytearray(path.read_bytes())
    # A file cut off in the middle of a page: the missing rest makes that page a bad one.
    raw.extend(bytes(-len(raw) % PAGE or (0 if raw else PAGE)))
    log = path.with_name(path.name + "-wal")
    if log.exists():
        for number, page in committed_frames(log.read_bytes()):
            raw.extend(bytes(max(0, number * PAGE - len(raw))))
            raw[(number - 1) * PAGE : number * PAGE] = page
    return decrypt(raw, key)


def decrypt(raw: bytes | bytearray, key: bytes) -> Image:
    """The encrypted file ``raw``, a whole number of pages, as an ``Image``; a bad page is decrypted all the same."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    mac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(value ^ 0x3A for value in raw[:SALT]), 2, 32)
    data, bad = bytearray(), set()
    for number in range(1, len(raw) // PAGE + 1):
        page = bytes(raw[(number - 1) * PAGE : number * PAGE])
        start = SALT if number == 1 else 0
        vector = page[PAGE - RESERVED : PAGE - MAC]
        stated = page[PAGE - MAC :]
        if hmac.digest(mac_key, page[start : PAGE - MAC] + struct.pack("<I", number), "sha512") != stated:
            bad.add(number)
        cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        data += MAGIC[: start or None][:start]
        data += cipher.update(page[start : PAGE - RESERVED]) + bytes(RESERVED)
    judged = len(bad) < len(data) // PAGE or len(bad) <= 1
    return Image(data, frozenset(bad) if judged else frozenset({1}), judged)


def committed_frames(log: bytes) -> Iterator[tuple[int, bytes]]:
    """The pages of a write-ahead log up to its last whole commit, in order (sqlite.org/fileformat2.html, section 4)."""
    if len(log) < _WAL_HEADER or struct.unpack(">I", log[:4])[0] not in _WAL_MAGIC:
        return
    order = ">" if struct.unpack(">I", log[:4])[0] == _WAL_MAGIC[1] else "<"
    salts = log[16:24]
    running = _checksum(log[:24], (0, 0), order)
    waiting: list[tuple[int, bytes]] = []
    size = _FRAME_HEADER + PAGE
    for start in range(_WAL_HEADER, len(log) - size + 1, size):
        header, page = log[start : start + _FRAME_HEADER], log[start + _FRAME_HEADER : start + size]
        running = _checksum(page, _checksum(header[:8], running, order), order)
        if header[8:16] != salts or struct.unpack(">II", header[16:24]) != running:
            return
        number, committed = struct.unpack(">II", header[:8])
        waiting.append((number, page))
        if committed:
            yield from waiting
            waiting.clear()


def _checksum(data: bytes, running: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = running
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for index in range(0, len(words), 2):
        first = first + words[index] + second & 0xFFFFFFFF
        second = second + words[index + 1] + first & 0xFFFFFFFF
    return first, second
