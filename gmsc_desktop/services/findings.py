"""What does not add up in what arrived: gaps, forks, one number used twice, one key on two laptops.

Nothing is refused for it and nothing is set aside: each is listed until a person has looked at it and said why it may
stand. When more of the same turns up, it is listed again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.services.trust_message import root_of
from gmsc_desktop.store.findings import FindingRepository
from gmsc_desktop.store.received import ReceivedRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

BUNDLE_GAP, BUNDLE_TWICE = "bundle_gap", "bundle_twice"
JOURNAL_GAP, JOURNAL_FORK, KEY_TWICE = "journal_gap", "journal_fork", "key_twice"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the rows a journal forks into: where, when and by whom it was written, and what."""

    device: str
    at: str
    who: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up. ``subject`` is the visit, device or key it is about, ``state`` what exactly was
    found; ``template`` is a gettext msgid over ``params``. ``sides`` are what stands side by side, where two do.
    ``settled`` is the reason a person gave, empty while it is open."""

    kind: str
    subject: str
    state: str
    template: str
    params: Mapping[str, str]
    sides: tuple[Side, ...] = ()
    settled: str = ""
    who: str = ""
    at: datetime | None = None

    @property
    def id(self) -> str:
        """What it is called by."""
        return f"{self.kind}:{self.subject}"


class FindingService:
    """Lists and settles them at one office."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._received = ReceivedRepository(vault.store)
        self._rows = FindingRepository(vault.store)

    def open(self) -> tuple[Finding, ...]:
        """What nobody has settled yet."""
        return tuple(finding for finding in self.list() if not finding.settled)

    def list(self) -> tuple[Finding, ...]:
        """Everything that does not add up now, settled or not."""
        decided = self._rows.decisions()
        found = []
        for finding in (*self._bundles(), *self._journals(), *self._keys()):
            word = decided.get((finding.kind, finding.subject, finding.state))
            found.append(finding if word is None else _settled(finding, *word))
        return tuple(found)

    def settle(self, finding_id: str, reason: str) -> Done[Finding]:
        """Say why a finding may stand. It is listed again when more of the same turns up.

        Raises ``Refused`` when this vault is no office's, ``InvalidInput`` without a reason, ``NotFound``.
        """
        root_of(self._vault)
        words = clean_line(reason)
        if not words:
            raise InvalidInput(
                N_("The reason is missing."), kept=N_("Nothing was changed."), cure=N_("Write why, in a few words.")
            )
        finding = next((each for each in self.open() if each.id == finding_id), None)
        if finding is None:
            raise NotFound(N_("There is no open point {id}."), id=finding_id)
        self._rows.decide(finding.kind, finding.subject, finding.state, words)
        done = next(each for each in self.list() if each.id == finding_id)
        return Done(done, Changed(frozenset({"received"})))

    def _bundles(self) -> Iterator[Finding]:
        from gmsc_desktop.sync.plan import missing_numbers, numbers_text

        for device, name in self._received.devices():
            numbers = self._received.sequences(device)
            missing = missing_numbers(numbers)
            twice = {number: sorted(files) for number, files in sorted(numbers.items()) if len(files) > 1}
            if missing:
                template = N_("{name}: bundles that have not arrived: {numbers}.")
                yield _finding(BUNDLE_GAP, device, list(missing), template, name=name, numbers=numbers_text(missing))
            if twice:
                template = N_("{name}: two bundles under one number: {numbers}. The vault may have been copied.")
                told = numbers_text(tuple(twice))
                yield _finding(BUNDLE_TWICE, device, list(twice.items()), template, name=name, numbers=told)

    def _journals(self) -> Iterator[Finding]:
        from gmsc_desktop.sync.plan import missing_numbers, numbers_text

        for visit_id, label in self._rows.uneven_journals():
            rows = self._received.journal(visit_id)
            missing = missing_numbers(rows)
            forks = sorted(number for number, hashes in rows.items() if len(hashes) > 1)
            if missing:
                template = N_("{label}: rows of the journal are missing: {numbers}.")
                told = numbers_text(missing)
                yield _finding(JOURNAL_GAP, visit_id, list(missing), template, label=label, numbers=told)
            if forks:
                template = N_("{label}: the journal was written twice from row {number} on, as on two laptops.")
                state = [[number, sorted(rows[number])] for number in forks]
                sides = tuple(_side(line) for line in self._rows.lines(visit_id, forks[0]))
                yield _finding(JOURNAL_FORK, visit_id, state, template, sides, label=label, number=str(forks[0]))

    def _keys(self) -> Iterator[Finding]:
        for key, name, devices in self._rows.keys_on_several_devices():
            template = N_("{name}: one key on {count} laptops, as after a backup was put back. All of them are taken.")
            sides = tuple(Side(device, first, name, "", "", str(count)) for device, first, count in devices)
            state = sorted(device for device, _first, _count in devices)
            yield _finding(KEY_TWICE, key, state, template, sides, name=name, count=str(len(devices)))


def _finding(
    kind: str, subject: str, state: Any, template: str, sides: tuple[Side, ...] = (), **params: str
) -> Finding:
    told = canonical_bytes(state).decode()
    return Finding(kind, subject, told, template, MappingProxyType(params), sides)


def _settled(finding: Finding, reason: str, who: str, at: datetime) -> Finding:
    from dataclasses import replace

    return replace(finding, settled=reason, who=who, at=at)


def _side(line: str) -> Side:
    row = json.loads(line)
    return Side(
        row["device"], row["at"], row["who"], f"{row['tbl']} {row['key']}", row["before"] or "", row["after"] or ""
    )
