"""Any BagIt bag that lies unpacked in a folder (RFC 8493, and version 0.97 before it), whoever made it.

A bundle holds a bag in one exact form (``bag.py``, docs/bundle-format.md, "Bags of others"). This is the wider
reading: every algorithm, encoding and spelling the RFC allows, so that a person can be told whether the bag is whole
and, apart from that, why it is not one a bundle may hold. Nothing is fetched and no name leads out of the folder.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.verdict import Reason
from gmsc_desktop.sync import bag
from gmsc_desktop.sync.behind import CHUNK
from gmsc_desktop.sync.container import LONGEST_NAME, MOST_ENTRIES, name_fault

ALGORITHMS = {name: name for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")} | {
    "sha3256": "sha3_256", "sha3512": "sha3_512",
}  # fmt: skip
"""How a manifest calls an algorithm in its name, and how ``hashlib`` does."""
LARGEST_TAG = 64 * 1024 * 1024

_DECLARED = re.compile(r"BagIt-Version: ([0-9]+)\.([0-9]+)\r?\nTag-File-Character-Encoding: ([!-~]+)(?:\r?\n)?")
_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_ENTRY = re.compile(r"([0-9A-Fa-f]+)[ \t]+(\*?)(\S.*)")
_FETCH = re.compile(r"(\S+)[ \t]+([0-9]+|-)[ \t]+(\S.*)")
_INFO = re.compile(r"[^:\s][^:]*:.*|[ \t].*|")
_ENCODINGS = re.compile(r"utf-?8|utf-?16(-?[lb]e)?|utf-?32(-?[lb]e)?|us-ascii|ascii|iso-?8859-\d+|windows-125\d", re.I)
_SYSTEM_FILES = frozenset({"thumbs.db", ".ds_store", "desktop.ini"})
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class BagReport:
    """What a bag is: its version as it says, why it is not whole, and what is odd about it all the same. ``profile``
    says why a bundle may not hold it as it is."""

    version: str
    faults: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    profile: tuple[Reason, ...]

    @property
    def valid(self) -> bool:
        """Whether the bag is complete and every checksum holds."""
        return not self.faults


def check_bag(folder: Path) -> BagReport:
    """Whether ``folder`` holds a complete and valid bag. Reads every file; raises ``OSError``."""
    reading = _Reading(folder)
    reading.run()
    profile = () if reading.faults else tuple(_profile(reading))
    return BagReport(reading.version, tuple(reading.faults), tuple(reading.warnings), profile)


class _Stop(Exception):
    """Nothing more can be said of this bag."""


@dataclass(slots=True)
class _Reading:
    """One bag on its way through the rules, and what was found so far."""

    folder: Path
    version: str = ""
    encoding: str = "utf-8"
    faults: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    manifests: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self) -> None:
        try:
            self._declaration()
            self._files()
            self._lists()
            self._fetched()
            self._complete()
            self._information()
        except _Stop:
            return
        self._sums()

    def fault(self, code: str, template: str, **params: str) -> None:
        self.faults.append(_reason(code, template, params))

    def warn(self, code: str, template: str, **params: str) -> None:
        self.warnings.append(_reason(code, template, params))

    @property
    def strict(self) -> bool:
        """Whether the rules of version 1.0 hold."""
        return tuple(map(int, self.version.split("."))) >= (1, 0)

    def _declaration(self) -> None:
        path = self.folder / bag.BAGIT
        if not path.is_file() or path.is_symlink():
            self.fault("no_bagit", N_("There is no bagit.txt."))
            raise _Stop
        try:
            found = _DECLARED.fullmatch(_small(path).decode("utf-8"))
        except UnicodeDecodeError:
            found = None
        if found is None:
            self.fault("bagit", N_("bagit.txt does not say version and encoding in the way it has to."))
            raise _Stop
        self.version, self.encoding = f"{int(found[1])}.{int(found[2])}", found[3]
        try:
            known = _ENCODINGS.fullmatch(self.encoding) is not None and codecs.lookup(self.encoding) is not None
        except LookupError:
            known = False
        if not known:
            self.fault("encoding", N_("The encoding {name} of the tag files is not known."), name=self.encoding)
            raise _Stop

    def _files(self) -> None:
        for path in _walk(self.folder):
            name = path.relative_to(self.folder).as_posix()
            if path.is_symlink() or not path.is_file():
                self.fault("link", N_("{name} is a link or no file at all."), name=name)
                continue
            self.files[name] = path
            self.spellings[_normal(name)] = name
            if len(self.files) > MOST_ENTRIES:
                self.fault("many", N_("The bag holds too many files."))
                raise _Stop
        if not (self.folder / "data").is_dir():
            self.fault("no_data", N_("There is no folder data."))
        folded: dict[str, str] = {}
        for name in (name for name in self.files if name.startswith("data/")):
            other = folded.setdefault(_folded(name), name)
            if other != name:
                self.warn("twins", N_("{name} and {other} are one file on some systems."), name=name, other=other)
            if name.rsplit("/", 1)[-1].lower() in _SYSTEM_FILES:
                self.warn("system", N_("{name} is a file an operating system leaves behind."), name=name)

    def _lists(self) -> None:
        for name in sorted(self.files):
            found = _MANIFEST.fullmatch(name)
            if found is None:
                continue
            if found[2] not in ALGORITHMS:
                self.warn("algorithm", N_("{name} uses an algorithm that is not known here."), name=name)
                continue
            lists = self.tags if found[1] else self.manifests
            lists[found[2]] = self._manifest(name, tag=bool(found[1]))
        if not self.manifests:
            self.fault("no_manifest", N_("There is no manifest of the files."))

    def _text(self, name: str) -> str:
        path = self.files[name]
        if path.stat().st_size > LARGEST_TAG:
            self.fault("large", N_("{name} is too large."), name=name)
            raise _Stop
        try:
            return _small(path).decode(self.encoding).removeprefix(_BOM)
        except UnicodeDecodeError:
            self.fault("undecodable", N_("{name} is not in the encoding bagit.txt names."), name=name)
            raise _Stop from None

    def _manifest(self, name: str, *, tag: bool) -> dict[str, str]:
        sums: dict[str, str] = {}
        for line in filter(str.strip, re.split(r"\r\n|\r|\n", self._text(name))):
            found = _ENTRY.fullmatch(line)
            if found is None:
                self.fault("line", N_("A line of {name} is no line of a manifest."), name=name)
                continue
            path = self._path(found[3], name, tag=tag)
            if path is None:
                continue
            if found[2]:
                self.warn("asterisk", N_("{name} was made with a tool that writes an asterisk."), name=name)
            digest = found[1].lower()
            if sums.get(path, digest) != digest:
                self.fault("differs", N_("{name} names {path} twice with different checksums."), name=name, path=path)
            elif path in sums:
                told = self.fault if self.strict else self.warn
                told("twice", N_("{name} names {path} twice."), name=name, path=path)
            sums[path] = digest
        return sums

    def _path(self, written: str, name: str, *, tag: bool) -> str | None:
        """The file ``written`` names, or None, and why, when it leads out of where it has to be."""
        text = re.sub(r"%0[Aa]|%0[Dd]|%25", lambda found: chr(int(found[0][1:], 16)), written)
        plain = text
        while plain.startswith("./"):
            plain = plain[2:]
        parts = re.split(r"[/\\]", plain)
        inside = ".." not in parts and not plain.startswith(("/", "\\", "~")) and not re.match(r"[A-Za-z]:", plain)
        if not inside or (not tag and parts[0] != "data") or len(plain) > 20 * LONGEST_NAME or "\0" in plain:
            self.fault("outside", N_("{name} names a file outside: {path}"), name=name, path=written)
            return None
        if plain != text:
            self.warn("relative", N_("{name} writes names with a dot before them."), name=name)
        if plain in self.files:
            return plain
        same = self.spellings.get(_normal(plain))
        if same is not None:
            self.warn("normalization", N_("{path} is written otherwise than the file is named."), path=plain)
        return same or plain

    def _fetched(self) -> None:
        if "fetch.txt" not in self.files:
            return
        for line in filter(str.strip, self._text("fetch.txt").splitlines()):
            found = _FETCH.fullmatch(line)
            path = self._path(found[3], "fetch.txt", tag=False) if found else None
            if found is None:
                self.fault("line", N_("A line of {name} is no line of a manifest."), name="fetch.txt")
            elif path is not None and path not in self.files:
                template = N_("{path} would have to be fetched from a network; this program fetches nothing.")
                self.fault("fetch", template, path=path)

    def _complete(self) -> None:
        payload = {name for name in self.files if name.startswith("data/")}
        listed = {path for sums in self.manifests.values() for path in sums}
        told = {fault.params.get("path") for fault in self.faults if fault.code == "fetch"}
        for path in sorted(listed - payload - told):
            self.fault("missing", N_("A file is missing: {path}"), path=path)
        for path in sorted(payload - listed) if self.manifests else ():
            self.fault("unlisted", N_("A file is in no manifest: {path}"), path=path)
        for algorithm, sums in self.manifests.items():
            for path in sorted((payload & listed) - sums.keys()):
                told_as = self.fault if self.strict else self.warn
                name = f"manifest-{algorithm}.txt"
                told_as("not_in_each", N_("{name} does not name {path}, another manifest does."), name=name, path=path)
        for sums in self.tags.values():
            for path in sorted(sums.keys() - self.files.keys()):
                self.fault("missing", N_("A file is missing: {path}"), path=path)

    def _information(self) -> None:
        if bag.INFO not in self.files:
            return
        lines = self._text(bag.INFO).splitlines()
        if not all(_INFO.fullmatch(line) for line in lines):
            self.fault("info", N_("bag-info.txt holds a line that is no label."))
        for line in lines:
            label, _colon, value = line.partition(":")
            if label.strip().lower() == "payload-oxum":
                payload = [path for name, path in self.files.items() if name.startswith("data/")]
                if value.strip() != f"{sum(path.stat().st_size for path in payload)}.{len(payload)}":
                    self.fault("oxum", N_("Payload-Oxum says another number or size of files."))

    def _sums(self) -> None:
        wanted: dict[str, dict[str, str]] = {}
        for lists in (self.manifests, self.tags):
            for algorithm, sums in lists.items():
                for path in sums.keys() & self.files.keys():
                    wanted.setdefault(path, {})[algorithm] = sums[path]
        for path in sorted(wanted):
            if _digests(self.files[path], wanted[path]) != wanted[path]:
                self.fault("checksum", N_("A file was changed: {path}"), path=path)


def _profile(reading: _Reading) -> Iterator[Reason]:
    """Why a bag that is whole is not in the one form a bundle holds."""
    outside = {name for name in reading.files if not name.startswith("data/")}
    for name in sorted(outside ^ set(bag.TAG_FILES)):
        yield _reason("tags", N_("A bundle has other files beside data: {name}"), {"name": name})
    for name in sorted(reading.files):
        if name_fault(name):
            yield _reason("name", N_("A bundle holds no file of such a name: {name}"), {"name": name})
    try:
        for name in (bag.MANIFEST, bag.TAGMANIFEST):
            if name in outside:
                bag.parse_manifest(_small(reading.files[name]), name)
        if _small(reading.files[bag.BAGIT]) != bag.DECLARATION:
            raise bag.BagFault(bag.BAGIT)
        if bag.INFO in outside:
            bag.parse_info(_small(reading.files[bag.INFO]))
    except bag.BagFault as fault:
        yield _reason("form", N_("A bundle writes this file in another way: {name}"), {"name": fault.name})


def _digests(path: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    sums = {name: hashlib.new(ALGORITHMS[name], usedforsecurity=False) for name in wanted}
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            for digest in sums.values():
                digest.update(chunk)
    return {name: digest.hexdigest() for name, digest in sums.items()}


def _walk(folder: Path) -> Iterator[Path]:
    """Everything below ``folder`` that is no folder; links are told, never followed."""
    for base, folders, names in os.walk(folder, onerror=_raise):
        folders.sort()
        here = Path(base)
        yield from (here / name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in sorted(names))


def _raise(error: OSError) -> None:
    raise error


def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_TAG + 1)


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _folded(name: str) -> str:
    return _normal(name).casefold()


def _reason(code: str, template: str, params: Mapping[str, str]) -> Reason:
    return Reason(code, False, template, MappingProxyType(dict(params)))
