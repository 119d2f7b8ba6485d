"""A whole vault in one bundle, and back on another laptop: everything returns, nothing is overwritten or left half."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gmsc_desktop import cli
from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import (
    BundleError,
    Cancelled,
    GmscError,
    InvalidInput,
    Refused,
    VaultInUse,
    WrongPassphrase,
)
from gmsc_desktop.domain.teamwork import TeamMember
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.receiving import Consent
from gmsc_desktop.services.restoring import Key, Restored, interrupted, restore
from gmsc_desktop.services.vaults import check_vault, open_vault
from gmsc_desktop.sync import volumes
from tests.helpers import PASSPHRASE, SeededIds, files_below
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY, draft, write_instrument

NEW = "frasa baru untuk laptop baru"


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def back(earth: World, *paths: Path, name: str = "laptop-baru", key: Key | None = None, seed: int = 500) -> Restored:
    folder = earth.root / name
    return restore(tuple(paths), folder, key or Key(PASSPHRASE), clock=earth.clock, ids=SeededIds(seed))


def opened(earth: World, folder: Path, seed: int = 600) -> Services:
    ids = SeededIds(seed)
    services = build_services(open_vault(folder, PASSPHRASE, clock=earth.clock, ids=ids), clock=earth.clock, ids=ids)
    earth.laptops.append(services)
    return services


def backup(earth: World, laptop: Services, **more: object) -> Path:
    record = laptop.backup_bundles.write(earth.stick, PASSPHRASE, **more).value  # type: ignore[arg-type]
    return earth.stick / record.file_name


def test_everything_comes_back_and_the_journal_goes_on(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.send(laptop, visit_id)
    file = backup(earth, laptop)
    before = laptop.vault.store.journal.vault_head()[0]
    old = laptop.vault.device
    found = back(earth, file)
    assert found.findings == () and found.visits == 1 and found.files and found.documents == 1
    assert (found.former, found.owner) == (old, "Sri")
    again = opened(earth, found.folder)
    assert again.vault.device == found.device != old
    assert again.visits.get(visit_id) == laptop.visits.get(visit_id)
    assert [e.sha256 for e in again.evidence.list(visit_id)] == [e.sha256 for e in laptop.evidence.list(visit_id)]
    assert all(again.evidence.read(e.id) == laptop.evidence.read(e.id) for e in again.evidence.list(visit_id))
    assert again.documents.list(visit_id) == laptop.documents.list(visit_id)
    assert check_vault(again.vault, read_files=True) == ()
    assert again.vault.store.journal.vault_head()[0] > before - 1
    assert again.vault.store.journal.verify() is None
    assert again.vault.certificate_fingerprint == laptop.vault.certificate_fingerprint


def test_the_new_laptop_counts_its_own_bundles_and_hears_answers_to_the_old_one(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    sent = earth.send(laptop, visit_id)
    file = backup(earth, laptop)
    again = opened(earth, back(earth, file).folder)
    earth.take(earth.office, sent)
    answer = earth.office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value
    taken = earth.take(again, answer.file_name)
    assert taken.taken and not taken.refused
    assert again.sending.outbox().visits == ()
    record = again.exports.write((visit_id,), earth.stick, PASSPHRASE).value
    assert record.sequence == 1
    assert [each.sequence for each in again.exports.history()] == [1, 2, 1], "request and visit of the old, one new"
    received = earth.take(earth.office, record.file_name)
    assert received.taken
    assert [gap for gap in earth.office.receiving.gaps() if gap.missing] == []


def test_by_recovery_code_with_a_new_passphrase(earth: World, tmp_path: Path) -> None:
    laptop = earth.laptop()
    code = laptop.vault.new_recovery_code(PASSPHRASE)
    file = backup(earth, laptop)
    found = back(earth, file, key=Key(NEW, code))
    vault = open_vault(found.folder, NEW, clock=earth.clock, ids=SeededIds(3))
    vault.close()
    with pytest.raises(WrongPassphrase):
        open_vault(found.folder, PASSPHRASE, clock=earth.clock, ids=SeededIds(3))


def test_from_pieces_cut_while_they_are_written(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    whole = backup(earth, laptop)
    record = laptop.backup_bundles.write(earth.stick, PASSPHRASE, piece=volumes.SMALLEST, again=True).value
    pieces = sorted(earth.stick.glob(f"{record.file_name}.*"))
    assert len(pieces) == record.pieces > 1 and not (earth.stick / record.file_name).exists()
    assert all(path.stat().st_size <= volumes.SMALLEST for path in pieces)
    joined = subprocess.run(
        ["sh", "-c", f"cat {record.file_name}.* | sha256sum"], cwd=earth.stick, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert joined.stdout.split()[0] == record.sha256
    lost = pieces[1].rename(earth.root / "hilang")
    with pytest.raises(InvalidInput, match="2"):
        back(earth, pieces[0])
    lost.rename(pieces[1])
    whole.unlink()
    assert opened(earth, back(earth, pieces[0]).folder).visits.get(visit_id).id == visit_id


def test_from_a_copied_folder_that_is_left_as_it_was(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    with pytest.raises(VaultInUse):
        back(earth, laptop.vault.folder)
    copied = earth.root / "salinan"
    shutil.copytree(laptop.vault.folder, copied)
    (copied / "gmsc.lock").unlink()
    before = files_below(copied)
    found = back(earth, copied)
    assert found.made_at is None and found.findings == ()
    assert files_below(copied) == before
    assert opened(earth, found.folder).visits.get(visit_id).id == visit_id


def test_a_copy_without_a_file_says_which_one_is_missing(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    copied = earth.root / "salinan"
    shutil.copytree(laptop.vault.folder, copied)
    (copied / "gmsc.lock").unlink()
    next((copied / "evidence").glob("??/*.age")).unlink()
    found = back(earth, copied)
    assert len(found.findings) == 1 and found.folder.is_dir()


def test_nothing_is_overwritten(earth: World) -> None:
    laptop = earth.laptop()
    file = backup(earth, laptop)
    for name in ("laptop-1", "kantor", "stik"):
        before = files_below(earth.root / name)
        with pytest.raises(InvalidInput):
            back(earth, file, name=name)
        assert files_below(earth.root / name) == before


def test_a_backup_that_was_touched_is_refused_and_leaves_no_folder(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    file = backup(earth, laptop)
    data = file.read_bytes()
    for at in (100, len(data) // 2, len(data) - 30):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(BundleError):
            back(earth, file)
    file.write_bytes(data[:-1])
    with pytest.raises(BundleError):
        back(earth, file)
    file.write_bytes(data)
    with pytest.raises(WrongPassphrase):
        back(earth, file, key=Key("bukan frasa yang benar"))
    assert [path.name for path in earth.root.iterdir() if "laptop-baru" in path.name] == []


def test_the_vault_of_another_signed_by_somebody_else_is_refused(earth: World, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop, thief = earth.laptop(), earth.laptop("Budi")
    identity = thief.vault.signing_identity(PASSPHRASE)
    monkeypatch.setattr(laptop.vault, "signing_identity", lambda _passphrase: identity)
    file = backup(earth, laptop)
    with pytest.raises(BundleError, match="another key"):
        back(earth, file)
    assert not (earth.root / "laptop-baru").exists()


def test_other_bundles_are_no_backup_and_a_backup_is_no_message(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    file = backup(earth, laptop)
    taken = earth.take(earth.office, file.name)
    assert [plan.refused.code for plan in taken.refused if plan.refused] == ["backup"]
    assert earth.office.receiving.quarantine() == ()
    plain = laptop.enrolment.request(earth.stick, PASSPHRASE).value
    for name in (plain.file_name, earth.send(laptop, visit_id)):
        with pytest.raises(BundleError, match="no backup"):
            back(earth, earth.stick / name)
    with pytest.raises(InvalidInput, match="several"):
        back(earth, earth.stick)


def test_nothing_new_writes_no_second_backup_unless_wanted(earth: World) -> None:
    laptop = earth.laptop()
    first = backup(earth, laptop)
    with pytest.raises(Refused):
        backup(earth, laptop)
    assert backup(earth, laptop, again=True) != first
    first.unlink()
    earth.visit(laptop)
    assert laptop.backup_bundles.lying_there(earth.stick) is None
    assert backup(earth, laptop).is_file()


def test_a_restore_that_stops_leaves_nothing_half(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    file = backup(earth, laptop)
    whole = 0

    def count(_done: int, _total: int, _text: str = "") -> None:
        nonlocal whole
        whole += 1

    restore((file,), earth.root / "coba", Key(PASSPHRASE), clock=earth.clock, ids=SeededIds(1), progress=count)
    for stop in range(0, whole, max(1, whole // 6)):
        left = stop

        def halt(_done: int, _total: int, _text: str = "") -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Cancelled

        with pytest.raises(GmscError):
            restore((file,), earth.root / "baru", Key(PASSPHRASE), clock=earth.clock, ids=SeededIds(1), progress=halt)
        assert [path.name for path in earth.root.iterdir() if "baru" in path.name] == []


def test_the_next_start_says_what_a_crash_cut_short(earth: World) -> None:
    laptop = earth.laptop()
    file = backup(earth, laptop)
    staging = earth.root / ".baru.gmsc-restore"
    staging.mkdir()
    (staging / "restore.json").write_text('{"source": "cadangan.gmsc", "began_at": "2026-03-02T10:00:00+07:00"}')
    (staging / "gmsc.db").write_bytes(b"half")
    (told,) = interrupted((earth.root, earth.root))
    assert (told.folder, told.source) == (earth.root / "baru", "cadangan.gmsc") and told.began_at is not None
    assert not staging.exists() and interrupted((earth.root,)) == ()
    assert back(earth, file, name="baru").findings == ()
    assert interrupted((earth.root,)) == ()


def test_the_quarantine_comes_back_too(earth: World) -> None:
    laptop = earth.laptop()
    (earth.stick / "rusak.gmsc").write_bytes(b"tidak terbaca")
    laptop.receiving.receive((earth.stick / "rusak.gmsc",))
    (kept,) = laptop.receiving.quarantine()
    again = opened(earth, back(earth, backup(earth, laptop)).folder)
    assert again.receiving.quarantine() == (kept,)
    path = again.vault.folder / "quarantine" / f"{kept.sha256}.gmsc"
    assert path.read_bytes() == b"tidak terbaca"


def test_public_tools_open_it(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    file = backup(earth, laptop)
    out = earth.root / "dibuka"
    out.mkdir()
    subprocess.run(["unzip", "-tq", file], check=True, capture_output=True)
    subprocess.run(["unzip", "-q", file, "-d", out], check=True, capture_output=True)
    bag = out / "bag"
    assert (bag / "data/vault/gmsc.db").is_file() and (bag / "data/vault/keys.json").is_file()
    import pyrage

    from gmsc_desktop.services.vaults import AGE_IDENTITY

    own = pyrage.x25519.Identity.from_str(laptop.vault.store.settings.get(AGE_IDENTITY))
    for path in (bag / "data/vault/evidence").iterdir():
        import hashlib

        plain = pyrage.decrypt(path.read_bytes(), [own])
        assert hashlib.sha256(plain).hexdigest() == path.stem


def test_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with world(tmp_path) as earth:
        laptop = earth.laptop()
        visit_id = earth.visit(laptop)
        code = laptop.vault.new_recovery_code(PASSPHRASE)
    frasa, kode = tmp_path / "frasa.txt", tmp_path / "kode.txt"
    frasa.write_text(PASSPHRASE)
    kode.write_text(code)
    own = ("--passphrase-file", str(frasa), "--vault")

    def run(*arguments: str, code: int = 0) -> str:
        assert cli.run(list(arguments)) == code, capsys.readouterr()
        return capsys.readouterr().out

    first = run("backup", *own, str(tmp_path / "laptop-1"), "--to", str(tmp_path / "stik")).split("\t")[0]
    run("backup", *own, str(tmp_path / "laptop-1"), "--to", str(tmp_path / "stik"), code=1)
    assert "visits\t1" in run("bring-back", first, *own, str(tmp_path / "baru"))
    assert visit_id in run("visits", *own, str(tmp_path / "baru"))
    run("bring-back", first, *own, str(tmp_path / "baru"), code=1)
    run("bring-back", str(tmp_path / "baru"), *own, str(tmp_path / "lagi"), "--recovery-file", str(kode))
    assert visit_id in run("visits", *own, str(tmp_path / "lagi"))


def test_evidence_is_read_for_its_hash_once_only_and_never_believed_blindly(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    backup(earth, laptop)
    seals = laptop.vault.folder / "backups" / "sealed.json"
    told = json.loads(seals.read_text())
    assert set(told) == {path.name for path in (laptop.vault.folder / "evidence").glob("??/*.age")}
    name = next(iter(told))
    seals.write_text(json.dumps({**told, name: [*told[name][:2], "0" * 64]}))
    before = sorted(earth.stick.iterdir())
    with pytest.raises(BundleError):
        backup(earth, laptop, again=True)
    assert sorted(earth.stick.iterdir()) == before
    assert back(earth, backup(earth, laptop, again=True)).findings == ()
    seals.write_bytes(b"[")
    assert backup(earth, laptop, again=True).is_file()


def test_what_a_lost_laptop_said_to_its_team_and_never_sent_is_said_by_the_new_one(earth: World) -> None:
    laptop, colleague = earth.laptop(), earth.laptop("Budi")
    small = laptop.instruments.install(write_instrument(earth.root)).value.hash
    visit_id = laptop.visits.create(draft(small)).value.id
    request = TeamMember("", "Budi", "", "Asesor", "Universitas Contoh", colleague.vault.certificate_fingerprint)
    laptop.team.start(visit_id, (request,))
    laptop.answers.set(visit_id, POLICY, Facet.VALUE, "l3")
    file = backup(earth, laptop)
    again = opened(earth, back(earth, file).folder)
    written = again.team.write(visit_id, earth.stick, PASSPHRASE).value
    taken = colleague.receiving.receive(
        (earth.stick / written.file_name,), Consent(PASSPHRASE, again.vault.certificate_fingerprint)
    ).value
    assert taken.taken, taken.refused
    assert colleague.visits.open(visit_id).session.sheet().cells[(POLICY, Facet.VALUE)] == "l3"


def test_an_office_comes_back_with_its_root(earth: World) -> None:
    file = backup(earth, earth.office)
    again = opened(earth, back(earth, file).folder)
    laptop = earth.laptop(enrol=False)
    request = laptop.enrolment.request(earth.stick, PASSPHRASE).value
    earth.take(again, request.file_name)
    key = laptop.vault.certificate_fingerprint
    again.enrolment.approve(key, PASSPHRASE)
    answer = again.enrolment.answer(key, earth.stick, PASSPHRASE).value
    taken = laptop.receiving.receive((earth.stick / answer.file_name,), Consent(PASSPHRASE, earth.fingerprint)).value
    assert taken.taken and laptop.vault.chain
