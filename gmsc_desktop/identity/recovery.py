"""The recovery code: 128 random bits as a person can print, read out and type.

Seven groups of four Crockford base32 signs, the last twelve bits a checksum, so that a slip of the pen is told from
a code of another vault.
"""

from __future__ import annotations

import hashlib

from gmsc_desktop.domain.errors import N_, WrongPassphrase
from gmsc_desktop.domain.ports import Ids

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_SIZE = 16
CHECK_BITS = 12
LENGTH = (SECRET_SIZE * 8 + CHECK_BITS) // 5
GROUP = 4

_VALUES = {sign: value for value, sign in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}


def new_code(ids: Ids) -> str:
    """A fresh code, grouped for printing: ``XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX``."""
    return format_code(ids.token(SECRET_SIZE))


def format_code(secret: bytes) -> str:
    """The code for the 16 bytes of ``secret``."""
    value = int.from_bytes(secret, "big") << CHECK_BITS | _checksum(secret)
    signs = "".join(ALPHABET[value >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))
    return "-".join(signs[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def parse_code(typed: str) -> bytes:
    """The 16 bytes behind a code as it was typed: any case, any spaces and dashes, O for 0, I or L for 1.

    Raises ``WrongPassphrase`` when it is no recovery code or was mistyped.
    """
    signs = [sign for sign in typed.upper() if not sign.isspace() and sign not in "-‐‑‒–—_."]
    if len(signs) != LENGTH or any(sign not in _VALUES for sign in signs):
        raise WrongPassphrase(
            N_("This is no recovery code: it has {length} letters and digits in groups of four."),
            cure=N_("Read it again from the printed page, group by group."),
            length=LENGTH,
        )
    value = 0
    for sign in signs:
        value = value << 5 | _VALUES[sign]
    secret = (value >> CHECK_BITS).to_bytes(SECRET_SIZE, "big")
    if value & (1 << CHECK_BITS) - 1 != _checksum(secret):
        raise WrongPassphrase(
            N_("The recovery code was mistyped: its last signs do not fit the others."),
            cure=N_("Read it again from the printed page, group by group."),
        )
    return secret


def _checksum(secret: bytes) -> int:
    digest = hashlib.sha256(b"gmsc-recovery/1" + secret).digest()
    return int.from_bytes(digest[:2], "big") >> 16 - CHECK_BITS
