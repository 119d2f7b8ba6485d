"""A compiled gettext catalogue (.mo) that is searched instead of read whole.

The library's own class makes a dictionary of every text before the first one is shown, which the first window would
wait for. A catalogue is sorted by its msgids, so that finding one takes a dozen comparisons (GNU gettext manual, "The
Format of GNU MO Files").
"""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

_MAGIC = 0x950412DE
_CONTEXT = "\x04"


class Catalogue(NullTranslations):
    """The texts of one file in a language with a single plural form. Raises ``ValueError`` when it is no catalogue."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._data = data = path.read_bytes()
        if len(data) < 20 or self._number(0) != _MAGIC:
            raise ValueError(f"{path} is no little-endian catalogue")
        self._count, self._keys, self._texts = self._number(8), self._number(12), self._number(16)
        self._found: dict[str, str | None] = {}

    def gettext(self, message: str) -> str:
        """The translation of ``message``, or itself."""
        return self._text(message) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The one form of the message, or the English one that fits ``n``."""
        return self._text(msgid1) or (msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        """The translation of ``message`` in ``context``, or itself."""
        return self._text(f"{context}{_CONTEXT}{message}") or message

    def _text(self, key: str) -> str | None:
        if key not in self._found:
            self._found[key] = self._search(key.encode())
        return self._found[key]

    def _search(self, key: bytes) -> str | None:
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            # A message with plural forms stands under all of them; the first is what it is asked for by.
            found = self._entry(self._keys, middle).partition(b"\0")[0]
            if found == key:
                return self._entry(self._texts, middle).partition(b"\0")[0].decode()
            if found < key:
                low = middle + 1
            else:
                high = middle
        return None

    def _entry(self, table: int, number: int) -> bytes:
        length, start = self._number(table + 8 * number), self._number(table + 8 * number + 4)
        return self._data[start : start + length]

    def _number(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 4], "little")
