"""The windows (PySide6)."""

from __future__ import annotations

import sys


def _make_none_immortal() -> None:
    """Give None references to spare.

    PySide6 6.12.0 gives one reference to None away with every call that returns nothing. Since Python 3.12 None is
    immortal (PEP 683) and that is harmless; on 3.10 and 3.11 a few thousand calls later the interpreter ends with
    "none_dealloc". PySide6 6.11 does not do it.
    """
    import ctypes

    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40


if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
    _make_none_immortal()
