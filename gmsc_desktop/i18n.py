"""Texts in the person's language: gettext over the catalogue in ``resources/i18n``.

English msgids; Bahasa Indonesia is the default. Official documents use ``translator("id")`` whatever the
window's language is.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Mapping
from functools import cache

from gmsc_desktop.catalogue import Catalogue
from gmsc_desktop.domain.errors import N_, GmscError
from gmsc_desktop.resources import resource

LANGUAGES = ("id", "en")
DOMAIN = "gmsc"

__all__ = [
    "LANGUAGES",
    "N_",
    "_",
    "error_text",
    "filled",
    "language",
    "ngettext",
    "pgettext",
    "set_language",
    "translator",
]

_SYSTEM_REASONS = (
    N_("No such file or directory"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Read-only file system"),
    N_("No space left on device"),
    N_("Input/output error"),
    N_("File name too long"),
    N_("Device or resource busy"),
)
"""What the operating system says of a file, in its own English; here so that the catalogue knows it."""


@cache
def translator(code: str) -> _gettext.NullTranslations:
    """The catalogue for ``code``; English needs none, its msgids are the texts."""
    if code == "en":
        return _gettext.NullTranslations()
    return Catalogue(resource("i18n") / code / "LC_MESSAGES" / f"{DOMAIN}.mo")


class _Current:
    """The language chosen for this process."""

    code = "id"


def set_language(code: str) -> None:
    """Choose the language of everything shown from now on; an unknown code means the default."""
    _Current.code = code if code in LANGUAGES else LANGUAGES[0]


def language() -> str:
    """The code of the language in use."""
    return _Current.code


def _(message: str) -> str:
    """``message`` in the language in use."""
    return translator(_Current.code).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the message that fits ``count``."""
    return translator(_Current.code).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """``message`` as it is said in ``context``, where one English word has several translations."""
    return translator(_Current.code).pgettext(context, message)


def filled(template: str, params: Mapping[str, object], code: str | None = None) -> str:
    """``template`` in the language in use, with its values: a reason of the operating system is translated too, and a
    value that ends with a full stop ("M.Si.") does not double the sentence's own."""
    catalogue = translator(code or _Current.code)
    values = {
        name: catalogue.gettext(value) if value in _SYSTEM_REASONS and isinstance(value, str) else value
        for name, value in params.items()
    }
    text = catalogue.gettext(template).format(**values)
    return text[:-1] if text.endswith("..") and not text.endswith("...") else text


def error_text(error: GmscError, code: str | None = None) -> str:
    """What happened, what was kept and what to do, in one paragraph for the person."""
    parts = (error.template, error.kept, error.cure)
    return " ".join(filled(part, error.params, code) for part in parts if part)
