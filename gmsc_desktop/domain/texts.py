"""Text from outside, made fit to be kept: what a person typed stays, what no form or paper can carry goes."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 180
"""Bytes of a file's name in UTF-8; names of 255 are the most that common file systems take."""

# XML 1.0, section 2.2, has no place for these; answers travel as XForms data too.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LONE = re.compile("[\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def clean_text(text: str) -> str:
    """``text`` with line ends as ``\\n``, without control characters, halves of characters as ``\ufffd``, in NFC as the
    journal and frozen contents have it."""
    plain = _LONE.sub("\ufffd", _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def clean_line(text: str) -> str:
    """``text`` on one line, with single spaces."""
    return " ".join(clean_text(text).split())


def clean_name(name: str, fallback: str) -> str:
    """A file name any system takes and any page shows as it is, its suffix kept; ``fallback`` when nothing is left.

    Signs that turn the direction of writing are taken out, since they can make ``exe.jpg`` look like ``gpj.exe``.
    """
    plain = unicodedata.normalize("NFC", _NOT_IN_NAMES.sub("_", _LONE.sub("_", name))).strip(" .")
    if not plain.strip("_"):
        return fallback
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = plain, ""
    room = LONGEST_NAME - len(f".{suffix}".encode())
    short = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return f"{short}.{suffix}" if suffix else short
