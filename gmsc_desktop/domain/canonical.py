"""Canonical JSON (RFC 8785, JCS) and its SHA-256: the bytes that signatures, PDF, QR and bundle all speak of."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

import rfc8785

_EXACT = 2**53 - 1
"""Integers above this are none to every reader of JSON (RFC 7493, section 2.2)."""

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def canonical_bytes(document: Any) -> bytes:
    """``document`` as RFC 8785 bytes, every text in Unicode NFC.

    Raises ``TypeError`` for a float: decimals, dates and ids are strings (design, section 12).
    """
    return _flat(document) or rfc8785.dumps(_normal(document))


def _flat(document: Any) -> bytes | None:
    """The bytes of an object of texts, integers and null under ASCII names, as journal rows are, without the general
    way's cost; None for anything else. For those, sorted keys and the standard library's escapes are RFC 8785's."""
    if type(document) is not dict:
        return None
    plain: dict[str, str | int | None] = {}
    for name, value in document.items():
        if not (type(name) is str and name.isascii()):
            return None
        if type(value) is str:
            plain[name] = value if value.isascii() else unicodedata.normalize("NFC", value)
        elif value is None or (type(value) is int and abs(value) <= _EXACT):
            plain[name] = value
        else:
            return None
    return _encode(plain).encode()


def sha256_hex(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_normal(key): _normal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    if isinstance(value, float):
        raise TypeError("canonical JSON holds no floats")
    return value
