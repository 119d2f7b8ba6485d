"""Dokumen & Piagam: the library of signed papers, shown page by page, saved, printed, verified."""

from ui.pages.documents.page import DocumentsPage

__all__ = ["DocumentsPage"]
