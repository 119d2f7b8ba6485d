"""A file to read and seek in whose bytes are made when they are asked for."""

from __future__ import annotations

import io
import os


class ReadOnly(io.RawIOBase):
    """Of ``size`` bytes; ``_at`` is where reading goes on. What reads it says ``readinto``."""

    def __init__(self, size: int = 0) -> None:
        super().__init__()
        self.size = size
        self._at = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where reading goes on."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to ``offset``."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at
