"""Taking in a team bundle: whose words may be taken, what they change, then everything in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from gmsc_desktop.domain.answers import key_path
from gmsc_desktop.domain.changes import Changed
from gmsc_desktop.domain.errors import N_, NotFound
from gmsc_desktop.domain.exchange import Outcome, PlanItem, VaultRole
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.merging import Word, identified, merge, said_over
from gmsc_desktop.domain.places import first_unfit
from gmsc_desktop.domain.teamwork import (
    MEMBER,
    TeamMember,
    draft_of,
    lead_name,
    member_value,
    member_with,
    members_of,
    open_points,
)
from gmsc_desktop.domain.visit import Visit, VisitState
from gmsc_desktop.services.bringing import brought
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.services.incoming import Consent, Incoming, NotTaken
from gmsc_desktop.services.instruments import InstrumentService
from gmsc_desktop.services.team_state import TeamState
from gmsc_desktop.services.trusting import role_of, trust_of_vault
from gmsc_desktop.store.instruments import InstrumentRepository
from gmsc_desktop.store.received import ReceivedRepository
from gmsc_desktop.store.team import IN, TeamBundle

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault
    from gmsc_desktop.sync.journalfile import JournalLine
    from gmsc_desktop.sync.opened import OpenBundle
    from gmsc_desktop.sync.teamfile import SignedPart

_ITEMS_NAMED = 12


@dataclass(frozen=True, slots=True)
class _Came:
    """A team bundle, read and judged. ``visit`` is the visit here, None for a new one; ``strange`` are the keys (with
    the names their parts give) nobody here vouches for; ``words`` is what it says that is not known here."""

    visit_id: str
    lead: str
    visit: Visit | None
    instrument: Instrument
    digest: str
    known: tuple[Word, ...]
    words: tuple[Word, ...]
    parts: tuple[SignedPart, ...]
    strange: tuple[tuple[str, str], ...]
    doubled: tuple[str, ...]
    journal: tuple[JournalLine, ...]


class TeamTaker:
    """Takes bundles of kind ``team``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._filling = Filling(vault, InstrumentService(vault))
        self._state = TeamState(self._filling)
        self._rows = self._filling.team
        self._last: tuple[OpenBundle, _Came] | None = None

    def plan(self, incoming: Incoming, consent: Consent) -> tuple[PlanItem, ...]:
        """Whose words it brings, what becomes of them, what the team will disagree about. Raises ``NotTaken``,
        ``BundleError``."""
        came = self._read(incoming)
        found = [_strange(key, name) for key, name in came.strange if key not in _bare(consent.members)]
        pending = self._pending(came)
        before = merge((*came.known, *pending), came.lead)
        after = merge((*came.known, *pending, *came.words), came.lead)
        draft = came.visit.draft if came.visit is not None else draft_of(after.values, "")
        label = f"{draft.region.name} {draft.cycle_year}"
        if came.visit is None:
            template = N_("{label}: a visit that {name} shares with a team. It becomes a draft on this laptop.")
            found.append(_item("visit", came.visit_id, Outcome.NEW, template, label=label, name=lead_name(after)))
        found += self._mine(came, members_of(after), label)
        for name, count in sorted(Counter(word.author.name for word in came.words).items()):
            template = N_("{label}: from {name}, {count} entries.")
            found.append(_item("team", name, Outcome.NEWER, template, label=label, name=name, count=str(count)))
        open_before = {(each.key, each.facet) for each in open_points(before, came.lead)}
        points = [p for p in open_points(after, came.lead) if (p.key, p.facet) not in open_before]
        for point in points[:_ITEMS_NAMED]:
            names = ", ".join(dict.fromkeys(said.name for said in point.said))
            template = N_("{label}: {names} say different things of {question}. All is kept; the ketua settles it.")
            params = {"label": label, "names": names, "question": _question(came.instrument, point.key)}
            found.append(_item("team", point.key, Outcome.ASKED, template, **params))
        if len(points) > _ITEMS_NAMED:
            template = N_("{label}: {count} more questions the team says different things of.")
            more = str(len(points) - _ITEMS_NAMED)
            found.append(_item("team", came.visit_id, Outcome.ASKED, template, label=label, count=more))
        if came.doubled:
            template = N_("{label}: two laptops work under one id; the vault of {name} may have been copied.")
            names = ", ".join(came.doubled)
            found.append(_item("team", came.visit_id, Outcome.CONFLICT, template, label=label, name=names))
        if not came.words and came.visit is not None:
            found.append(_item("team", came.visit_id, Outcome.KNOWN, N_("{label}: nothing new."), label=label))
        return tuple(found)

    def take(self, incoming: Incoming, consent: Consent) -> Changed:
        """Keep the files, then everything said, in one transaction. Raises ``NotTaken``, ``BundleError``."""
        from gmsc_desktop.sync.apply import put_evidence

        came = self._read(incoming)
        for key, name in came.strange:
            if key not in _bare(consent.members):
                template = N_("The key of {name} has not been confirmed. Its fingerprint is {fingerprint}; compare it.")
                raise NotTaken("consent", template, name=name, fingerprint=key)
        store = self._filling.store
        put_evidence(incoming.bundle, store.blobs.has, lambda file, size: store.blobs.put_stream(file, size).sha256)
        with store.writing():
            ReceivedRepository(store).add_bundle(incoming.record)
            visit = came.visit or self._create(came, incoming)
            if not self._rows.lead(came.visit_id):
                self._rows.start(came.visit_id, came.lead)
            if came.visit is not None:
                # What was entered here and not said yet was entered before this came.
                self._state.capture(came.visit_id)
            for key, name in came.strange:
                self._rows.accept_key(came.visit_id, key, name)
            for part in came.parts:
                self._rows.add_part(part)
            for line in came.journal:
                ReceivedRepository(store).add_journal(line)
            self._know(came, incoming)
            self._state.bring(visit, merge(self._rows.words(came.visit_id), came.lead))
            self._rows.add_bundle(_bundle(came, incoming))
        self._last = None
        kinds = frozenset({"visit", "answer", "evidence", "team", "instrument"})
        return Changed(kinds, frozenset({came.visit_id}))

    # reading

    def _read(self, incoming: Incoming) -> _Came:
        if self._last is None or self._last[0] is not incoming.bundle:
            self._last = (incoming.bundle, self._judge(incoming))
        return self._last[1]

    def _judge(self, incoming: Incoming) -> _Came:
        from gmsc_desktop.sync.journalfile import read_journal
        from gmsc_desktop.sync.teamfile import read_parts

        if role_of(self._vault) is VaultRole.OFFICE:
            raise NotTaken("role", N_("Team bundles are for the laptops of the team."), keep=False)
        message, record = incoming.message or {}, incoming.record
        visit_id, lead = message["visit_id"], message["lead"]
        if (message["sender"]["key"], message["sender"]["device"]) != (record.sender, record.device):
            raise NotTaken("contradicts", N_("The bundle names another sender than the one who signed it."))
        parts = read_parts(incoming.bundle)
        if any(part.part.visit_id != visit_id for part in parts):
            raise NotTaken("contradicts", N_("The bundle holds what was said of another visit."))
        visit = self._visit(visit_id, lead, message["instrument"])
        known = self._rows.words(visit_id)
        there = {word.id for word in known}
        words = tuple(word for part in parts for word in part.part.words if word.id not in there)
        self._require_whole(visit_id, parts)
        self._require_lead(lead, (*known, *words))
        instrument = self._instrument(incoming, message["instrument"])
        self._require_fit(visit_id, instrument, (*known, *words))
        lines = tuple(
            line for name in incoming.bundle.names("journal") for line in read_journal(incoming.bundle.data(name), name)
        )
        if any(line.visit_id != visit_id for line in lines):
            raise NotTaken("contradicts", N_("The bundle holds what was said of another visit."))
        return _Came(
            visit_id=visit_id,
            lead=lead,
            visit=visit,
            instrument=instrument,
            digest=message["instrument"],
            known=known,
            words=tuple({word.id: word for word in words}.values()),
            parts=parts,
            strange=self._strange(incoming, visit_id, lead, parts, (*known, *words)),
            doubled=_doubled(parts),
            journal=tuple(line for line in lines if line.device != self._vault.device),
        )

    def _visit(self, visit_id: str, lead: str, digest: str) -> Visit | None:
        """The visit here. Raises ``NotTaken`` when what came cannot be joined with it."""
        try:
            visit = self._filling.visits.get(visit_id)
        except NotFound:
            return None
        region = visit.draft.region.name
        if visit.state is not VisitState.DRAFT:
            template = N_("The visit to {region} is closed here, so nothing can be merged into it. Reopen it first.")
            raise NotTaken("closed", template, region=region)
        if self._rows.lead(visit_id) not in ("", lead):
            raise NotTaken("lead", N_("The bundle names another ketua for the visit to {region}."), region=region)
        if visit.draft.instrument_hash != digest:
            template = N_("The visit to {region} uses another instrument here than in the bundle.")
            raise NotTaken("instrument", template, region=region)
        return visit

    def _require_whole(self, visit_id: str, parts: Iterable[SignedPart]) -> None:
        there = {part.sha256: (part.device, part.number) for part in self._rows.parts(visit_id)}
        there |= {part.sha256: (part.part.author.device, part.part.number) for part in parts}
        for each in parts:
            part = each.part
            if part.number > 1 and there.get(part.previous) != (part.author.device, part.number - 1):
                template = N_("Something {name} said before is missing. Ask for a new bundle.")
                raise NotTaken("incomplete", template, name=part.author.name)

    def _require_lead(self, lead: str, words: tuple[Word, ...]) -> None:
        heads = [member for member in members_of(merge(words, lead)) if member.lead]
        if [member.key for member in heads] != [lead]:
            raise NotTaken("lead", N_("The ketua the bundle names does not head the team in it."))

    def _instrument(self, incoming: Incoming, digest: str) -> Instrument:
        from gmsc_desktop.forms.document import from_document

        try:
            return self._filling.instruments.get(digest)
        except NotFound:
            import json

            for stored in brought(incoming):
                if stored.hash == digest:
                    return from_document(json.loads(stored.document))
            raise NotTaken("instrument", N_("The instrument of the visit is not in the bundle.")) from None

    def _require_fit(self, visit_id: str, instrument: Instrument, words: tuple[Word, ...]) -> None:
        unfit = first_unfit(instrument, words)
        if unfit is None:
            for word in words:
                if word.place.startswith("e:") and self._filling.evidence.visit_of(
                    word.place[2:].partition("#")[0]
                ) not in ("", visit_id):
                    unfit = word
        if unfit is not None:
            template = N_("{name} says something that has no place in the visit: {place}.")
            raise NotTaken("content", template, name=unfit.author.name, place=unfit.place[:80])
        try:
            draft_of(merge(words, "").values, "")
        except (ValueError, KeyError, TypeError) as error:
            raise NotTaken("content", N_("The particulars of the visit are not in the bundle.")) from error

    def _strange(
        self, incoming: Incoming, visit_id: str, lead: str, parts: Iterable[SignedPart], words: Iterable[Word]
    ) -> tuple[tuple[str, str], ...]:
        """Who nobody here vouches for. Raises ``NotTaken`` when someone's certificate was taken back."""
        from gmsc_desktop.identity.trust import Standing
        from gmsc_desktop.sync.teamfile import signer_of

        trust, accepted = trust_of_vault(self._vault), self._rows.accepted()
        accepted |= {self._vault.certificate_fingerprint}
        if self._rows.lead(visit_id):
            accepted |= {lead}
        named = frozenset(member.key for member in members_of(merge(words, lead)) if member.key)
        found: dict[str, str] = {}
        for each in parts:
            author = each.part.author
            signer = signer_of(each.sha256, each.signature, author.key)
            judged = trust.judge(signer.certificate, signer.chain, signer.at)
            if judged.standing in (Standing.REVOKED, Standing.NOT_VALID):
                raise NotTaken.because(judged.reasons[0].code, judged.reasons[0].template, judged.reasons[0].params)
            if judged.trusted:
                accepted |= {author.key}
            found.setdefault(author.key, author.name)
        if incoming.trusted:
            accepted |= {incoming.record.sender}
        elif incoming.distrust is not None and incoming.distrust.code in ("revoked", "not_valid"):
            incoming.require_trust()
        found.setdefault(incoming.record.sender, incoming.record.sender_name)
        # The ketua vouches for those they name, once the ketua is somebody known.
        if lead in accepted:
            accepted |= named
        elif lead in found:
            # One fingerprint to compare, the ketua's, is enough.
            return ((lead, found[lead]), *((k, n) for k, n in found.items() if k not in accepted | named | {lead}))
        return tuple((key, name) for key, name in found.items() if key not in accepted)

    # planning and doing

    def _pending(self, came: _Came) -> tuple[Word, ...]:
        if came.visit is None:
            return ()
        return self._state.look(came.visit, came.lead, came.known).pending

    def _mine(self, came: _Came, members: Iterable[TeamMember], label: str) -> list[PlanItem]:
        own = member_with(members, self._vault.certificate_fingerprint, self._vault.profile.name)
        if own is None or own.lead or not own.sections or came.visit is not None:
            return []
        sections = "; ".join(_question(came.instrument, path) for path in own.sections)
        template = N_("{label}: your sections are {sections}.")
        return [_item("team", own.id, Outcome.NEW, template, label=label, sections=sections)]

    def _create(self, came: _Came, incoming: Incoming) -> Visit:
        merged = merge((*came.known, *came.words), came.lead)
        repository = InstrumentRepository(self._filling.store)
        for stored in brought(incoming):
            if stored.hash == came.digest:
                repository.add(stored)
        now = self._filling.store.clock.now()
        visit = Visit(came.visit_id, draft_of(merged.values, came.digest), VisitState.DRAFT, 0, "", "", now, now)
        self._filling.visits.insert(visit)
        return visit

    def _know(self, came: _Came, incoming: Incoming) -> None:
        """The ketua names who sent it: from now on all laptops of the team know key and recipient."""
        if came.lead != self._vault.certificate_fingerprint:
            return
        record, told = incoming.record, (incoming.message or {})["sender"]
        words = self._rows.words(came.visit_id)
        merged = merge(words, came.lead)
        members = members_of(merged)
        member = member_with(members, record.sender, record.sender_name)
        member = member or TeamMember(
            self._filling.store.ids.uuid7(), record.sender_name, organisation=record.organisation
        )
        now = replace(member, key=record.sender, recipient=told["recipient"])
        if member == now:
            return
        place, clock = f"{MEMBER}{now.id}", 1 + max(word.clock for word in words)
        author = self._state.author()
        over = said_over(merged.heads.get(place, ()), author)
        at = self._filling.store.clock.now().isoformat()
        word = identified(came.visit_id, Word("", author, place, member_value(now), over, clock, at))
        self._rows.add_words(came.visit_id, (word,))


def _bare(keys: Iterable[str]) -> frozenset[str]:
    return frozenset("".join(key.split()).lower() for key in keys)


def _doubled(parts: Iterable[SignedPart]) -> tuple[str, ...]:
    names: dict[tuple[str, int], list[str]] = {}
    for each in parts:
        names.setdefault((each.part.author.device, each.part.number), []).append(each.part.author.name)
    return tuple(sorted({found[0] for found in names.values() if len(found) > 1}))


def _question(instrument: Instrument, key: str) -> str:
    item = instrument.by_path.get(key_path(key))
    label = item.label.get(instrument.default_language) if item is not None else ""
    return " ".join(label.split())[:120] or key


def _strange(key: str, name: str) -> PlanItem:
    template = N_("Take what {name} signs for this visit. Compare the fingerprint with them: {fingerprint}")
    return _item("team_key", key, Outcome.ASKED, template, name=name, fingerprint=key)


def _bundle(came: _Came, incoming: Incoming) -> TeamBundle:
    record = incoming.record
    return TeamBundle(
        record.sha256, came.visit_id, record.received_at, IN, record.sender_name, record.sender, "", record.file_name,
        record.size,
    )  # fmt: skip


def _item(what: str, subject: str, outcome: Outcome, template: str, **params: str) -> PlanItem:
    return PlanItem(what, subject, outcome, template, MappingProxyType(params))
