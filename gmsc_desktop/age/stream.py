"""The payload of an age file: written piece by piece, read from any place, memory flat in its size."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from typing import BinaryIO

from gmsc_desktop.age.keys import AgeFault, Note, derive, open_header, public_of, seal_header, secret_of
from gmsc_desktop.age.readonly import ReadOnly

CHUNK = 64 * 1024
TAG = 16
_NONCE = 16
_BLOCK = 16
"""Chunks that are read, decrypted and handed out together: a mebibyte."""
_LAST = b"\1"
_MORE = b"\0"


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (_LAST if last else _MORE)


class AgeWriter:
    """Encrypts what is written for ``recipients`` (``age1…``) and hands it to ``write``. ``finish`` must be called.

    Raises ``ValueError`` for a recipient that is none, and what ``write`` raises.
    """

    def __init__(
        self,
        write: Callable[[bytes | bytearray | memoryview], object],
        recipients: Sequence[str],
        note: Note | None = None,
    ) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        self._file_key, salt = os.urandom(16), os.urandom(_NONCE)
        self._recipients = [public_of(item) for item in recipients]
        self._write = write
        self._cipher = ChaCha20Poly1305(derive(self._file_key, salt, b"payload"))
        self._number = 0
        self._held = bytearray()
        write(self.header(note) + salt)

    def header(self, note: Note | None = None) -> bytes:
        """The header of this file; with a note it may take the place of the one written with another note."""
        return seal_header(self._file_key, self._recipients, note)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Take ``data``; how many bytes that were."""
        view, size = memoryview(data), len(data)
        if self._held:
            missing = CHUNK - len(self._held)
            self._held += view[:missing]
            view = view[missing:]
            # The last chunk of all bears a mark of its own, so a full one waits until there is more.
            if not len(view):
                return size
            self._seal(memoryview(self._held), last=False)
            self._held = bytearray()
        whole = max(0, (len(view) - 1) // CHUNK * CHUNK)
        if whole:
            self._seal(view[:whole], last=False)
        self._held += view[whole:]
        return size

    def finish(self) -> None:
        """Write what is left and the mark of the end."""
        self._seal(memoryview(self._held), last=True)
        self._held = bytearray()

    def _seal(self, data: memoryview, *, last: bool) -> None:
        chunks = range(0, max(len(data), 1), CHUNK)
        out = bytearray(len(data) + TAG * len(chunks))
        view, at = memoryview(out), 0
        for begin in chunks:
            piece = data[begin : begin + CHUNK]
            end = at + len(piece) + TAG
            self._cipher.encrypt_into(_nonce(self._number, last), piece, None, view[at:end])
            self._number += 1
            at = end
        self._write(out)


class AgeReader(ReadOnly):
    """The plain bytes of the age file ``file`` for ``identity``, to read and seek in; each chunk is checked when read.

    The end is checked at once: the last chunk must be where the file ends. Raises ``AgeFault``, ``NotAddressed``,
    ``OSError``, and ``AgeFault`` again from any reading of a place that was damaged.
    """

    def __init__(self, file: BinaryIO, identity: str) -> None:
        super().__init__()
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        end = file.seek(0, os.SEEK_END)
        header = open_header(file, secret_of(identity))
        self.note = header.note
        file.seek(header.end)
        salt = file.read(_NONCE)
        self._begin = header.end + _NONCE
        payload = end - self._begin
        self._chunks = -(-payload // (CHUNK + TAG))
        self.size = payload - TAG * self._chunks
        if len(salt) != _NONCE or self._chunks < 1 or (payload - 1) % (CHUNK + TAG) < TAG - (self._chunks == 1):
            raise AgeFault("the file ends too early")
        self._file = file
        self._sealed = bytearray(min(_BLOCK, self._chunks) * (CHUNK + TAG))
        self._cipher = ChaCha20Poly1305(derive(header.file_key, salt, b"payload"))
        self._held: tuple[int, memoryview] = (-1, memoryview(b""))
        if self._chunks > _BLOCK:
            self._decrypt(self._chunks - 1, 1)
        else:
            self._hold(0)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into ``buffer``; how many bytes, fewer than asked for at the end of a block."""
        found = self.piece(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, fewer at the end of a block; all that is left when it is negative."""
        return bytes(self.piece(size)) if size >= 0 else self.readall()

    def piece(self, size: int) -> memoryview:
        """Up to ``size`` bytes without copying them; nothing at the end of the file."""
        if self._at >= self.size or size <= 0:
            return memoryview(b"")
        block, begin = divmod(self._at, _BLOCK * CHUNK)
        if self._held[0] != block:
            self._hold(block)
        found = self._held[1][begin : begin + size]
        self._at += len(found)
        return found

    def _hold(self, block: int) -> None:
        self._held = (block, self._decrypt(block * _BLOCK, min(_BLOCK, self._chunks - block * _BLOCK)))

    def _decrypt(self, first: int, count: int) -> memoryview:
        """The plain bytes of ``count`` chunks from number ``first`` on."""
        from cryptography.exceptions import InvalidTag

        self._file.seek(self._begin + first * (CHUNK + TAG))
        sealed = self._fill(count * (CHUNK + TAG))
        sizes = min(count * CHUNK, self.size - first * CHUNK)
        if len(sealed) != sizes + TAG * count:
            raise AgeFault("the file ends too early")
        plain = bytearray(sizes)
        out = memoryview(plain)
        try:
            for number in range(count):
                piece = sealed[number * (CHUNK + TAG) : (number + 1) * (CHUNK + TAG)]
                begin = number * CHUNK
                last = first + number == self._chunks - 1
                self._cipher.decrypt_into(
                    _nonce(first + number, last), piece, None, out[begin : begin + len(piece) - TAG]
                )
        except InvalidTag as error:
            raise AgeFault("a part of the file was changed") from error
        return out.toreadonly()

    def _fill(self, size: int) -> memoryview:
        """The next ``size`` bytes of the file, fewer only at its end."""
        if isinstance(self._file, io.FileIO):
            # Into the one buffer there is for them: a fresh mebibyte each time costs as much as decrypting it.
            view, done = memoryview(self._sealed)[:size], 0
            while done < size and (found := self._file.readinto(view[done:])):
                done += found
            return view[:done]
        data = self._file.read(size)
        while len(data) < size and (more := self._file.read(size - len(data))):
            data += more
        return memoryview(data)
