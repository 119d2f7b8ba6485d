"""Instruments: the built-in one, installed at first use, and those the office hands out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop import __version__
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, VaultDamaged
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.forms.issues import FormIssue
from gmsc_desktop.resources import resource
from gmsc_desktop.services.instrument_files import copied, missing_issues, named_files, refuse_large
from gmsc_desktop.services.summaries import InstrumentSummary, summary_of
from gmsc_desktop.services.vaults import Vault
from gmsc_desktop.store.instruments import InstrumentFile, InstrumentRepository, StoredInstrument

if TYPE_CHECKING:
    from gmsc_desktop.forms.compiler import Compiled

BUILT_IN = "built_in_instrument"
"""The setting that says what was installed last: program version, hash of the workbook, hash of the instrument."""


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """One line of the list of instruments; ``title`` is in the form's default language."""

    hash: str
    title: str
    version: str
    built_in: bool


Issue = FormIssue
"""One thing to say of a workbook: ``sheet``, ``row``, ``column`` and, by ``text()``, what and what to do."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be said of a workbook. ``errors`` keep it from being installed, all at once and in the order of the
    sheets; ``warnings`` do not. ``summary`` and ``instrument`` are None when there are errors."""

    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    summary: InstrumentSummary | None
    instrument: Instrument | None


class InstrumentService:
    """The instruments of one vault. A visit is pinned to the hash of one for ever."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._rows = InstrumentRepository(vault.store)
        self._read: dict[str, Instrument] = {}

    def list(self) -> tuple[InstrumentRow, ...]:
        """Every installed instrument, the newest first."""
        return tuple(InstrumentRow(*row) for row in self._rows.list())

    def get(self, digest: str) -> Instrument:
        """The instrument with this hash, the same object each time. Raises ``NotFound``, ``VaultDamaged``."""
        from gmsc_desktop.forms.document import from_document

        if digest not in self._read:
            data = self._rows.document(digest)
            if sha256_hex(data) != digest:
                raise VaultDamaged(
                    N_("The instrument {hash} in the vault is damaged."),
                    kept=N_("It was left as it is; everything else can still be used."),
                    cure=N_("Restore a backup of this vault."),
                    hash=digest,
                )
            self._read[digest] = from_document(json.loads(data))
        return self._read[digest]

    def built_in(self) -> str:
        """The hash of the instrument that ships with this program, installed when the vault does not have it yet."""
        settings = self._vault.store.settings
        source = f"{__version__} {_shipped_source()}"
        known, _, digest = settings.get(BUILT_IN).rpartition(" ")
        if known == source and self._rows.has(digest):
            return digest
        shipped = _shipped()
        with self._vault.store.writing():
            self._rows.add(shipped)
            settings.set(BUILT_IN, f"{source} {shipped.hash}")
        return shipped.hash

    def check(self, path: Path) -> Checked:
        """What ``install`` would say of the workbook at ``path``; nothing is kept. Raises ``InvalidInput`` when it
        cannot be read at all."""
        return check_workbook(path)

    def describe(self, digest: str) -> InstrumentSummary:
        """The instrument with this hash at a glance. Raises ``NotFound``, ``VaultDamaged``."""
        return summary_of(self.get(digest), digest)

    def install(self, path: Path) -> Done[InstrumentRow]:
        """Compile the XLSForm workbook at ``path`` and keep it; one that is there already stays as it is.

        The workbook and the files its labels name are copied into the vault and not needed afterwards. Raises
        ``InvalidInput``, ``InstrumentError``, ``StorageError``; nothing is kept then.
        """
        instrument = compile_file(path).instrument
        found = stored(instrument, path.name)
        named = named_files(path, instrument)
        refuse_large(named)
        # The bytes lie on the disk before a row names them.
        files = copied(path, named, self._vault.store.blobs)
        with self._vault.store.writing():
            self._rows.add(found)
            self._rows.add_files(found.hash, files)
        row = next(row for row in self.list() if row.hash == found.hash)
        return Done(row, Changed(frozenset({"instrument"})))

    def files(self, digest: str) -> tuple[InstrumentFile, ...]:
        """The files that came with an instrument: its workbook, and those its labels name."""
        return self._rows.files(digest)

    def read_file(self, digest: str, name: str) -> bytes | None:
        """The bytes of a file that came with an instrument, None when it did not come. Raises ``VaultDamaged``."""
        found = next((file for file in self.files(digest) if file.name == name), None)
        return None if found is None else self._vault.store.blobs.read(found.sha256)


def shipped() -> tuple[Path, ...]:
    """The workbooks that ship with the program, the built-in one first."""
    others = sorted(path for path in _shipped_path().parent.glob("*.md") if path != _shipped_path())
    return (_shipped_path(), *others)


def check_workbook(path: Path) -> Checked:
    """Compile the workbook at ``path`` and tell everything found. Raises ``InvalidInput`` when it cannot be read."""
    from gmsc_desktop.forms.document import instrument_hash
    from gmsc_desktop.forms.issues import InstrumentError

    try:
        found = compile_file(path)
    except InstrumentError as error:
        return Checked(error.issues, (), None, None)
    instrument = found.instrument
    named = named_files(path, instrument)
    refuse_large(named)
    warnings = (*found.warnings, *missing_issues(named))
    return Checked((), warnings, summary_of(instrument, instrument_hash(instrument)), instrument)


def compile_file(path: Path) -> Compiled:
    """The compiled workbook at ``path``. Raises ``InvalidInput``, ``InstrumentError``."""
    from gmsc_desktop.forms.compiler import compile_workbook
    from gmsc_desktop.forms.reader import read_workbook

    if path.exists() and not path.is_file():
        # A device or a pipe never ends.
        raise InvalidInput(
            N_("{name} is not a file."), cure=N_("Choose a workbook (.xlsx, .xls, .csv or .md)."), name=path.name
        )
    return compile_workbook(read_workbook(path))


def compiled(path: Path, *, built_in: bool = False) -> StoredInstrument:
    """The workbook at ``path`` as it is kept. Raises ``InvalidInput``, ``InstrumentError``."""
    return stored(compile_file(path).instrument, path.name, built_in=built_in)


def stored(instrument: Instrument, source_name: str, *, built_in: bool = False) -> StoredInstrument:
    """The instrument as it is kept: the canonical JSON of its document under its hash."""
    from gmsc_desktop.forms.document import to_document

    document = canonical_bytes(to_document(instrument))
    return StoredInstrument(
        hash=sha256_hex(document),
        form_id=instrument.form_id,
        version=instrument.version,
        title=instrument.title.get(instrument.default_language),
        document=document,
        source_name=source_name,
        built_in=built_in,
    )


def _shipped_path() -> Path:
    return resource("instruments", "gmsc.md")


@cache
def _shipped_source() -> str:
    return sha256_hex(_shipped_path().read_bytes())


@cache
def _shipped() -> StoredInstrument:
    return compiled(_shipped_path(), built_in=True)
