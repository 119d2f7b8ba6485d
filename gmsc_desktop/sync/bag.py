"""The tag files of a BagIt bag (RFC 8493) as a bundle carries them: written and read in one exact form.

Reading builds the text again from what was read and compares it, so each file has only one spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
FORMAT = "gmsc-bundle/1"

BAGIT = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAGMANIFEST = "tagmanifest-sha256.txt"
SIGNATURE = "signature.p7s"
TAG_FILES = (BAGIT, INFO, MANIFEST, TAGMANIFEST, SIGNATURE)
SIGNED_TAGS = (BAGIT, INFO, MANIFEST)
"""What the tag manifest names; it is itself signed, and the signature lies beside it."""

NONE = "none"
"""Stands for no previous bundle and no journal head, since a label has always a value."""

_LINE = re.compile(r"([0-9a-f]{64})  ([\x21-\x7e]+)")
_LABEL = re.compile(r"([A-Za-z][A-Za-z0-9-]*): ([^\r\n]+)")
_OXUM = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Info:
    """What ``bag-info.txt`` says. ``visits`` are pairs of visit id and content hash, one for each file below
    ``data/visits/``; ``payload`` is bytes and number of files below ``data/``; dates are ISO 8601."""

    kind: str
    created: str
    software: str
    contact: str
    organisation: str
    sender: str
    """SHA-256 of the public key of who signs the bundle."""
    device: str
    sequence: int
    previous: str
    """SHA-256 of the bundle this device wrote before, or empty."""
    journal_head: str
    """Hash of the newest row of the sender's whole journal, or empty."""
    payload: tuple[int, int]
    visits: tuple[tuple[str, str], ...]
    recipients: tuple[str, ...] = ()
    volume: str = "1 of 1"


class BagFault(Exception):
    """A tag file is not in the exact form; ``newer`` when it names a format this program does not know."""

    def __init__(self, name: str, *, newer: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.newer = newer


def render_info(info: Info) -> bytes:
    """``bag-info.txt``, UTF-8, one ``Label: value`` a line."""
    rows = [
        ("Bag-Software-Agent", info.software),
        ("Bagging-Date", info.created[:10]),
        ("Payload-Oxum", f"{info.payload[0]}.{info.payload[1]}"),
        ("Source-Organization", info.organisation),
        ("Contact-Name", info.contact),
        ("Bag-Count", info.volume),
        ("GMSC-Format", FORMAT),
        ("GMSC-Kind", info.kind),
        ("GMSC-Created", info.created),
        ("GMSC-Sender", info.sender),
        ("GMSC-Device", info.device),
        ("GMSC-Sequence", str(info.sequence)),
        ("GMSC-Previous", info.previous or NONE),
        ("GMSC-Journal-Head", info.journal_head or NONE),
        ("GMSC-Visit-Count", str(len(info.visits))),
        *(("GMSC-Visit", f"{visit} {content}") for visit, content in info.visits),
        *(("GMSC-Recipient", recipient) for recipient in info.recipients),
    ]
    return "".join(f"{label}: {one_line(value) or '-'}\n" for label, value in rows).encode("utf-8")


def one_line(text: str) -> str:
    """``text`` without line ends or runs of spaces: a label's value can hold nothing that looks like a label."""
    return " ".join(text.split())


def parse_info(data: bytes) -> Info:
    """What ``data`` says. Raises ``BagFault``."""
    try:
        lines = data.decode("utf-8").split("\n")
        pairs = [_pair(line) for line in lines[:-1]]
        single = {label: value for label, value in pairs if label not in ("GMSC-Visit", "GMSC-Recipient")}
        found = single.get("GMSC-Format")
        if found is not None and found != FORMAT:
            raise BagFault(INFO, newer=True)
        oxum = _OXUM.fullmatch(single["Payload-Oxum"])
        if oxum is None:
            raise BagFault(INFO)
        info = Info(
            kind=single["GMSC-Kind"],
            created=single["GMSC-Created"],
            software=single["Bag-Software-Agent"],
            contact=single["Contact-Name"],
            organisation=single["Source-Organization"],
            sender=single["GMSC-Sender"],
            device=single["GMSC-Device"],
            sequence=int(single["GMSC-Sequence"]),
            previous=_given(single["GMSC-Previous"]),
            journal_head=_given(single["GMSC-Journal-Head"]),
            payload=(int(oxum[1]), int(oxum[2])),
            visits=tuple(_two(value) for label, value in pairs if label == "GMSC-Visit"),
            recipients=tuple(value for label, value in pairs if label == "GMSC-Recipient"),
            volume=single["Bag-Count"],
        )
    except (UnicodeDecodeError, KeyError, ValueError) as error:
        raise BagFault(INFO) from error
    if render_info(info) != data:
        raise BagFault(INFO)
    return info


def _pair(line: str) -> tuple[str, str]:
    found = _LABEL.fullmatch(line)
    if found is None:
        raise ValueError("no label")
    return found[1], found[2]


def _two(value: str) -> tuple[str, str]:
    visit, content = value.split(" ")
    return visit, content


def _given(value: str) -> str:
    return "" if value == NONE else value


def render_manifest(hashes: Mapping[str, str] | Iterable[tuple[str, str]]) -> bytes:
    """A manifest of path → hex SHA-256, sorted by path."""
    pairs = sorted(hashes.items() if isinstance(hashes, Mapping) else hashes)
    return "".join(f"{sha256}  {path}\n" for path, sha256 in pairs).encode("ascii")


def parse_manifest(data: bytes, name: str) -> dict[str, str]:
    """Path → hex SHA-256 of the manifest called ``name``. Raises ``BagFault``."""
    hashes: dict[str, str] = {}
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BagFault(name) from error
    for line in lines[:-1]:
        found = _LINE.fullmatch(line)
        if found is None:
            raise BagFault(name)
        hashes[found[2]] = found[1]
    if render_manifest(hashes) != data:
        raise BagFault(name)
    return hashes
