"""Kantor Pusat, in an office's vault only: what arrived and what is said of it, who is enrolled, what is assigned."""

from ui.pages.office.page import OfficePage

__all__ = ["OfficePage"]
