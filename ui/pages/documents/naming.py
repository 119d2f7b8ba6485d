"""Asking where a PDF is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from gmsc_desktop.services.files import free_path


def ask_where(parent: QWidget, title: str, proposed: str) -> Path | None:
    """The file the person named for a PDF, or None."""
    name, _kind = QFileDialog.getSaveFileName(parent, title, proposed, "PDF (*.pdf)")
    return pdf_named(name) if name else None


def pdf_named(name: str) -> Path:
    """The file meant by ``name``: ending in ``.pdf``, whatever dots it has. Where that had to be added the dialog asked
    about no file of that name, so none is replaced."""
    return Path(name) if name.lower().endswith(".pdf") else free_path(Path(f"{name}.pdf"))
