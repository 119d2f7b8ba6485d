"""Canonical JSON (RFC 8785, JCS) and its SHA-256: the bytes that signatures, PDF, QR and bundle all speak of."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import rfc8785


def canonical_bytes(document: Any) -> bytes:
    """``document`` as RFC 8785 bytes, every text in Unicode NFC.

    Raises ``TypeError`` for a float: decimals, dates and ids are strings (design, section 12).
    """
    return rfc8785.dumps(_normal(document))


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
