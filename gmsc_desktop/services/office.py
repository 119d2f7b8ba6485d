"""The central office: its root and age key, the visits that arrived, decisions on them, answers and assignments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.age.keys import recipient_of
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.comparing import Difference, differences
from gmsc_desktop.domain.content import Explanation
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound, Refused
from gmsc_desktop.domain.exchange import (
    Assignment,
    Comment,
    Decision,
    Kind,
    MemberState,
    Review,
    VaultRole,
    newest_review,
    state_said,
)
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.lineage import Standing, lineage
from gmsc_desktop.domain.ports import Clock, Ids, Progress, no_progress
from gmsc_desktop.domain.remarks import Remark, current_remarks
from gmsc_desktop.domain.texts import clean_line, clean_text
from gmsc_desktop.services.drafts import OfficeDrafts
from gmsc_desktop.services.office_keys import OfficeCopy, make_keys
from gmsc_desktop.services.office_views import OfficeStatus, OfficeVisit
from gmsc_desktop.services.posting import post, require_folder
from gmsc_desktop.services.returning import require_questions
from gmsc_desktop.services.trust_message import root_of, trust_message
from gmsc_desktop.services.trusting import (
    exchange_identity,
    role_of,
    stamp,
)
from gmsc_desktop.store.answering import AnswerRepository
from gmsc_desktop.store.instruments import InstrumentRepository
from gmsc_desktop.store.members import AssignmentRepository, MemberRepository
from gmsc_desktop.store.received import ReceivedRepository, ReceivedRevision
from gmsc_desktop.store.seals import SealRepository

if TYPE_CHECKING:
    from gmsc_desktop.services.vault import Vault

__all__ = ["OfficeService", "OfficeStatus", "OfficeVisit"]

_UNCHANGED = N_("Nothing was changed.")


class OfficeService:
    """What a central office does with one vault."""

    def __init__(self, vault: Vault, *, clock: Clock, ids: Ids) -> None:
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._rows = ReceivedRepository(vault.store)
        self._answers = AnswerRepository(vault.store)
        self._members = MemberRepository(vault.store)
        self._assignments = AssignmentRepository(vault.store)

    @property
    def role(self) -> VaultRole:
        """What this vault is used for."""
        return role_of(self._vault)

    def init(self, name: str, passphrase: str, folder: Path) -> Done[OfficeCopy]:
        """Make this vault an office's called ``name``: root and age key, and a copy of both in ``folder`` to be kept
        offline, both under the vault's passphrase.

        Raises ``Refused`` when it is one already, ``InvalidInput`` without a name or folder, ``WrongPassphrase``,
        ``StorageError``; nothing is changed then.
        """
        title = clean_line(name)
        if self.role is VaultRole.OFFICE:
            raise Refused(N_("This vault is that of a central office already."), kept=_UNCHANGED)
        if not title:
            raise InvalidInput(N_("The name of the office is missing."), kept=_UNCHANGED, cure=N_("Enter its name."))
        require_folder(folder)
        copy = make_keys(self._vault, title, passphrase, folder, clock=self._clock, ids=self._ids)
        return Done(copy, Changed(frozenset({"profile", "trust"})))

    def status(self) -> OfficeStatus:
        """The office at a glance. Raises ``Refused`` when this vault is none."""
        from gmsc_desktop.identity.signer import spki_fingerprint

        root = spki_fingerprint(root_of(self._vault))
        members, visits = self._members.list(), self.visits()
        return OfficeStatus(
            root=root,
            recipient=recipient_of(exchange_identity(self._vault)),
            members=sum(member.state is MemberState.APPROVED for member in members),
            requests=sum(member.state is MemberState.REQUESTED for member in members),
            visits=len(visits),
            waiting=sum(visit.review is None for visit in visits),
            conflicts=sum(visit.lineage.standing is not Standing.SINGLE for visit in visits),
        )

    def visits(self) -> tuple[OfficeVisit, ...]:
        """Every visit that arrived, by region."""
        grouped: dict[str, list[ReceivedRevision]] = {}
        for revision in self._rows.revisions():
            grouped.setdefault(revision.visit_id, []).append(revision)
        decided = SealRepository(self._vault.store).decided()
        found = (self._visit(visit_id, tuple(revisions), decided) for visit_id, revisions in grouped.items())
        return tuple(sorted(found, key=lambda visit: (visit.newest.region_code, visit.visit_id)))

    def visit(self, visit_id: str) -> OfficeVisit:
        """One visit. Raises ``NotFound``."""
        revisions = self._rows.revisions(visit_id)
        if not revisions:
            raise NotFound(N_("The visit {id} has not arrived here."), id=visit_id)
        return self._visit(visit_id, revisions, SealRepository(self._vault.store).decided())

    def document(self, content_hash: str) -> dict[str, Any]:
        """What a content says. Raises ``NotFound``."""
        found: dict[str, Any] = json.loads(self._rows.content(content_hash))
        return found

    def changes(self, before: str, after: str) -> tuple[Difference, ...]:
        """What differs between two contents, side by side. Raises ``NotFound``."""
        return differences(self.document(before), self.document(after))

    def asked(self, visit_id: str) -> tuple[Remark, ...]:
        """What was last asked of an earlier revision of a visit, with what the current one answers. Raises
        ``NotFound``."""
        current = self.visit(visit_id).newest.content_hash
        earlier = tuple(r for r in self._answers.reviews(visit_id) if r.content_hash != current)
        given = (Explanation(**found) for found in self.document(current)["explanations"])
        return current_remarks(earlier, given)

    def conflicts(self) -> tuple[OfficeVisit, ...]:
        """The visits whose contents stand against each other until someone decides."""
        return tuple(visit for visit in self.visits() if visit.lineage.standing is not Standing.SINGLE)

    def decide(self, visit_id: str, chosen: str, reason: str) -> Done[OfficeVisit]:
        """Let ``chosen`` go on of the contents that stand against each other; all are kept for ever.

        Raises ``Refused`` when nothing stands against it, ``InvalidInput`` without a reason, ``NotFound``.
        """
        visit, words = self.visit(visit_id), clean_line(reason)
        if len(visit.lineage.heads) < 2 or chosen not in visit.lineage.heads:
            raise Refused(N_("There is nothing to decide between here."), kept=_UNCHANGED)
        if not words:
            raise InvalidInput(N_("The reason is missing."), kept=_UNCHANGED, cure=N_("Write why, in a few words."))
        self._rows.decide(visit_id, chosen, visit.lineage.heads, words)
        return Done(self.visit(visit_id), Changed(frozenset({"received"}), frozenset({visit_id})))

    def accept(self, visit_id: str) -> Done[Review]:
        """Accept the current content of a visit. Raises ``Refused`` while contents stand against each other."""
        return self._review(visit_id, Decision.ACCEPTED, None, ())

    def return_(self, visit_id: str, comments: tuple[Comment, ...], due: date | None) -> Done[Review]:
        """Send the current content back with comments, to be revised by ``due``.

        Raises ``InvalidInput`` without a comment or with one on a question the visit does not have, ``Refused`` while
        contents stand against each other.
        """
        tidy = tuple(Comment(c.key, clean_text(c.text).strip()) for c in comments)
        if not any(comment.text for comment in tidy):
            raise InvalidInput(
                N_("Work is returned with at least one comment."),
                kept=_UNCHANGED,
                cure=N_("Write what has to be revised."),
            )
        current = self.visit(visit_id).lineage.current
        if current:
            require_questions(self._vault.store, self.document(current), tidy)
        return self._review(visit_id, Decision.RETURNED, due, tuple(c for c in tidy if c.text))

    def answer(
        self, device: str, folder: Path, passphrase: str, progress: Progress = no_progress
    ) -> Done[ExportRecord]:
        """Write the answer for one laptop into ``folder``: a receipt for all that came from it, hash by hash, and every
        decision on it. It may be written again at any time; it always says everything.

        Raises ``NotFound`` when nothing came from there, ``WrongPassphrase``, ``StorageError``.
        """
        from gmsc_desktop.sync.plan import missing_numbers

        trust = trust_message(self._vault)
        bundles = [b for b in self._rows.bundles() if b.device == device]
        if not bundles:
            raise NotFound(N_("Nothing has arrived from {device}."), device=device)
        visits = [visit for visit in self.visits() if device in visit.devices]
        reviews = [review for visit in visits for review in self._answers.reviews(visit.visit_id)]
        newest = max(bundles, key=lambda bundle: bundle.sequence)
        message = {
            "addressee": {"device": device, "key": newest.sender},
            "issued_at": trust["issued_at"],
            "bundles": sorted(
                ({"sha256": b.sha256, "sequence": b.sequence} for b in bundles),
                key=lambda b: (b["sequence"], b["sha256"]),
            ),
            "receipts": [
                *(receipt for visit in visits for receipt in self._receipts(visit, device)),
                *OfficeDrafts(self._vault).receipts(device),
            ],
            "reviews": [_told(review) for review in reviews],
            "missing": list(missing_numbers(b.sequence for b in bundles)),
            "trust": trust,
        }
        returned = any(review.decision is Decision.RETURNED for review in reviews)
        known = {member.fingerprint: member.recipient for member in self._members.list()}
        recipients = (known[newest.sender],) if newest.sender in known else ()
        kind = Kind.RETURN if returned else Kind.RECEIPT
        record = post(self._vault, kind, message, folder, passphrase, recipients=recipients, progress=progress)
        return Done(record, Changed(frozenset({"export"})))

    def devices(self) -> tuple[tuple[str, str], ...]:
        """Every laptop visits came from, with its owner: whom to answer."""
        sent = {bundle.device for bundle in self._rows.bundles() if bundle.kind == Kind.VISITS.value}
        return tuple((device, name) for device, name in self._rows.devices() if device in sent)

    def assign(
        self,
        assignments: tuple[Assignment, ...],
        fingerprints: tuple[str, ...],
        folder: Path,
        passphrase: str,
        templates: tuple[Path, ...] = (),
        progress: Progress = no_progress,
    ) -> Done[ExportRecord]:
        """Write one file with ``assignments`` for the assessors with these keys, all of them when none is named: with
        the instruments, the templates and whom to trust. An assignment without an id is given one.

        Raises ``InvalidInput`` when there is nobody or nothing to assign, ``NotFound``, ``StorageError``.
        """
        from gmsc_desktop.services.assigning import assignment_message, instruments_of, templates_of

        trust = trust_message(self._vault)
        approved = [member for member in self._members.list() if member.state is MemberState.APPROVED]
        chosen = [self._members.get(given) for given in fingerprints] if fingerprints else approved
        if not chosen or not assignments or any(member not in approved for member in chosen):
            raise InvalidInput(
                N_("There is nobody, or nothing, to assign."),
                kept=_UNCHANGED,
                cure=N_("Choose at least one region and one assessor who has a certificate."),
            )
        store = self._vault.store
        made = tuple(a if a.id else _with_id(a, self._ids.uuid7()) for a in assignments)
        instruments = instruments_of(InstrumentRepository(store), made)
        files = templates_of(store.blobs, templates)
        message = assignment_message(made, chosen, files, trust)
        record = post(
            self._vault,
            Kind.ASSIGNMENT,
            message,
            folder,
            passphrase,
            recipients=tuple(dict.fromkeys(member.recipient for member in chosen)),
            instruments=instruments,
            templates=files,
            progress=progress,
        )
        own = self._vault.certificate_fingerprint
        with store.writing():
            for assignment in made:
                self._assignments.put(assignment, issued_at=trust["issued_at"], office=own)
        return Done(record, Changed(frozenset({"export", "assignment"})))

    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment in this vault."""
        return self._assignments.list()

    def _visit(
        self, visit_id: str, revisions: tuple[ReceivedRevision, ...], decided: Mapping[str, datetime]
    ) -> OfficeVisit:
        found = lineage((revision.link for revision in revisions), self._rows.choices(visit_id))
        about = tuple(r for r in self._answers.reviews(visit_id) if r.content_hash == found.current)
        sources = {bundle.device for revision in revisions for bundle in self._rows.sources(revision.content_hash)}
        review = newest_review(about)
        state = state_said(review, decided.get(found.current))
        return OfficeVisit(visit_id, revisions, found, review, tuple(sorted(sources)), state)

    def _review(
        self, visit_id: str, decision: Decision, due: date | None, comments: tuple[Comment, ...]
    ) -> Done[Review]:
        root_of(self._vault)
        visit = self.visit(visit_id)
        if not visit.lineage.current:
            raise Refused(
                N_("Several contents of this visit stand against each other."),
                kept=_UNCHANGED,
                cure=N_("Decide first which of them goes on."),
            )
        review = Review(
            id=self._ids.uuid7(),
            visit_id=visit_id,
            content_hash=visit.lineage.current,
            decision=decision,
            at=self._later_than(visit_id),
            who=self._vault.profile.name,
            office=self._vault.certificate_fingerprint,
            due=due,
            comments=comments,
        )
        self._answers.add_review(review)
        return Done(review, Changed(frozenset({"review"}), frozenset({visit_id})))

    def _later_than(self, visit_id: str) -> datetime:
        """Now, or right after the last review when the clock runs behind it: the later word must count everywhere."""
        now = self._clock.now()
        last = max((review.at for review in self._answers.reviews(visit_id)), default=None)
        return now if last is None or now > last else last + timedelta(microseconds=1)

    def _receipts(self, visit: OfficeVisit, device: str) -> list[dict[str, str]]:
        found = []
        for revision in visit.revisions:
            sources = [b for b in self._rows.sources(revision.content_hash) if b.device == device]
            if sources:
                first = min(sources, key=lambda bundle: (bundle.received_at, bundle.sha256))
                found.append(
                    {
                        "visit_id": visit.visit_id,
                        "content_hash": revision.content_hash,
                        "bundle": first.sha256,
                        "at": stamp(first.received_at),
                    }
                )
        return found


def _with_id(assignment: Assignment, new: str) -> Assignment:
    from dataclasses import replace

    return replace(assignment, id=new)


def _told(review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "visit_id": review.visit_id,
        "content_hash": review.content_hash,
        "decision": review.decision.value,
        "at": stamp(review.at),
        "due": review.due.isoformat() if review.due else None,
        "who": review.who,
        "comments": [{"key": comment.key, "text": comment.text} for comment in review.comments],
    }
