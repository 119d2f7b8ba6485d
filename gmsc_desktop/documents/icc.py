"""The sRGB colour profile that every PDF/A names as its output intent, computed rather than copied.

A version 2 display profile as the ICC specification (ICC.1:2001-04) lays it out: primaries of IEC 61966-2-1 adapted
to D50, and the transfer curve sampled at 1,024 points. Computing it keeps its bytes the same for ever and needs
nobody's licence.
"""

from __future__ import annotations

import functools
import struct

_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_SAMPLES = 1024
_MADE = (2026, 1, 1, 0, 0, 0)


@functools.cache
def srgb_profile() -> bytes:
    """The profile's bytes, always the same."""
    curve = _curve()
    tags = [
        (b"desc", _description("sRGB IEC61966-2.1")),
        (b"cprt", b"text\0\0\0\0" + b"No rights reserved: computed from IEC 61966-2-1.\0"),
        (b"wtpt", _xyz(_D50)),
        *((name, _xyz(value)) for name, value in _PRIMARIES.items()),
        *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    table, body, placed = [], b"", {}
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags:
        if data not in placed:
            placed[data] = start + len(body)
            body += data + b"\0" * (-len(data) % 4)
        table.append(struct.pack(">4sII", name, placed[data], len(data)))
    rest = struct.pack(">I", len(tags)) + b"".join(table) + body
    return _header(128 + len(rest)) + rest


def _header(size: int) -> bytes:
    return struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4s8sI12s4s44s",
        size, b"", 0x02100000, b"mntr", b"RGB ", b"XYZ ", *_MADE, b"acsp", b"", 0, b"", b"", b"", 0,
        _xyz(_D50)[8:], b"", b"",
    )  # fmt: skip


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(part * 65536) for part in value))


def _description(text: str) -> bytes:
    plain = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(plain)) + plain + b"\0" * (4 + 4 + 2 + 1 + 67)


def _curve() -> bytes:
    values = []
    for step in range(_SAMPLES):
        part = step / (_SAMPLES - 1)
        linear = part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        values.append(round(linear * 65535))
    return b"curv\0\0\0\0" + struct.pack(f">I{_SAMPLES}H", _SAMPLES, *values)
