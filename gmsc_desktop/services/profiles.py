"""The vault's owner as official papers name them, kept in the vault's settings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.i18n import LANGUAGES
from gmsc_desktop.store.settings import Settings

SETTING = "profile"


@dataclass(frozen=True, slots=True)
class Profile:
    """The vault's owner; ``nip`` is 18 digits or empty; ``language`` is id or en."""

    name: str
    nip: str = ""
    title: str = ""
    organisation: str = ""
    language: str = "id"

    def person(self) -> Person:
        """The owner as a person of a visit."""
        return Person(self.name, self.nip, self.title, self.organisation, Role.LEAD)


def tidied(profile: Profile) -> Profile:
    """The profile without stray spaces. Raises ``InvalidInput`` when the name is missing or the NIP is none."""
    texts = {name: " ".join(str(value).split()) for name, value in asdict(profile).items()}
    texts["nip"] = texts["nip"].replace(" ", "")
    if not texts["name"]:
        raise InvalidInput(N_("The name is missing."), cure=N_("Enter your name with degrees."))
    nip = texts["nip"]
    if nip and not (len(nip) == 18 and nip.isascii() and nip.isdigit()):
        raise InvalidInput(N_("A NIP has 18 digits."), cure=N_("Correct it, or leave it empty."))
    if texts["language"] not in LANGUAGES:
        raise InvalidInput(N_("The language {code} is not known."), code=texts["language"])
    return Profile(**texts)


def load_profile(settings: Settings) -> Profile:
    """The owner of the vault."""
    known = json.loads(settings.get(SETTING))
    return Profile(**{field.name: known[field.name] for field in fields(Profile) if field.name in known})


def has_profile(settings: Settings) -> bool:
    """Whether the vault knows its owner; only a damaged one does not."""
    return bool(settings.get(SETTING))


def keep_profile(settings: Settings, profile: Profile) -> None:
    """Keep the owner, with a journal row; inside a transaction."""
    settings.set(SETTING, canonical_bytes(asdict(profile)).decode())
