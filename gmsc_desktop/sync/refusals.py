"""How the reading of a bundle ends before its end: the verdict is known, with the reason."""

from __future__ import annotations

from types import MappingProxyType

from gmsc_desktop.domain.errors import N_, BundleError
from gmsc_desktop.domain.verdict import Reason, Status


class Ended(Exception):
    """The verdict is known: its status, and the reason as a template over ``params``."""

    @classmethod
    def because(cls, code: str, error: BundleError) -> Ended:
        """What a part of the bundle was refused for, as the end of the whole."""
        return cls(Status.DAMAGED, code, error.template, **{name: str(value) for name, value in error.params.items()})

    def __init__(self, status: Status, code: str, template: str, **params: str) -> None:
        super().__init__(code)
        self.status = status
        self.reason = Reason(code, False, template, MappingProxyType(params))


NOT_OURS = N_("This is no bundle of this program, or not the whole of it.")
FORM = N_("The file does not have the exact form of a bundle: something was added, left out or changed ({code}).")
UNSIGNED = N_("The bundle is not signed, or the signature was removed.")
BROKEN = N_("The signature does not hold over the list of files.")
LISTED = N_("The list of files was changed after signing ({name}).")
MISSING = N_("A file that was signed is missing: {name}.")
ADDED = N_("A file that was never signed was added: {name}.")
CHANGED = N_("A file was changed or swapped: {name}.")
SENDER = N_("The bundle names another sender than the one who signed it.")
CONTRADICTS = N_("The bundle contradicts itself: {name}.")
VISITS = N_("The visits in the bundle are not the ones it lists.")
VISIT_FORM = N_("The content of a visit is not in the published format: {name}.")
NO_EVIDENCE = N_("Evidence that a visit names is missing: {name}.")
NEWER = N_("The bundle was written by a newer program; update this one to read it.")
KIND = N_("The bundle is of a kind this program does not know ({kind}); update the program to read it.")
MESSAGE = N_("What the bundle says is not in the published format.")
PDF_BAD = N_("A document in the bundle is altered or damaged: {name}.")
PDF_OTHER = N_("A document in the bundle belongs to none of its visits: {name}.")
