"""What a team bundle holds: the message, and the *parts*, each what one laptop said at one time, signed by its owner.

A part is canonical JSON under its SHA-256 with a CMS signature of its own beside it, so that whoever passes it on can
neither change it nor speak for somebody else. Read as strictly as a visit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import N_, BundleError
from gmsc_desktop.domain.merging import Author, Word, identified
from gmsc_desktop.domain.places import FILE_MEMBERS
from gmsc_desktop.domain.teamwork import FILE, part_of, unpacked
from gmsc_desktop.sync.strict import strict_document

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.identity.signer import SigningIdentity
    from gmsc_desktop.sync.opened import OpenBundle

FORMAT = "gmsc-team-part/1"
PART = re.compile(r"data/team/([0-9a-f]{64})\.json")
SIGNATURE = re.compile(r"data/team/(?:[0-9a-f]{64})\.p7s")
LARGEST, LARGEST_SIGNATURE = 16 * 1024 * 1024, 256 * 1024
MOST_WORDS = 200_000
LARGEST_TOGETHER = 64 * 1024 * 1024
"""Bytes all parts of one bundle may have: they are held in memory while it is taken in."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one laptop said of a visit: its ``number`` there, from 1, the SHA-256 of the one before, the words."""

    visit_id: str
    author: Author
    number: int
    previous: str
    made_at: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A part as its bytes, under their SHA-256, with its signature."""

    part: Part
    sha256: str
    data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a part."""

    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    at: datetime | None


def write_part(part: Part, identity: SigningIdentity, at: datetime) -> SignedPart:
    """``part`` signed by ``identity`` at ``at``. Raises ``BundleError`` when it says what no reader would take."""
    import hashlib

    from gmsc_desktop.identity.cms import sign_detached

    document = {
        "format": FORMAT,
        "visit_id": part.visit_id,
        "device": part.author.device,
        "key": part.author.key,
        "name": part.author.name,
        "number": part.number,
        "previous": part.previous or None,
        "made_at": part.made_at,
        "words": [_told(word) for word in part.words],
    }
    data = canonical_bytes(document)
    signature = sign_detached(hashlib.sha256(data).digest(), identity, signed_at=at)
    return SignedPart(read_part(data), sha256_hex(data), data, signature)


def _told(word: Word) -> dict[str, Any]:
    told: dict[str, Any] = {
        "place": word.place,
        "value": word.value,
        "over": list(word.over),
        "clock": word.clock,
        "at": word.at,
    }
    given = {"reason": word.reason, "takes_back": word.takes_back}
    return told | {name: value for name, value in given.items() if value}


def read_part(data: bytes) -> Part:
    """The part in ``data``. Raises ``BundleError`` unless it is in the published format to the byte."""
    if len(data) > LARGEST:
        raise _refused("size")
    try:
        document = strict_document(data, "team-part")
    except (ValueError, TypeError, RecursionError) as error:
        raise _refused(str(error)) from error
    if len(document["words"]) > MOST_WORDS:
        raise _refused("words")
    author = Author(document["device"], document["key"], document["name"])
    if (document["number"] == 1) != (document["previous"] is None):
        raise _refused("previous")
    visit_id = document["visit_id"]
    words = tuple(
        identified(
            visit_id,
            Word("", author, told["place"], told["value"], tuple(told["over"]), told["clock"], told["at"],
                 told.get("reason", ""), told.get("takes_back", "")),
        )
        for told in document["words"]
    )  # fmt: skip
    previous = document["previous"] or ""
    return Part(visit_id, author, document["number"], previous, document["made_at"], words)


def signer_of(data_sha256: str, signature: bytes, key: str) -> Signer:
    """Who signed the part with that SHA-256. Raises ``BundleError`` unless the signature holds and is by ``key``."""
    from gmsc_desktop.identity import cms
    from gmsc_desktop.identity.signer import spki_fingerprint

    found = cms.read_detached(signature, bytes.fromhex(data_sha256))
    if found.certificate is None or found.fault is not cms.Fault.NONE or spki_fingerprint(found.certificate) != key:
        raise BundleError(
            N_("A part of the team's work is not signed by the one it names: {part}."), part=data_sha256[:16]
        )
    return Signer(found.certificate, found.chain, found.signed_at)


def files_named(words: Iterable[Word]) -> dict[str, tuple[int, str]]:
    """The evidence ``words`` name: size in bytes and name by SHA-256. Raises ``BundleError``."""
    found: dict[str, tuple[int, str]] = {}
    for word in words:
        if word.place.startswith(FILE) and part_of(word.place, FILE)[1] == "file":
            try:
                told = unpacked(word.value, *FILE_MEMBERS)
                found[str(told["sha256"])] = (int(told["size"]), str(told["name"]))
            except (ValueError, TypeError, RecursionError) as error:
                raise _refused(word.place) from error
    return found


@dataclass(slots=True)
class TeamCheck:
    """Looks at the parts of a bundle one after the other, while it is verified, and keeps only what has to fit."""

    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _signed: set[str] = field(default_factory=set)
    _size: int = 0

    def see(self, name: str, data: bytes) -> None:
        """Take in a part, or the signature of one seen before. Raises ``BundleError``."""
        sha256 = name.rpartition("/")[2].partition(".")[0]
        self._size += len(data)
        if self._size > LARGEST_TOGETHER:
            raise _refused("size")
        if name.endswith(".json"):
            part = read_part(data)
            self._keys[sha256] = part.author.key
            self.files |= files_named(part.words)
        else:
            signer_of(sha256, data, self._keys.get(sha256, ""))
            self._signed.add(sha256)

    def finish(self, message: dict[str, Any]) -> None:
        """Raise ``BundleError`` unless the message lists exactly the parts that were seen, each signed."""
        if not sorted(self._keys) == message["parts"] == sorted(self._signed):
            raise _refused("parts")


def read_parts(bundle: OpenBundle) -> tuple[SignedPart, ...]:
    """Every part of a verified bundle, by laptop and number. Raises ``BundleError``."""
    found = []
    for name in bundle.names("team"):
        if PART.fullmatch(name):
            data = bundle.data(name)
            signature = bundle.data(f"{name.removesuffix('.json')}.p7s")
            found.append(SignedPart(read_part(data), bundle.hashes[name], data, signature))
    return tuple(sorted(found, key=lambda each: (each.part.author.device, each.part.number, each.sha256)))


def _refused(detail: str) -> BundleError:
    return BundleError(
        N_("A part of the team's work is not in the published format: {detail}."),
        kept=N_("Nothing was taken from it."),
        detail=detail,
    )
