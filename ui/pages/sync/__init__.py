"""Sinkronisasi: what is not yet safe at the office, writing bundles, and what went where."""

from ui.pages.sync.page import SyncPage

__all__ = ["SyncPage"]
