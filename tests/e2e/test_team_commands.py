"""Two people share a visit from two shells: start, assign, write, receive, disagree, settle."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmsc_desktop.cli import run
from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE, FixedClock
from tests.services.exchange_kit import open_services
from tests.services.helpers import BUDGET, PEOPLE, draft, write_instrument


def again(folder: Path) -> Services:
    clock, ids = SystemClock(), SystemIds()
    return build_services(open_vault(folder, PASSPHRASE, clock=clock, ids=ids), clock=clock, ids=ids)


def answer(folder: Path, visit: str, key: str, value: str) -> None:
    services = again(folder)
    services.answers.set(visit, key, Facet.VALUE, value)
    services.vault.close()


def test_a_visit_is_shared_and_settled_from_the_shell(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one, other, stick = tmp_path / "sri", tmp_path / "budi", tmp_path / "stik"
    stick.mkdir()
    secret = tmp_path / "sandi.txt"
    secret.write_text(PASSPHRASE)
    made = open_services(one, "Sri", 31, FixedClock())
    small = made.instruments.install(write_instrument(tmp_path)).value.hash
    visit = made.visits.create(draft(small)).value.id
    key = made.vault.certificate_fingerprint
    made.vault.close()
    theirs = open_services(other, "Budi", 32, FixedClock())
    their_key = theirs.vault.certificate_fingerprint
    theirs.vault.close()

    def said(vault: Path, *words: object, code: int = 0) -> str:
        capfd.readouterr()
        login = ("--vault", str(vault), "--passphrase-file", str(secret))
        found = run([*map(str, words), *login])
        out, err = capfd.readouterr()
        assert found == code, out + err
        return out

    def written(vault: Path) -> Path:
        return Path(said(vault, "team", "write", visit, "--to", stick).split("\t")[0])

    shown = said(one, "team", "start", visit, "--member", "Budi")
    assert f"lead\tSri\t{key}" in shown and "member\tBudi\t\t" in shown and "free\t/data/main" in shown
    shown = said(one, "team", "assign", visit, "--section", "/data/main=Budi")
    assert "free\t/data/programme" in shown and "\t/data/main" in shown
    path = written(one)
    plan = said(other, "receive", path, "--plan")
    assert "\tasked\tteam_key" in plan and key in plan and "\tnew\tvisit" in plan
    assert "--trust-member" in said(other, "receive", path, code=1)
    said(other, "receive", path, "--trust-member", key)
    answer(one, visit, BUDGET, "l3")
    answer(other, visit, BUDGET, "l4")
    answer(other, visit, PEOPLE, "12")
    path = written(other)
    assert path.read_bytes().startswith(b"age-encryption.org/")
    said(one, "receive", path, "--trust-member", their_key)
    assert f"open\t{BUDGET}\tvalue\tSri=l3\tBudi=l4" in said(one, "team", "show", visit)
    said(one, "team", "settle", visit, BUDGET, "--value", "l4", "--reason", "Bukti lengkap.")
    assert "known\tteam" in said(one, "receive", path)
    said(other, "receive", written(one))
    shown = said(other, "team", "show", visit)
    assert "open\t" not in shown and "member\tBudi\t" + their_key in shown and "unsent\t0" in shown
    for folder in (one, other):
        services = again(folder)
        sheet = services.visits.open(visit).session.sheet()
        assert (sheet.get(BUDGET), sheet.get(PEOPLE)) == ("l4", "12")
        services.vault.close()
