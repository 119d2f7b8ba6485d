"""Between what stands in a vault and what a team says of a visit: read as places, and written where others said more.

A visit nobody shares costs nothing here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem, key_path
from gmsc_desktop.domain.content import ContentGiven, ContentSettled, ContentTeam
from gmsc_desktop.domain.errors import N_, NotFound, Refused
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.merging import Author, Merged, Word, merge, unsaid
from gmsc_desktop.domain.places import FILE_MEMBERS, given_by_form
from gmsc_desktop.domain.teamwork import (
    ANSWER,
    EXPLAINED,
    FILE,
    FORM,
    ITEM,
    TeamMember,
    answer_of,
    answer_place,
    draft_of,
    draft_values,
    given_answers,
    lead_name,
    member_with,
    members_of,
    open_points,
    packed,
    part_of,
    team_problems,
    unpacked,
)
from gmsc_desktop.domain.visit import Evidence, Problem, Visit
from gmsc_desktop.services.filling import Filling


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared visit as it stands on this laptop: the ``lead``'s identity, everything said so far, what this laptop
    has not said yet (``pending``), and what stands with all of that."""

    visit: Visit
    lead: str
    words: tuple[Word, ...]
    pending: tuple[Word, ...]
    merged: Merged


class TeamState:
    """Reads and writes shared visits of one vault."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._rows = filling.team

    def author(self) -> Author:
        """Who speaks here."""
        vault = self._filling.vault
        return Author(vault.device, vault.certificate_fingerprint, vault.profile.name)

    def shared(self, visit_id: str) -> Shared | None:
        """How a visit stands in its team; None when it is not shared."""
        lead = self._rows.lead(visit_id)
        return None if not lead else self.look(self._filling.visits.get(visit_id), lead, self._rows.words(visit_id))

    def look(self, visit: Visit, lead: str, words: Iterable[Word]) -> Shared:
        """How ``visit`` stands with everything in ``words``."""
        known = tuple(words)
        stood = merge(known, lead)
        local = self._local(visit, stood.values)
        instrument = self._filling.instrument(visit)
        moments = {
            _place(instrument, key, facet): at for (key, facet), at in self._filling.answers.moments(visit.id).items()
        }
        now = self._filling.store.clock.now().isoformat()
        pending = unsaid(known, lead, visit.id, local, self.author(), moments, now)
        return Shared(visit, lead, known, pending, merge((*known, *pending), lead) if pending else stood)

    def problems(self, visit: Visit) -> tuple[Problem, ...]:
        """What the team disagrees about: each stands against closing until it is settled."""
        found = self.shared(visit.id) if visit.editable else None
        return () if found is None else team_problems(open_points(found.merged, found.lead))

    def frozen(self, visit: Visit, sheet: AnswerSheet) -> ContentTeam | None:
        """How the team came to the answers of ``sheet``, to be frozen with them; None when nobody shares the visit."""
        found = self.shared(visit.id)
        if found is None:
            return None
        words = (*found.words, *found.pending)
        given = given_answers(found.merged, words, found.lead, self._filling.vault.device)
        there = [(cell, given[cell]) for cell in sheet.cells if cell in given]
        return ContentTeam(
            lead=found.lead,
            given=tuple(ContentGiven(key, facet, each.names) for (key, facet), each in there),
            settled=tuple(
                ContentSettled(key, facet, each.reason, tuple((said.name, said.value) for said in each.said))
                for (key, facet), each in there
                if each.settlement
            ),
        )

    def refuse_others(self, visit_id: str) -> None:
        """Raise ``Refused`` when somebody else heads the team that shares the visit."""
        found = self.shared(visit_id)
        if found is not None and found.lead != self._filling.vault.certificate_fingerprint:
            raise Refused(
                N_("Only the ketua, {name}, closes and signs the visit of the team."),
                kept=N_("Everything entered is kept."),
                cure=N_("Write a team bundle for the ketua with what you entered."),
                name=lead_name(found.merged),
            )

    def capture(self, visit_id: str) -> Shared | None:
        """Say what was not said yet: from now on it is part of what the team knows. Inside the caller's
        transaction."""
        found = self.shared(visit_id)
        if found is None or not found.pending:
            return found
        self._rows.add_words(visit_id, found.pending)
        return replace(found, words=(*found.words, *found.pending), pending=())

    def require(self, visit_id: str) -> Shared:
        """``capture`` of a visit that must be shared. Raises ``Refused``."""
        found = self.capture(visit_id)
        if found is None:
            raise not_shared()
        return found

    def own(self, members: Iterable[TeamMember]) -> TeamMember | None:
        """The member whose laptop this is."""
        vault = self._filling.vault
        return member_with(members, vault.certificate_fingerprint, vault.profile.name)

    def bring(self, visit: Visit, merged: Merged) -> None:
        """Write what stands wherever this laptop has something else. Inside the caller's transaction; the files of
        evidence are kept already."""
        local = self._local(visit, merged.values)
        differing = [place for place in sorted({*local, *merged.heads}) if local.get(place, "") != _at(merged, place)]
        self._items(visit.id, differing, merged)
        self._files(visit.id, differing, merged)
        for place in differing:
            if place.startswith((ANSWER, FORM)):
                key, facet = (place.removeprefix(FORM), Facet.VALUE) if place.startswith(FORM) else answer_of(place)
                by = merged.heads[place][0].author.name
                self._filling.answers.put(visit.id, key, facet, _at(merged, place) or None, given_by=by)
            elif place.startswith(EXPLAINED):
                code, _, key = place.removeprefix(EXPLAINED).partition("|")
                self._filling.explanations.put(visit.id, code, key, _at(merged, place))
        if any(place.startswith(("v:", "p:")) for place in differing):
            draft = draft_of(merged.values, visit.draft.instrument_hash)
            self._filling.visits.update(replace(self._filling.visits.get(visit.id), draft=draft))

    def _local(self, visit: Visit, stood: Mapping[str, str]) -> dict[str, str]:
        filling, instrument = self._filling, self._filling.instrument(visit)
        found: dict[str, str] = {}
        for (key, facet), value in filling.answers.sheet(visit.id).cells.items():
            found[_place(instrument, key, facet)] = value
        for item in filling.answers.all_items(visit.id):
            found[f"{ITEM}{item.key}#position"] = str(item.position)
            found[f"{ITEM}{item.key}#removed"] = "1" if item.removed else ""
        shown: set[tuple[str, str]] = set()
        for evidence, removed in filling.evidence.all(visit.id):
            found[f"{FILE}{evidence.id}#file"] = packed(_told(evidence))
            found[f"{FILE}{evidence.id}#caption"] = evidence.caption
            place, file = f"{FILE}{evidence.id}#removed", (evidence.key, evidence.sha256)
            # Two laptops attached one file: it is shown once, and nobody said that the other was removed.
            found[place] = stood.get(place, "") if file in shown else "1" if removed else ""
            shown |= set() if removed else {file}
        for explanation in filling.explanations.list(visit.id):
            found[f"{EXPLAINED}{explanation.code}|{explanation.key}"] = explanation.text
        found |= draft_values(visit.draft, {place: stood[place] for place in stood if place.startswith("p:")})
        return {
            unicodedata.normalize("NFC", place): unicodedata.normalize("NFC", value)
            for place, value in found.items()
            if value
        }

    def _items(self, visit_id: str, differing: Iterable[str], merged: Merged) -> None:
        keys = {part_of(place, ITEM)[0] for place in differing if place.startswith(ITEM)}
        for key in sorted(keys):
            repeat, _, item_id = key.removesuffix("]").rpartition("[")
            position = int(_at(merged, f"{ITEM}{key}#position") or 0)
            item = RepeatItem(repeat, item_id, position, bool(_at(merged, f"{ITEM}{key}#removed")))
            self._filling.answers.put_item(visit_id, item, by_team=True)

    def _files(self, visit_id: str, differing: Iterable[str], merged: Merged) -> None:
        rows = self._filling.evidence
        for place in differing:
            if not place.startswith(FILE):
                continue
            evidence_id, part = part_of(place, FILE)
            if part == "file":
                told = unpacked(_at(merged, place), *FILE_MEMBERS)
                rows.bring(_evidence(visit_id, evidence_id, told), merged.heads[place][0].author.name)
        for place in differing:
            if place.startswith(FILE):
                evidence_id, part = part_of(place, FILE)
                if part == "caption":
                    rows.set_caption(evidence_id, _at(merged, place))
                elif part == "removed":
                    rows.set_removed(evidence_id, bool(_at(merged, place)))
        shown: set[tuple[str, str]] = set()
        for evidence, removed in rows.all(visit_id):
            file = (evidence.key, evidence.sha256)
            if not removed and file in shown:
                rows.set_removed(evidence.id, True)
            shown |= set() if removed else {file}


def _at(merged: Merged, place: str) -> str:
    return merged.values.get(place, "")


def _place(instrument: Instrument, key: str, facet: Facet) -> str:
    if given_by_form(instrument.by_path.get(key_path(key)), facet):
        return f"{FORM}{key}"
    return answer_place(key, facet)


def _told(evidence: Evidence) -> dict[str, str]:
    told = {name: str(getattr(evidence, name)) for name in FILE_MEMBERS}
    return told | {"added_at": evidence.added_at.isoformat()}


def _evidence(visit_id: str, evidence_id: str, told: Mapping[str, str]) -> Evidence:
    return Evidence(
        id=evidence_id,
        visit_id=visit_id,
        key=told["key"],
        sha256=told["sha256"],
        name=told["name"],
        media_type=told["media_type"],
        size=int(told["size"]),
        caption="",
        taken_at=told["taken_at"],
        place=told["place"],
        added_at=datetime.fromisoformat(told["added_at"]),
        position=int(told["position"]),
    )


def member_named(found: Shared, member_id: str) -> TeamMember:
    """The member with that id. Raises ``NotFound``."""
    member = next((each for each in members_of(found.merged) if each.id == member_id), None)
    if member is None:
        raise NotFound(N_("Nobody in the team has the id {id}."), kept=N_("Nothing was changed."), id=member_id)
    return member


def not_shared() -> Refused:
    """What to say when a visit is nobody's but one's own."""
    return Refused(
        N_("No team shares this visit."),
        kept=N_("Nothing was changed."),
        cure=N_("Share it with a team first, or take in the bundle of the ketua."),
    )
