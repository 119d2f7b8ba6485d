"""The pages behind the rail, named but not loaded: a page's module is imported when it is first shown.

A page is ``ui/pages/<folder>/page.py`` with a ``QWidget`` made as ``Page(services, tasks)``. It has ``refresh()``,
called each time it is shown, and may have

    open_visit = Signal(str)          fill the instrument of this visit
    go_to = Signal(str, str)          another page by its name, and a place on it (a visit's id, a settings section)
    show_place(place: str)            called with that place
    place() -> str                    where the person is on it, for show_place after the window was built anew
    may_leave() -> bool               False keeps the person on the page (something entered is not kept yet)
"""

from __future__ import annotations

import importlib
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.errors import N_


class Entry(NamedTuple):
    """A page: its ``name`` for navigation, title (msgid), sign, module and class."""

    name: str
    title: str
    sign: str
    module: str
    kind: str
    wants_app: bool = False
    """Whether it is made as ``Page(services, tasks, app)``: it changes language or look."""
    for_office: bool = False
    """Whether only the vault of a central office has it."""


ENTRIES: tuple[Entry, ...] = (
    Entry("home", N_("Home"), "home", "ui.pages.home.page", "HomePage"),
    Entry("visits", N_("Visits"), "visits", "ui.pages.visits.page", "VisitsPage"),
    Entry("instruments", N_("Instruments"), "instruments", "ui.pages.instruments.page", "InstrumentsPage"),
    Entry("sync", N_("Synchronisation"), "sync", "ui.pages.sync.page", "SyncPage"),
    Entry("documents", N_("Documents & certificates"), "documents", "ui.pages.documents.page", "DocumentsPage"),
    Entry("verify", N_("Verification"), "verify", "ui.pages.verify.page", "VerifyPage"),
    Entry("settings", N_("Settings"), "settings", "ui.pages.settings.page", "SettingsPage", wants_app=True),
    # Last, so that the numbers of the others are the same in every vault.
    Entry("office", N_("Central office"), "people", "ui.pages.office.page", "OfficePage", for_office=True),
)


def page_class(entry: Entry) -> type[QWidget]:
    """The class of the page, its module loaded now."""
    made: type[QWidget] = getattr(importlib.import_module(entry.module), entry.kind)
    return made
