"""Named texts, each change in the journal, secrets never."""

from __future__ import annotations

from gmsc_desktop.store.journal import VAULT_CHAIN, Journal
from gmsc_desktop.store.settings import Settings


def test_a_setting_is_kept_and_journalled(journal: Journal) -> None:
    settings = Settings(journal)
    assert settings.get("kota") == ""
    assert settings.get("kota", "Medan") == "Medan"
    settings.set("kota", "Surakarta")
    settings.set("kota", "Surakarta")
    settings.set("kota", "")
    assert settings.get("kota", "Medan") == ""
    told = [(entry.before_row, entry.after_row) for entry in journal.entries(VAULT_CHAIN)]
    assert told == [(None, {"value": "Surakarta"}), ({"value": "Surakarta"}, {"value": ""})]


def test_a_secret_never_enters_the_journal(journal: Journal) -> None:
    Settings(journal).set("age_identity", "AGE-SECRET-KEY-1RAHASIA")
    Settings(journal).set("age_identity", "AGE-SECRET-KEY-1LAIN")
    assert Settings(journal).get("age_identity") == "AGE-SECRET-KEY-1LAIN"
    assert "SECRET" not in "".join(f"{entry.before}{entry.after}" for entry in journal.entries(VAULT_CHAIN))
    assert len(journal.entries(VAULT_CHAIN)) == 2
