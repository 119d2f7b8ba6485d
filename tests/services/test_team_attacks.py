"""A team bundle that is forged, passed on, replayed or badly meant changes nothing, and what it is gets named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.domain.merging import Author, Word, identified
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.receiving import Consent, FilePlan
from gmsc_desktop.services.trusting import exchange_identity
from gmsc_desktop.store.blobs import recipient_of
from gmsc_desktop.sync.bundle import BundleContent, write_bundle
from gmsc_desktop.sync.messages import write_message
from gmsc_desktop.sync.teamfile import Part, write_part
from tests.helpers import PASSPHRASE
from tests.services.helpers import PEOPLE, POLICY
from tests.services.team_kit import Team, two

AT = "2021-12-14T10:00:00+07:00"
Change = Callable[[BundleContent], BundleContent]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    (tmp_path / "stik").mkdir()
    made = Team(tmp_path)
    yield made
    for laptop in made.laptops:
        laptop.vault.close()


def forged(team: Team, who: Services, words: tuple[Word, ...] = (), **told: Any) -> Path:
    """A bundle by ``who`` with everything they know and a part of ``words``, whatever these say; ``told`` replaces
    what the part (``part_…``) or the message says, ``parts`` the list of parts."""
    rows, identity = who.team._rows, who.vault.signing_identity(PASSPHRASE)
    parts = [(part.data, part.signature) for part in rows.parts(team.visit)]
    lead = rows.lead(team.visit)
    at = who.clock.now()
    if words:
        own = [part for part in rows.parts(team.visit) if part.device == who.vault.device]
        part = Part(team.visit, author(who), len(own) + 1, own[-1].sha256 if own else "", at.isoformat(), words)
        part = replace(part, **{name[5:]: value for name, value in told.items() if name.startswith("part_")})
        signed = write_part(part, told.get("signer", identity), at)
        parts.append((signed.data, signed.signature))
    parts = told.get("parts", parts)
    from gmsc_desktop.domain.canonical import sha256_hex

    message = {
        "visit_id": told.get("visit", team.visit),
        "lead": told.get("lead", lead),
        "instrument": who.visits.get(team.visit).draft.instrument_hash,
        "sender": {
            "device": who.vault.device,
            "key": told.get("sender", who.vault.certificate_fingerprint),
            "recipient": recipient_of(exchange_identity(who.vault)),
        },
        "made_at": at.isoformat(),
        "parts": sorted(sha256_hex(data) for data, _signature in parts),
    }
    content = BundleContent(
        sender=who.visits.get(team.visit).draft.people[0],
        device=who.vault.device,
        sequence=0,
        visits=(),
        open_file=who.vault.store.blobs.open,
        kind="team",
        message=write_message("team", message),
        parts=tuple(parts),
        instruments=(),
    )
    path = team.root / "stik" / f"jahat-{at:%H%M%S}.gmsc"
    write_bundle(path, content, identity, at)
    return path


def author(who: Services) -> Author:
    return Author(who.vault.device, who.vault.certificate_fingerprint, who.vault.profile.name)


def word(team: Team, who: Services, place: str, value: str, **more: Any) -> Word:
    values = {"over": (), "clock": 90, "at": AT, **more}
    return identified(team.visit, Word("", author(who), place, value, **values))


def refused(team: Team, who: Services, path: Path, code: str) -> FilePlan:
    """Refused with ``code``; the vault of ``who`` says what it said before."""
    store = who.vault.store
    before = (store.journal.head(team.visit), len(who.team._rows.words(team.visit)))
    keys = tuple(laptop.vault.certificate_fingerprint for laptop in team.laptops)
    (plan,) = who.receiving.receive((path,), Consent(members=keys)).value.refused
    assert plan.refused is not None and plan.refused.code == code, plan.refused
    assert (store.journal.head(team.visit), len(who.team._rows.words(team.visit))) == before
    return plan


NO_PLACE = (
    ("a:/data/main/nothing#value", "x"),
    ("a:/data/main/policy#rahasia", "x"),
    ("a:/data/main/twice#value", "24"),
    ("a:/data/programme[0192]/title#value", "x"),
    ("a:/data/main/policy#note", "x" * 100_001),
    ("a:/data/main/policy#note", "kembali\x00nol"),
    ("i:/data/main[1]#position", "0"),
    ("i:/data/programme[../..]#position", "0"),
    ("i:/data/programme[a]#position", "-1"),
    ("i:/data/programme[a]#rahasia", "1"),
    ("e:bukan-uuid#caption", "x"),
    ("e:017db600-0009-78e9-88da-96394fe9b008#file", "{}"),
    ("p:eva", "Eva"),
    ("p:eva", '{"name":"Eva","nip":"","organisation":"","position":"x","role":"met","title":""}'),
    ("p:eva", '{"name":["Eva"],"nip":"","organisation":"","position":"1","role":"met","title":""}'),
    ("p:eva", '{"name":" Eva","nip":"1","organisation":"","position":"1","role":"met","title":""}'),
    ("v:rahasia", "x"),
    ("v:cycle_year", "99999"),
    ("v:dates", '{"end":"2021-12-01","start":"2021-12-13"}'),
    ("v:mode", "rahasia"),
    ("v:region", "{}"),
    ("x:tanpa", "x"),
    ("t:m:a b", "x"),
    ("t:m:abc", "{}"),
)


def test_what_has_no_place_in_the_visit_is_refused_whole(team: Team) -> None:
    sri, budi = two(team)
    team.give(budi, sri)
    for place, value in NO_PLACE:
        code = "team" if place.endswith("#file") else "content"
        plan = refused(team, sri, forged(team, budi, (word(team, budi, place, value),)), code)
        assert code == "team" or (plan.refused is not None and plan.refused.params["name"] == "Budi"), place


def test_nobody_speaks_for_somebody_else(team: Team) -> None:
    sri, budi = two(team)
    team.give(budi, sri)
    claimed = identified(team.visit, Word("", author(sri), f"a:{PEOPLE}#value", "99", (), 90, AT))
    path = forged(team, budi, (claimed,), part_author=author(sri))
    # The part names Sri's key and is signed with Budi's.
    plan = refused(team, sri, path, "team")
    assert sri.receiving.quarantine()[0].sha256 == plan.sha256


def test_a_changed_part_and_a_swapped_signature_are_refused(team: Team) -> None:
    sri, budi = two(team)
    team.answer(budi, PEOPLE, "12")
    team.write(budi)
    parts = [(part.data, part.signature) for part in budi.team._rows.parts(team.visit)]
    changed = [(data.replace(b'"l3"', b'"l4"'), signature) for data, signature in parts]
    assert changed != parts
    refused(team, sri, forged(team, budi, parts=changed), "team")
    swapped = [(parts[0][0], parts[1][1]), (parts[1][0], parts[0][1])]
    refused(team, sri, forged(team, budi, parts=swapped), "team")


def test_a_part_that_is_left_out_is_missed(team: Team) -> None:
    sri, budi = two(team)
    team.answer(budi, PEOPLE, "12")
    team.write(budi)
    team.answer(budi, PEOPLE, "13")
    team.write(budi)
    rows = budi.team._rows.parts(team.visit)
    own = [part for part in rows if part.device == budi.vault.device]
    kept = [(part.data, part.signature) for part in rows if part.sha256 != own[0].sha256]
    refused(team, sri, forged(team, budi, parts=kept), "incomplete")


def test_another_ketua_another_sender_another_visit_are_refused(team: Team) -> None:
    sri, budi = two(team)
    team.give(budi, sri)
    refused(team, sri, forged(team, budi, lead=budi.vault.certificate_fingerprint), "lead")
    refused(team, sri, forged(team, budi, sender=sri.vault.certificate_fingerprint), "contradicts")
    other = "017db600-0009-78e9-88da-96394fe9b009"
    refused(team, sri, forged(team, budi, visit=other), "contradicts")


def test_what_a_member_says_of_the_team_or_settles_counts_for_nothing(team: Team) -> None:
    sri, budi = two(team)
    team.give(budi, sri)
    view = sri.team.view(team.visit)
    assert view is not None
    heads = tuple(each.id for each in sri.team._rows.words(team.visit) if each.place == f"a:{POLICY}#value")
    team.answer(sri, POLICY, "l0")
    words = (
        word(team, budi, "t:s:/data/main", view.members[1].member.id),
        word(team, budi, f"a:{POLICY}#value", "l4", over=heads, reason="Menurut saya."),
    )
    path = forged(team, budi, words)
    keys = tuple(laptop.vault.certificate_fingerprint for laptop in team.laptops)
    assert len(sri.receiving.receive((path,), Consent(members=keys)).value.taken) == 1
    after = sri.team.view(team.visit)
    assert after is not None and all(not each.member.sections for each in after.members)
    assert team.says(sri, POLICY) == "l0" and len(after.open) == 1


def test_an_office_takes_no_team_bundle(team: Team, tmp_path: Path) -> None:
    from tests.services.exchange_kit import world

    sri, _budi = two(team)
    path = team.write(sri)
    with world(tmp_path / "dunia") as earth:
        (plan,) = earth.office.receiving.receive((path,)).value.refused
        assert plan.refused is not None and plan.refused.code == "role"
        assert earth.office.receiving.quarantine() == ()


def test_colleagues_of_one_office_are_known_without_comparing(team: Team, tmp_path: Path) -> None:
    from tests.services.exchange_kit import world

    with world(tmp_path / "dunia") as earth:
        sri, budi = earth.laptop("Sri"), earth.laptop("Budi")
        team.laptops, team.clock = [], earth.clock
        team.share(sri, "Budi")
        assert len(team.take(budi, team.write(sri), trusting=False).taken) == 1
        team.answer(budi, PEOPLE, "12")
        assert len(team.take(sri, team.write(budi), trusting=False).taken) == 1
        assert team.says(sri, PEOPLE) == "12"
        earth.office.enrolment.revoke(budi.vault.certificate_fingerprint, "Laptop hilang.")
        told = earth.office.office.answer(sri.vault.device, earth.stick, PASSPHRASE).value
        earth.take(sri, told.file_name)
        earth.clock.forward(days=1)
        team.answer(budi, PEOPLE, "99")
        (plan,) = team.take(sri, team.write(budi)).refused
        assert plan.refused is not None and plan.refused.code == "revoked"
        assert team.says(sri, PEOPLE) == "12"
