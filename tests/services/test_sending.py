"""Sending what is not safe yet, whole or in pieces that wait for each other, and the same from the shell."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from gmsc_desktop import cli
from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.visit import Role
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.sync import volumes
from tests.helpers import PASSPHRASE, FixedClock, SeededIds
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY, draft, write_instrument


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def test_what_is_safe_is_not_sent_again(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    assert [row.visit.id for row in laptop.sending.outbox().visits] == [visit_id]
    sent = laptop.sending.send(earth.stick, PASSPHRASE).value
    assert laptop.sending.outbox().visits, "written is not yet safe"
    earth.take(earth.office, sent.files[0].name)
    earth.answer(laptop)
    assert laptop.sending.outbox().visits == ()
    with pytest.raises(InvalidInput):
        laptop.sending.send(earth.stick, PASSPHRASE)
    assert laptop.sending.send(earth.stick, PASSPHRASE, everything=True).value.files


def test_what_lies_there_already_is_not_written_once_more(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    first = laptop.sending.send(earth.stick, PASSPHRASE).value
    path = first.files[0]
    before = path.stat().st_mtime_ns
    again = laptop.sending.send(earth.stick, PASSPHRASE)
    assert (again.value.record.again, again.value.files) == (True, first.files)
    assert again.changed.kinds == frozenset() and path.stat().st_mtime_ns == before
    assert len([record for record in laptop.exports.history() if record.visits]) == 1
    # Elsewhere, with something more, or when the file is not what it was, it is written.
    other = earth.root / "stik-lain"
    other.mkdir()
    assert not laptop.sending.send(other, PASSPHRASE).value.record.again
    assert not laptop.sending.send(earth.stick, PASSPHRASE).value.record.again
    newest = laptop.sending.send(earth.stick, PASSPHRASE).value
    assert newest.record.again
    data = bytearray(newest.files[0].read_bytes())
    data[-1] ^= 1
    newest.files[0].write_bytes(bytes(data))
    assert not laptop.sending.send(earth.stick, PASSPHRASE).value.record.again
    earth.visit(laptop)
    assert len(laptop.sending.send(earth.stick, PASSPHRASE).value.record.visits) == 2


def test_pieces_wait_for_the_missing_ones(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    sent = laptop.sending.send(earth.stick, PASSPHRASE, piece=volumes.SMALLEST).value
    assert len(sent.files) > 1 and not (earth.stick / sent.record.file_name).exists()
    assert all(path.stat().st_size <= volumes.SMALLEST for path in sent.files)
    received = earth.office.receiving.receive(sent.files[1:]).value
    (waits,) = received.waiting
    assert (waits.name, waits.count, waits.missing) == (sent.record.file_name, len(sent.files), (1,))
    assert received.taken == () and earth.office.receiving.quarantine() == ()
    received = earth.office.receiving.receive((sent.files[0],)).value
    assert [plan.sha256 for plan in received.taken] == [sent.record.sha256]
    assert list((earth.office.vault.folder / "waiting").iterdir()) == []
    assert len(earth.office.office.visits()) == 1


def test_pieces_put_together_by_hand_are_the_bundle(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    sent = laptop.sending.send(earth.stick, PASSPHRASE, piece=volumes.SMALLEST).value
    count = f"{len(sent.files):03d}"
    command = f"cat {sent.record.file_name}.*-{count} | sha256sum"
    done = subprocess.run(["sh", "-c", command], cwd=earth.stick, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == sent.record.sha256


def test_a_piece_of_something_else_makes_no_bundle(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    sent = laptop.sending.send(earth.stick, PASSPHRASE, piece=volumes.SMALLEST).value
    sent.files[0].write_bytes(b"x" * volumes.SMALLEST)
    received = earth.office.receiving.receive((earth.stick,)).value
    assert [plan.sha256 for plan in received.refused if plan.path.name == sent.record.file_name]
    assert earth.office.office.visits() == ()
    assert list((earth.office.vault.folder / "waiting").iterdir()) == []


def test_too_small_pieces_are_refused_and_nothing_is_written(earth: World) -> None:
    laptop = earth.laptop()
    earth.visit(laptop)
    before = sorted(earth.stick.iterdir())
    with pytest.raises(InvalidInput):
        laptop.sending.send(earth.stick, PASSPHRASE, piece=10)
    assert sorted(earth.stick.iterdir()) == before


def test_pieces_that_wait_are_named_in_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with world(tmp_path) as earth:
        laptop = earth.laptop()
        earth.visit(laptop)
        first, *_rest = laptop.sending.send(earth.stick, PASSPHRASE, piece=volumes.SMALLEST).value.files
    (tmp_path / "frasa.txt").write_text(PASSPHRASE)
    office = ("--vault", str(tmp_path / "kantor"), "--passphrase-file", str(tmp_path / "frasa.txt"))
    assert cli.run(["office", "receive", *office, str(first)]) == 0
    received = capsys.readouterr().out
    assert received.startswith("waiting\t") and "masih kurang: 2" in received
    assert cli.run(["office", "status", *office]) == 0
    assert received in capsys.readouterr().out


@contextmanager
def reopened(folder: Path) -> Iterator[Services]:
    clock, ids = FixedClock(), SeededIds(99)
    vault = open_vault(folder, PASSPHRASE, clock=clock, ids=ids)
    try:
        yield build_services(vault, clock=clock, ids=ids)
    finally:
        vault.close()


def test_drafts_that_lie_here_only_are_named_when_nothing_is_signed(earth: World) -> None:
    laptop = earth.laptop()
    small = laptop.instruments.install(write_instrument(earth.root)).value.hash
    laptop.answers.set(laptop.visits.create(draft(small)).value.id, POLICY, Facet.VALUE, "l3")
    with pytest.raises(InvalidInput, match="drafts whose newest state"):
        laptop.sending.send(earth.stick, PASSPHRASE)


def test_the_whole_exchange_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Vaults as the tests make them, everything else by commands, as an office would script it."""
    with world(tmp_path) as earth:
        laptop = earth.laptop(enrol=False)
        visit_id = earth.visit(laptop)
        key, device = laptop.vault.certificate_fingerprint, laptop.vault.device
        root, content = earth.fingerprint, laptop.visits.get(visit_id).content_hash
        index = next(row.index for row in laptop.visits.list())
    frasa = tmp_path / "frasa.txt"
    frasa.write_text(PASSPHRASE)
    office = ("--vault", str(tmp_path / "kantor"), "--passphrase-file", str(frasa))
    own = ("--vault", str(tmp_path / "laptop-1"), "--passphrase-file", str(frasa))
    stick = tmp_path / "tongkat"
    stick.mkdir()

    def run(*arguments: str, code: int = 0) -> str:
        assert cli.run(list(arguments)) == code, capsys.readouterr()
        return capsys.readouterr().out

    regions = ("--region", "33.72", "--region", "35.71")
    again = ("office", "assign", *office, *regions, "--year", "2031", "--stage", "Tahap 1", "--to", str(stick))

    def file(output: str) -> str:
        return next(line.split("\t")[0] for line in output.splitlines() if ".gmsc" in line)

    asked = run("enrol", *own, "--to", str(stick))
    assert key in asked
    assert key in run("office", "receive", *office, "--plan", file(asked))
    run("receive", *office, file(asked))
    assert run("office", "enrol", *office).split("\t")[:2] == [key, "requested"]
    answer = file(run("office", "enrol", *office, "--approve", key[:12], "--to", str(stick)))
    assert "--trust-root" in run("receive", *own, answer, code=1)
    run("receive", *own, answer, "--trust-root", root)
    sent = file(run("send", *own, "--to", str(stick)))
    shutil.copy(sent, tmp_path / "rusak.gmsc")
    (tmp_path / "rusak.gmsc").write_bytes((tmp_path / "rusak.gmsc").read_bytes()[:-1])
    assert "refused" in run("office", "receive", *office, str(tmp_path / "rusak.gmsc"), code=1)
    assert "taken\tvisits" in run("office", "receive", *office, str(stick)), "its own answer is passed over"
    status = run("office", "status", *office)
    assert f"visit\t{visit_id}" in status and "quarantine\t" in status
    run("office", "return", *office, visit_id, "--comment", "/data/main/policy=Lengkapi", "--due", "2030-01-31")
    returned = file(run("office", "answer", *office, "--to", str(stick), "--device", device))
    told = run("receive", *own, returned)
    assert "Aman di kantor pusat: Kota Surakarta 2021 Tahap 1" in told and "31 Januari 2030" in told
    assert f"{visit_id}\t" in run("visits", *own)
    run("office", "accept", *office, visit_id)
    run("office", "accept", *office, "tidak-ada", code=1)
    run("receive", *own, file(run("office", "answer", *office, "--to", str(stick))))
    assert "\taccepted\t" in run("visits", *own)
    assert content in run("office", "status", *office)
    assigned = file(
        run(
            "office",
            "assign",
            *office,
            "--region",
            "33.72",
            "--year",
            "2030",
            "--stage",
            "Tahap 1",
            "--due",
            "2030-03-31",
            "--to",
            str(stick),
        )
    )
    assert "daerah Kota Surakarta, 2030, batas waktu 31 Maret 2030." in run("receive", *own, assigned)
    with_result = (*again[:-2], "--previous", "35.71;2,5;2029;Surat B-7", "--person", "Sri;Asesor;;UNS", *again[-2:])
    run("receive", *own, file(run(*with_result)))
    run(*again[:-2], "--previous", "35.71;dua;2029", *again[-2:], code=1)
    with reopened(tmp_path / "laptop-1") as laptop:
        told = {each.region_code: each for each in laptop.exports.assignments() if each.cycle_year == 2031}
    ours, theirs = told["33.72"], told["35.71"]
    assert (ours.previous_index, ours.previous_year) == (round(index, 2), 2021), "as accepted, as it is printed"
    assert (theirs.previous_index, theirs.previous_year, theirs.previous_source) == (Decimal("2.5"), 2029, "Surat B-7")
    assert [(each.name, each.role) for each in theirs.team] == [("Sri", Role.LEAD)]
    run("office", "assign", *office, "--region", "99.99", "--year", "2030", "--stage", "1", "--to", str(stick), code=1)
    run("office", "enrol", *office, "--revoke", key, "--reason", "Selesai")
    assert "revoked" in run("office", "enrol", *office)
