"""Errors a person is told about.

The core never shows text: it raises one of these, carrying an English template that is a gettext msgid and
the values that go into it. Whoever stands before the person (window or shell) translates and shows it.

    GmscError
    ├── Cancelled            the person stopped the work; nothing was changed
    ├── InvalidInput         what was entered or handed in cannot be used as it is
    ├── NotFound             the thing asked for is not in this vault
    ├── Refused              the state of things does not allow it (a closed visit is edited, a row has moved on)
    ├── VaultError           the vault cannot be opened or used
    │   ├── NotAVault        the folder or file is something else
    │   ├── WrongPassphrase  the passphrase or recovery code does not open it
    │   ├── VaultNewer       written by a newer program
    │   ├── VaultDamaged     its contents fail their checks
    │   ├── VaultInUse       another program has it open
    │   └── VaultReadOnly    it lies on something that cannot be written
    ├── StorageError         the disk is full, gone, or failing
    ├── NetworkError         a server that was asked could not be reached, or said no
    ├── InstrumentError      an XLSForm that cannot be run, with every issue found
    ├── DocumentError        a PDF could not be drawn, signed or read
    └── BundleError          a sync bundle could not be written or read
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def N_(message: str) -> str:
    """Mark a message for the catalogue without translating it yet."""
    return message


class GmscError(Exception):
    """What went wrong, what was kept and what to do, as translatable templates.

    ``template`` says what happened; ``kept`` and ``cure`` may add what is still safe and what to do next.
    All three are gettext msgids in ``str.format`` style over ``params``.
    """

    def __init__(self, template: str, *, kept: str = "", cure: str = "", **params: object) -> None:
        self.template = template
        self.kept = kept
        self.cure = cure
        self.params: Mapping[str, object] = MappingProxyType(dict(params))
        super().__init__(template.format(**params))


class Cancelled(GmscError):
    """The person stopped long work; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(N_("Stopped at your request."), kept=N_("Nothing was changed."))


class InvalidInput(GmscError):
    """What was entered or handed in cannot be used as it is."""


class NotFound(GmscError):
    """The thing asked for is not in this vault."""


class Refused(GmscError):
    """The state of things does not allow this."""


class VaultError(GmscError):
    """The vault cannot be opened or used."""


class NotAVault(VaultError):
    """The folder or file is something else."""


class WrongPassphrase(VaultError):
    """The passphrase or recovery code does not open the vault."""


class VaultNewer(VaultError):
    """The vault was written by a newer program."""


class VaultDamaged(VaultError):
    """The vault's contents fail their checks."""


class VaultInUse(VaultError):
    """Another program has the vault open."""


class VaultReadOnly(VaultError):
    """The vault lies on something that cannot be written."""


class StorageError(GmscError):
    """The disk is full, gone, or failing."""


class NetworkError(GmscError):
    """A server the person asked to use could not be reached, or said no."""


class DocumentError(GmscError):
    """A PDF could not be drawn, signed or read."""


class BundleError(GmscError):
    """A sync bundle could not be written or read."""
