"""The journal's chains, and that a change made past them is found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.store.journal import HASHED, VAULT_CHAIN, Journal, all_entries, entry_hash, first_break, vault_hash
from tests.helpers import FixedClock, SeededIds
from tests.store.conftest import write_rows


def unprotected(journal: Journal, statement: str) -> None:
    """Change the journal as someone with the key and another program could."""
    for name in ("journal_no_update", "journal_no_delete"):
        journal.db.conn.execute(f"DROP TRIGGER IF EXISTS {name}")
    journal.db.conn.execute(statement)


def test_a_row_tells_who_when_where_and_what(journal: Journal) -> None:
    with journal.writing():
        first = journal.write("answer", "a#value", None, {"value": "3"}, "visit-1")
        second = journal.write("answer", "a#value", {"value": "3"}, None, "visit-1", undoes=first.id)
    assert (first.seq, first.chain_seq, first.prev_hash, first.before, first.after) == (1, 1, "", None, '{"value":"3"}')
    assert (second.seq, second.chain_seq, second.prev_hash, second.undoes) == (2, 2, first.hash, first.id)
    assert (first.who, first.device, first.tbl, first.key) == ("Dr. Sri Wahyuni, M.T.", "laptop", "answer", "a#value")
    assert first.at == "2021-12-14T09:30:01+07:00"
    assert first.moment.utcoffset() is not None
    assert first.after_row == {"value": "3"}
    assert second.after_row is None
    assert journal.find(second.id, second.chain) == second
    assert journal.find("nothing", VAULT_CHAIN) is None


def test_the_rule_of_the_hashes_as_documented(journal: Journal) -> None:
    with journal.writing():
        one = journal.write("setting", "kota", None, {"value": "Surakarta"}, "vault")
        two = journal.write("answer", "a#value", None, {"value": "3"}, "visit-1")
    for entry in (one, two):
        covered = {name: getattr(entry, name) for name in HASHED}
        assert entry.hash == sha256_hex(canonical_bytes(covered)) == entry_hash(covered)
    assert one.vault_hash == sha256_hex(one.hash.encode())
    assert two.vault_hash == sha256_hex((one.vault_hash + two.hash).encode()) == vault_hash(one.vault_hash, two.hash)
    assert journal.head("visit-1") == (1, two.hash)
    assert journal.vault_head() == (2, two.vault_hash)
    assert journal.head("visit-2") == (0, "")


def test_chains_run_beside_each_other(journal: Journal) -> None:
    for number in range(6):
        with journal.writing():
            journal.write("answer", str(number), None, {"value": "x"}, f"visit-{number % 2}")
    assert [entry.key for entry in journal.entries("visit-1")] == ["1", "3", "5"]
    assert [entry.key for entry in journal.entries("visit-1", newest_first=True, limit=2)] == ["5", "3"]
    lines = [json.loads(line) for line in journal.lines("visit-0").splitlines()]
    assert [line["chain_seq"] for line in lines] == [1, 2, 3]
    assert all(line["hash"] == entry_hash(line) for line in lines)
    assert "seq" not in lines[0]
    assert journal.verify() is None


def test_outside_a_transaction_nothing_is_journalled(journal: Journal) -> None:
    with pytest.raises(RuntimeError):
        journal.write("setting", "a", None, {"value": "1"}, "vault")


def test_what_is_rolled_back_never_was(journal: Journal) -> None:
    write_rows(journal, 3)
    with pytest.raises(ZeroDivisionError), journal.writing():
        journal.write("setting", "a", None, {"value": "1"}, "vault")
        with journal.writing():
            journal.write("setting", "b", None, {"value": "1"}, "visit-1")
        raise ZeroDivisionError
    with journal.writing():
        journal.write("setting", "c", None, {"value": "1"}, "vault")
        with pytest.raises(ZeroDivisionError), journal.writing():
            journal.write("setting", "d", None, {"value": "1"}, "vault")
            raise ZeroDivisionError
        journal.write("setting", "e", None, {"value": "1"}, "vault")
    assert [entry.key for entry in journal.entries("vault")] == ["k00000", "k00001", "k00002", "c", "e"]
    assert journal.verify() is None


def test_a_journal_opened_again_goes_on_where_it_was(journal: Journal, clock: FixedClock, ids: SeededIds) -> None:
    write_rows(journal, 3)
    again = Journal(journal.db, clock, ids, device="laptop", who="x")
    with again.writing():
        entry = again.write("setting", "a", None, {"value": "1"}, "vault")
    assert (entry.seq, entry.chain_seq) == (4, 4)
    assert again.verify() is None


@pytest.mark.parametrize(
    ("statement", "seq", "what"),
    [
        ('UPDATE journal SET after = \'{"value":"4"}\' WHERE seq = 3', 3, "content"),
        ("UPDATE journal SET who = 'orang lain' WHERE seq = 3", 3, "content"),
        ("UPDATE journal SET at = '2020-01-01T00:00:00+07:00' WHERE seq = 3", 3, "content"),
        ("UPDATE journal SET undoes = id WHERE seq = 3", 3, "content"),
        ("UPDATE journal SET prev_hash = '' WHERE seq = 3", 3, "chain"),
        ("UPDATE journal SET vault_hash = hash WHERE seq = 3", 3, "vault"),
        ("DELETE FROM journal WHERE seq = 3", 4, "order"),
        ("DELETE FROM journal WHERE seq = 1", 2, "order"),
        ("UPDATE journal SET chain = 'visit-9', chain_seq = 1 WHERE seq = 3", 3, "chain"),
        ("UPDATE journal SET chain_seq = -chain_seq WHERE seq = 3", 3, "order"),
    ],
)
def test_a_change_past_the_program_is_found(journal: Journal, statement: str, seq: int, what: str) -> None:
    write_rows(journal, 6)
    unprotected(journal, statement)
    found = journal.verify()
    assert found is not None
    assert (found.seq, found.what) == (seq, what)


def test_the_newest_rows_cut_off_shorten_the_vault_head(journal: Journal) -> None:
    """A chain alone cannot tell that its end is missing; the vault-wide head that travels along does."""
    write_rows(journal, 6)
    head = journal.vault_head()
    unprotected(journal, "DELETE FROM journal WHERE seq = 6")
    assert journal.verify() is None
    assert Journal(journal.db, FixedClock(), SeededIds(), device="", who="").vault_head() != head


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=5)), min_size=2, max_size=12),
    place=st.integers(min_value=0),
    field=st.sampled_from(["key", "before", "after", "who", "at", "hash", "prev_hash"]),
)
def test_any_changed_field_breaks_the_chain(steps: list[tuple[str, str]], place: int, field: str) -> None:
    entries = chain(steps)
    assert first_break(iter(entries)) is None
    number = place % len(entries)
    changed = list(entries)
    value = getattr(entries[number], field)
    changed[number] = type(entries[number])(
        **{name: getattr(entries[number], name) for name in entries[number].__dataclass_fields__}
        | {field: f"{value}x" if value else "x"}
    )
    assert first_break(iter(changed)) is not None


def chain(steps: list[tuple[str, str]]) -> list[Any]:
    """A journal in memory with one row for each step: which chain, and the new value."""
    from sqlite_utils import Database

    from gmsc_desktop.store import schema
    from gmsc_desktop.store.database import driver

    db = Database(driver().connect(":memory:", isolation_level=None), strict=True)
    schema.apply(db, schema.migrations())
    journal = Journal(db, FixedClock(), SeededIds(), device="laptop", who="x")
    for name, value in steps:
        with journal.writing():
            journal.write("answer", "k", None, {"value": value}, name)
    entries = list(all_entries(db.conn))
    db.conn.close()
    return entries
