"""A visit shared by a team: who is in it, who does what, what is still open between them, and the file that carries it.

The ketua is whoever shared the visit first. Everybody writes and takes in team bundles, in any order; only the ketua
says who is in the team, settles what the members disagree about, and closes the visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.answers import Facet, key_path
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound, Refused
from gmsc_desktop.domain.exports import ExportedVisit, ExportRecord
from gmsc_desktop.domain.instrument import Item, ItemType
from gmsc_desktop.domain.merging import Word, identified, merge, said_over
from gmsc_desktop.domain.places import misplaced, require_choice
from gmsc_desktop.domain.states import refuse_locked
from gmsc_desktop.domain.teamwork import (
    MEMBER,
    SECTION,
    Given,
    OpenPoint,
    TeamMember,
    answer_place,
    given_answers,
    lead_name,
    member_value,
    members_of,
    open_points,
)
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.domain.visit import Progress as Count
from gmsc_desktop.domain.visit import Role
from gmsc_desktop.services.team_state import Shared, member_named, not_shared
from gmsc_desktop.services.team_views import MemberView, TeamDesk, TeamSummary, TeamView
from gmsc_desktop.services.team_writing import TeamWriter
from gmsc_desktop.services.trusting import exchange_identity
from gmsc_desktop.store.team import OUT

_UNCHANGED = N_("Nothing was changed.")


class TeamService(TeamWriter):
    """The shared visits of one vault."""

    # reading

    def shared(self) -> frozenset[str]:
        """The visits a team shares."""
        return frozenset(self._rows.visits())

    def summaries(self) -> tuple[TeamSummary, ...]:
        """The drafts a team shares, by region."""
        found = []
        for visit_id in self._rows.visits():
            shared = self._state.shared(visit_id)
            if shared is None or not shared.visit.editable or self._filling.visits.is_archived(visit_id):
                continue
            draft = shared.visit.draft
            found.append(
                TeamSummary(
                    visit_id=visit_id,
                    label=f"{draft.region.name} {draft.cycle_year}",
                    lead=lead_name(shared.merged),
                    leading=shared.lead == self._vault.certificate_fingerprint,
                    open=len(shared.merged.open),
                    unsent=len(shared.pending) + len(self.unsigned(visit_id, shared.words)),
                )
            )
        return tuple(sorted(found, key=lambda each: each.label))

    def sent(self) -> tuple[ExportRecord, ...]:
        """Every team bundle written, the newest first; they bear no number."""
        found = []
        for each in self._rows.bundles():
            if each.way == OUT:
                visit = self._filling.visits.get(each.visit_id)
                about = (ExportedVisit(each.visit_id, visit.draft.region.name, ""),)
                found.append(
                    ExportRecord(each.sha256, each.at, each.folder, each.file_name, each.sha256, each.size, 0, about)
                )
        return tuple(found)

    def view(self, visit_id: str) -> TeamView | None:
        """The team of a visit; None when it is not shared. Raises ``NotFound``."""
        found = self._state.shared(visit_id)
        if found is None:
            return None
        members, session = members_of(found.merged), self._filling.session(found.visit)
        counts = self._filling.evidence.counts(visit_id)
        bundles = self._rows.bundles(visit_id)
        own = self._state.own(members)

        def progress(member: TeamMember) -> Count:
            parts = [session.section_progress(path, counts) for path in member.sections if path in known]
            return Count(sum(part.answered for part in parts), sum(part.expected for part in parts))

        known = self._filling.instrument(found.visit).by_path
        views = tuple(
            MemberView(
                member,
                own is not None and member.id == own.id,
                progress(member),
                next((each.at for each in bundles if each.way == "in" and each.key == member.key), None),
            )
            for member in members
        )
        done = {section for member in members for section in member.sections}
        return TeamView(
            visit_id=visit_id,
            leading=found.lead == self._vault.certificate_fingerprint,
            members=views,
            open=open_points(found.merged, found.lead),
            unsent=len(found.pending) + len(self.unsigned(visit_id, found.words)),
            bundles=bundles,
            free=tuple(path for path in self.sections(visit_id) if path not in done),
        )

    def desk(self, visit_id: str) -> TeamDesk | None:
        """What the questions of a shared visit show; None when it is not shared. Raises ``NotFound``."""
        found = self._state.shared(visit_id)
        if found is None:
            return None
        members, key = members_of(found.merged), self._vault.certificate_fingerprint
        own = self._state.own(members)
        words = (*found.words, *found.pending)
        return TeamDesk(
            leading=found.lead == key,
            own=own.id if own is not None else "",
            key=key,
            members=members,
            given=given_answers(found.merged, words, found.lead, self._vault.device),
            open=open_points(found.merged, found.lead),
        )

    def sections(self, visit_id: str) -> tuple[str, ...]:
        """The sections that can be given out: the groups at the top of the form that hold something to answer."""
        instrument = self._filling.instrument(self._filling.visits.get(visit_id))
        return tuple(
            item.path
            for item in instrument.children(instrument.root.path)
            if item.is_container and any(_asks(below) for below in instrument.walk(item.path))
        )

    def open(self, visit_id: str) -> tuple[OpenPoint, ...]:
        """What the team says different things of; nothing when the visit is not shared."""
        found = self._state.shared(visit_id)
        return () if found is None else open_points(found.merged, found.lead)

    def given(self, visit_id: str) -> Mapping[tuple[str, Facet], Given]:
        """Who gave each answer that stands; nothing when the visit is not shared."""
        found = self._state.shared(visit_id)
        if found is None:
            return MappingProxyType({})
        return given_answers(found.merged, (*found.words, *found.pending), found.lead, self._vault.device)

    # the ketua

    def start(self, visit_id: str, members: Iterable[TeamMember] = ()) -> Done[TeamView]:
        """Share a draft: whoever does it is the ketua. Without ``members`` those of the visit's people are taken.

        Raises ``Refused`` when the visit is closed or shared already, ``NotFound``, ``InvalidInput``.
        """
        visit = self._filling.visits.get(visit_id)
        refuse_locked(visit.state)
        if self._rows.lead(visit_id):
            raise Refused(N_("The visit is shared by a team already."), kept=_UNCHANGED)
        profile, key = self._vault.profile, self._vault.certificate_fingerprint
        lead = TeamMember(
            self._store.ids.uuid7(), profile.name, profile.nip, profile.title, profile.organisation, key=key,
            recipient=recipient_of(exchange_identity(self._vault)), lead=True,
        )  # fmt: skip
        own = " ".join(profile.name.split()).casefold()
        others = tuple(members) or tuple(
            TeamMember("", person.name, person.nip, person.title, person.organisation)
            for person in visit.draft.people
            if person.role is Role.MEMBER and " ".join(person.name.split()).casefold() != own
        )
        with self._store.writing():
            self._rows.start(visit_id, key)
            self._state.capture(visit_id)
            for member in (lead, *others):
                self._say_member(visit_id, member)
        return self._done(visit_id)

    def put_member(self, visit_id: str, member: TeamMember) -> Done[TeamView]:
        """Name someone as in the team, or correct what is known of them; a new one has no ``id``. Sections are given
        by ``assign``. Raises ``Refused`` unless the visit is this laptop's to head, ``InvalidInput`` without a
        name."""
        self._leading(visit_id)
        with self._store.writing():
            self._say_member(visit_id, member)
        return self._done(visit_id)

    def drop_member(self, visit_id: str, member_id: str) -> Done[TeamView]:
        """Take someone out of the team: what they did stays. Raises ``Refused``, ``NotFound``."""
        found = self._leading(visit_id)
        member = member_named(found, member_id)
        if member.lead:
            raise Refused(N_("The ketua cannot leave the team."), kept=_UNCHANGED)
        with self._store.writing():
            for section in member.sections:
                self._say(visit_id, f"{SECTION}{section}", "")
            self._say(visit_id, f"{MEMBER}{member.id}", "")
        return self._done(visit_id)

    def assign(self, visit_id: str, sections: Mapping[str, str]) -> Done[TeamView]:
        """Say who does each of ``sections``: the member's id by path, empty for nobody. Raises ``Refused``,
        ``NotFound``, ``InvalidInput`` for a section the form does not have."""
        found = self._leading(visit_id)
        instrument = self._filling.instrument(found.visit)
        for path, member_id in sections.items():
            if misplaced(instrument, path) or not instrument.by_path[path].is_container:
                raise InvalidInput(N_("The instrument has no section {path}."), kept=_UNCHANGED, path=path)
            if member_id:
                member_named(found, member_id)
        with self._store.writing():
            for path, member_id in sections.items():
                self._say(visit_id, f"{SECTION}{path}", member_id)
        return self._done(visit_id)

    def settle(self, visit_id: str, key: str, facet: Facet, value: str, reason: str) -> Done[str]:
        """Let ``value`` stand where the team disagrees, because of ``reason``; the id of the settlement, to take it
        back. Both sides are kept. Raises ``Refused``, ``InvalidInput`` without a reason or choice."""
        words = clean_line(reason)
        if not words:
            raise InvalidInput(N_("The reason is missing."), kept=_UNCHANGED, cure=N_("Write why, in a few words."))
        self._leading(visit_id)
        with self._store.writing():
            found = self._state.require(visit_id)
            place = answer_place(key, facet)
            self._require_open(found, key, facet)
            require_choice(self._filling.require_open(visit_id), key, facet, value)
            over = tuple(sorted(word.id for word in found.merged.heads[place]))
            word = self._add(found, place, value, over, reason=words)
            self._store.journal.write(
                "team_settled", f"{key}#{facet.value}", None, {"value": value, "reason": words}, visit_id
            )
            self._bring(visit_id)
        return Done(word.id, _changed(visit_id))

    def take_back(self, visit_id: str, settlement: str) -> Done[None]:
        """What was settled is open again. Raises ``Refused``, ``NotFound``."""
        self._leading(visit_id)
        with self._store.writing():
            found = self._state.require(visit_id)
            settled = next((word for word in found.words if word.id == settlement and word.reason), None)
            if settled is None:
                raise NotFound(N_("There is no such settlement."), kept=_UNCHANGED)
            self._add(found, settled.place, "", (), takes_back=settled.id)
            place = settled.place.removeprefix("a:")
            self._store.journal.write("team_settled", place, {"value": settled.value}, None, visit_id)
            self._bring(visit_id)
        return Done(None, _changed(visit_id))

    def agree(self, visit_id: str, key: str, facet: Facet, value: str) -> Done[None]:
        """Say the same as another side of a disagreement. Raises ``Refused`` when there is none, ``InvalidInput``
        when nobody says ``value``."""
        refuse_locked(self._filling.visits.get(visit_id).state)
        with self._store.writing():
            found = self._state.require(visit_id)
            point = self._require_open(found, key, facet)
            if value not in {said.value for said in point.said}:
                raise InvalidInput(N_("Nobody in the team says that."), kept=_UNCHANGED)
            place = answer_place(key, facet)
            own = said_over(found.merged.heads[place], self._state.author())
            self._add(found, place, value, own)
            self._bring(visit_id)
        return Done(None, _changed(visit_id))

    # the file: writing it is the writer's

    def encrypted(self, visit_id: str, to: tuple[str, ...] = ()) -> bool:
        """Whether a bundle for the members ``to`` would be encrypted."""
        found = self._state.shared(visit_id)
        return found is not None and bool(self.recipients(found, to))

    # helpers

    def _leading(self, visit_id: str) -> Shared:
        """The shared draft this laptop heads. Raises ``Refused``."""
        refuse_locked(self._filling.visits.get(visit_id).state)
        found = self._state.shared(visit_id)
        if found is None:
            raise not_shared()
        if found.lead != self._vault.certificate_fingerprint:
            raise Refused(
                N_("Only the ketua, {name}, can do this."),
                kept=_UNCHANGED,
                cure=N_("Write a team bundle for the ketua with what you entered."),
                name=lead_name(found.merged),
            )
        return found

    def _require_open(self, found: Shared, key: str, facet: Facet) -> OpenPoint:
        points = open_points(found.merged, found.lead)
        point = next((each for each in points if (each.key, each.facet) == (key, facet)), None)
        if point is None:
            raise Refused(N_("The team does not disagree about {key}."), kept=_UNCHANGED, key=key_path(key))
        return point

    def _say_member(self, visit_id: str, member: TeamMember) -> None:
        name = clean_line(member.name)
        if not name:
            raise InvalidInput(N_("A person has no name."), cure=N_("Enter the name, or remove the person."))
        if not member.key:
            member = self._known(member)
        tidy = replace(
            member,
            id=member.id or self._store.ids.uuid7(),
            name=name,
            nip="".join(member.nip.split()),
            title=clean_line(member.title),
            organisation=clean_line(member.organisation),
        )
        self._say(visit_id, f"{MEMBER}{tidy.id}", member_value(tidy))

    def _known(self, member: TeamMember) -> TeamMember:
        """With the key and recipient the same person had in another team this laptop heads."""
        plain, own = " ".join(member.name.split()).casefold(), self._vault.certificate_fingerprint
        for visit_id in self._rows.visits():
            if self._rows.lead(visit_id) != own:
                continue
            for other in members_of(merge(self._rows.words(visit_id), own)):
                if other.key and not other.lead and other.name.casefold() == plain:
                    return replace(member, key=other.key, recipient=other.recipient)
        return member

    def _say(self, visit_id: str, place: str, value: str) -> None:
        found = self._state.require(visit_id)
        if found.merged.values.get(place, "") != value:
            self._add(found, place, value, said_over(found.merged.heads.get(place, ()), self._state.author()))

    def _add(self, found: Shared, place: str, value: str, over: tuple[str, ...], **more: str) -> Word:
        clock = 1 + max((word.clock for word in found.words), default=0)
        at = self._store.clock.now().isoformat()
        word = identified(
            found.visit.id, Word("", self._state.author(), place, value, over, clock, at, **more)
        )  # fmt: skip
        self._rows.add_words(found.visit.id, (word,))
        return word

    def _bring(self, visit_id: str) -> None:
        visit, lead = self._filling.visits.get(visit_id), self._rows.lead(visit_id)
        self._state.bring(visit, merge(self._rows.words(visit_id), lead))

    def _done(self, visit_id: str) -> Done[TeamView]:
        view = self.view(visit_id)
        if view is None:
            raise not_shared()
        return Done(view, Changed(frozenset({"team"}), frozenset({visit_id})))


def _asks(item: Item) -> bool:
    """Whether there is something to answer."""
    return item.is_shown and not item.is_container and item.type is not ItemType.NOTE


def _changed(visit_id: str) -> Changed:
    return Changed(frozenset({"answer", "team"}), frozenset({visit_id}))
