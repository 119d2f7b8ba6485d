"""What this person likes on this machine: language, appearance, zoom, vaults opened lately, the window's place.

A small file outside every vault, since it is needed before one is open. Nothing in it is worth a word to the person
when it is lost: a file that cannot be read means the defaults.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QStandardPaths

from gmsc_desktop.i18n import LANGUAGES

REMEMBERED = 8
"""Vaults that are offered again."""


class Preferences(NamedTuple):
    """``appearance`` is ``system``, ``light`` or ``dark``; ``zoom`` in per cent; ``vaults`` are folders, the one
    opened last first; ``geometry`` is Qt's own text for the window's place."""

    language: str = LANGUAGES[0]
    appearance: str = "system"
    zoom: int = 100
    vaults: tuple[str, ...] = ()
    geometry: str = ""

    def with_vault(self, folder: Path) -> Preferences:
        """The same with ``folder`` as the vault opened last."""
        text = str(folder)
        others = tuple(vault for vault in self.vaults if vault != text)
        return self._replace(vaults=(text, *others)[:REMEMBERED])


class PreferenceFile:
    """The file they are kept in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._value = _read(path)

    @property
    def value(self) -> Preferences:
        """As they are now."""
        return self._value

    def keep(self, value: Preferences) -> None:
        """Keep ``value``; a folder that cannot be written is only logged, since the program works all the same."""
        if value == self._value:
            return
        self._value = value
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            import json

            beside = self._path.with_suffix(".new")
            beside.write_text(json.dumps(value._asdict(), indent=1), encoding="utf-8")
            beside.replace(self._path)
        except OSError as error:
            _warn("preferences could not be written: %s", error)

    def change(self, **fields: Any) -> None:
        """Keep some of them anew."""
        self.keep(self._value._replace(**fields))


def default_path() -> Path:
    """Where the file lies for this person; ``GMSC_CONFIG`` names another folder."""
    folder = os.environ.get("GMSC_CONFIG") or QStandardPaths.writableLocation(
        QStandardPaths.StandardLocation.AppConfigLocation
    )
    return Path(folder) / "preferences.json"


def default_vault_folder() -> Path:
    """Where a new vault is proposed: in the person's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or str(Path.home())) / "GMSC"


def _warn(text: str, error: Exception) -> None:
    import logging

    logging.getLogger(__name__).warning(text, error)


def _read(path: Path) -> Preferences:
    try:
        text = path.read_text(encoding="utf-8")
        import json

        found = json.loads(text)
        made = Preferences(
            language=found["language"] if found.get("language") in LANGUAGES else LANGUAGES[0],
            appearance=str(found.get("appearance", "system")),
            zoom=int(found.get("zoom", 100)),
            vaults=tuple(str(vault) for vault in found.get("vaults", ())),
            geometry=str(found.get("geometry", "")),
        )
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        _warn("preferences could not be read: %s", error)
        return Preferences()
    return made
