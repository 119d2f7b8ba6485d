"""Merging by question: a union of what was said, so any order, repetition or subset ends the same; nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.merging import Author, Word, identified, merge, said_over, unsaid

VISIT = "017db600-0009-78e9-88da-96394fe9b008"
LEAD = "k0"
PLACES = ("a:/data/a#value", "a:/data/b#note", "v:place")


@dataclass
class Laptop:
    """One laptop of a team: what it heard, and what stands on it."""

    author: Author
    heard: dict[str, Word] = field(default_factory=dict)
    local: dict[str, str] = field(default_factory=dict)

    def say(self) -> None:
        for word in unsaid(self.heard.values(), LEAD, VISIT, self.local, self.author, {}, "2026-03-01T10:00:00+07:00"):
            self.heard[word.id] = word

    def hear(self, words: dict[str, Word]) -> None:
        self.say()
        self.heard |= words
        self.local = dict(merge(self.heard.values(), LEAD).values)

    def settle(self, place: str, value: str) -> None:
        self.say()
        merged = merge(self.heard.values(), LEAD)
        over = tuple(sorted(word.id for word in merged.heads.get(place, ())))
        clock = 1 + max((word.clock for word in self.heard.values()), default=0)
        word = identified(VISIT, Word("", self.author, place, value, over, clock, "", reason="Sebab."))
        self.heard[word.id] = word
        self.local = dict(merge(self.heard.values(), LEAD).values)


WRITE = st.tuples(st.just("write"), st.integers(0, 2), st.sampled_from(PLACES), st.sampled_from(["", "l0", "l3", "l4"]))
SEND = st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 2), st.just(""))
KEEP = st.tuples(st.just("keep"), st.integers(0, 2), st.just(""), st.just(""))
OLD = st.tuples(st.just("old"), st.integers(0, 30), st.integers(0, 2), st.just(""))
SETTLE = st.tuples(st.just("settle"), st.just(0), st.sampled_from(PLACES[:2]), st.sampled_from(["l0", "l4"]))
HISTORY = st.lists(st.one_of(WRITE, SEND, KEEP, OLD, SETTLE), max_size=25)


def played(history: list[tuple[str, int, object, str]]) -> list[Laptop]:
    """The laptops after ``history``: written on, sent between, files kept and taken in again later."""
    laptops = [Laptop(Author(f"d{n}", f"k{n}", f"n{n}")) for n in range(3)]
    files: list[dict[str, Word]] = []
    for what, one, two, value in history:
        if what == "write":
            laptops[one].local[str(two)] = value
        elif what == "settle":
            laptops[0].settle(str(two), value)
        elif what == "old":
            if files:
                laptops[int(str(two))].hear(files[one % len(files)])
        else:
            laptops[one].say()
            files.append(dict(laptops[one].heard))
            if what == "send":
                laptops[int(str(two))].hear(files[-1])
    return laptops


@given(HISTORY, st.randoms(use_true_random=False))
def test_every_history_ends_the_same_on_all_laptops(history: list, random: object) -> None:  # type: ignore[type-arg]
    laptops = played(history)
    for each in laptops:
        each.say()
    everything: dict[str, Word] = {}
    for each in laptops:
        everything |= each.heard
    order = list(everything.values())
    random.shuffle(order)  # type: ignore[attr-defined]
    expected = merge(order, LEAD)
    for number, each in enumerate(laptops):
        others = [other for at, other in enumerate(laptops) if at != number]
        random.shuffle(others)  # type: ignore[attr-defined]
        for other in (*others, *others):
            each.hear(dict(other.heard))
        assert merge(each.heard.values(), LEAD) == expected == merge((*order, *order), LEAD)
        assert each.local == expected.values


@given(HISTORY)
def test_what_stands_was_said_and_what_was_said_is_kept(history: list) -> None:  # type: ignore[type-arg]
    for each in played(history):
        before = dict(each.local)
        each.say()
        merged = merge(each.heard.values(), LEAD)
        # Saying what stands changes nothing of what stands, but where the team disagrees and the ketua's word goes on.
        opened = {found.place for found in merged.open}
        for place in {*before, *merged.values}:
            if place not in opened:
                assert merged.values.get(place, "") == before.get(place, "")
        for place, value in merged.values.items():
            assert value in {word.value for word in each.heard.values() if word.place == place}
        for found in merged.open:
            assert found.place.startswith("a:") and len({word.value for word in found.heads}) > 1


def word(who: int, value: str, *over: Word, place: str = PLACES[0], clock: int = 1, reason: str = "") -> Word:
    ids = tuple(sorted(each.id for each in over))
    author = Author(f"d{who}", f"k{who}", f"n{who}")
    return identified(VISIT, Word("", author, place, value, ids, clock, "", reason))


def test_whoever_saw_the_others_word_replaces_it_and_whoever_did_not_disagrees() -> None:
    first = word(0, "l3")
    seen = word(1, "l4", first, clock=2)
    assert dict(merge([first, seen], LEAD).values) == {PLACES[0]: "l4"} and not merge([first, seen], LEAD).open
    unseen = word(1, "l4")
    (found,) = merge([first, unseen], LEAD).open
    assert [each.value for each in found.heads] == ["l3", "l4"]
    assert merge([first, unseen], LEAD).values[PLACES[0]] == "l3"


def test_only_the_ketua_puts_others_aside() -> None:
    first, other = word(0, "l3"), word(1, "l4")
    meddling = word(2, "l0", first, other, clock=2)
    assert {each.value for each in merge([first, other, meddling], LEAD).open[0].heads} == {"l3", "l4", "l0"}
    claimed = word(2, "l0", first, other, clock=2, reason="Menurut saya.")
    assert len(merge([first, other, claimed], LEAD).open[0].heads) == 3
    settled = word(0, "l4", first, other, clock=2, reason="Bukti lengkap.")
    assert not merge([first, other, settled], LEAD).open
    late = word(1, "l0", other, clock=2)
    assert {each.value for each in merge([first, other, settled, late], LEAD).open[0].heads} == {"l4", "l0"}


def test_a_settlement_taken_back_is_open_again() -> None:
    first, other = word(0, "l3"), word(1, "l4")
    settled = word(0, "l4", first, other, clock=2, reason="Bukti lengkap.")
    back = identified(VISIT, Word("", first.author, PLACES[0], "", (), 3, "", takes_back=settled.id))
    assert len(merge([first, other, settled, back], LEAD).open) == 1
    forged = identified(VISIT, Word("", other.author, PLACES[0], "", (), 3, "", takes_back=settled.id))
    assert not merge([first, other, settled, forged], LEAD).open


def test_only_the_ketua_speaks_of_the_team_and_elsewhere_the_latest_stands() -> None:
    mine, theirs = word(0, "x", place="t:s:/data/a"), word(1, "y", place="t:s:/data/a", clock=9)
    assert merge([mine, theirs], LEAD).values == {"t:s:/data/a": "x"}
    one, later = word(0, "Balai Kota", place="v:place"), word(1, "Pendhapi", place="v:place", clock=2)
    merged = merge([one, later], LEAD)
    assert merged.values == {"v:place": "Pendhapi"} and not merged.open
    assert said_over(merged.heads["v:place"], one.author) == tuple(sorted((one.id, later.id)))
