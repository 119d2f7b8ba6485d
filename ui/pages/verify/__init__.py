"""Verifikasi: is this PDF or bundle genuine?"""

from ui.pages.verify.page import VerifyPage

__all__ = ["VerifyPage"]
