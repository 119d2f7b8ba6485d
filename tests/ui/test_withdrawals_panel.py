"""Withdrawing a paper at the office, taking its list in on a laptop, and what Verifikasi shows there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gmsc_desktop.documents.awarded import award_sheets
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.i18n import set_language
from gmsc_desktop.services.verification import verify_file
from tests.documents.awards_kit import award_draft
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import OFFICE, World, world
from ui.application import Application
from ui.pages.documents import DocumentsPage
from ui.pages.verify import VerifyPage
from ui.tasks import Tasks

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def earth(tmp_path: Path, app: Application) -> Iterator[World]:
    set_language("id")
    with world(tmp_path / "dunia") as made:
        yield made


def settled(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: tasks.idle, timeout=20_000)


def texts(widget: VerifyPage) -> str:
    return "\n".join(found.text() for found in widget.findChildren(QLabel))


def test_what_was_issued_is_shown_and_a_mere_claim_is_called_one(
    qtbot: QtBot, tasks: Tasks, earth: World, tmp_path: Path
) -> None:
    award = earth.office.awards.add(award_draft("001/GMSC/XII/2021")).value.id
    path = tmp_path / "piagam.pdf"
    earth.office.awards.print_one(award, path, PASSPHRASE)
    for services, heading in ((earth.office, "Yang diterbitkan"), (None, "Pengakuan isinya (tidak terbukti)")):
        verify = VerifyPage(services, tasks)
        qtbot.addWidget(verify)
        verify.show()
        verify.verify((path,))
        settled(qtbot, tasks)
        shown = texts(verify)
        assert heading in shown
        assert "Piagam penghargaan untuk Kota Surakarta (33.72), nomor 001/GMSC/XII/2021" in shown


def test_each_code_on_a_picture_is_shown(qtbot: QtBot, tasks: Tasks, earth: World, tmp_path: Path) -> None:
    import zxingcpp
    from PIL import Image

    numbers = ("001/GMSC/XII/2021", "002/GMSC/XII/2021")
    awards = tuple(earth.office.awards.add(award_draft(number)).value.id for number in numbers)
    path, picture = tmp_path / "piagam.pdf", tmp_path / "foto.png"
    earth.office.awards.print_together(awards, path, PASSPHRASE)
    earth.office.awards.withdraw(awards[1], "Keputusan dicabut")
    photo = Image.new("L", (1300, 700), 255)
    for number, sheet in enumerate(award_sheets(path.read_bytes())):
        code = zxingcpp.create_barcode(sheet.qr, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        photo.paste(Image.fromarray(code.to_image(scale=6)), (60 + 640 * number, 60))
    photo.save(picture)
    verify = VerifyPage(earth.office, tasks)
    qtbot.addWidget(verify)
    verify.show()
    verify.verify((picture,))
    settled(qtbot, tasks)
    found = {verdict.issued.number: verdict.status for verdict in verify.verdicts if verdict.issued is not None}
    assert found == dict(zip(numbers, (Status.GENUINE, Status.WITHDRAWN), strict=True))
    assert verify_file(picture, vault=earth.office.vault).status is Status.WITHDRAWN


def test_a_paper_is_withdrawn_and_known_on_a_laptop(qtbot: QtBot, tasks: Tasks, earth: World, tmp_path: Path) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    visit_id = earth.visit(laptop)
    paper = tmp_path / "lhe.pdf"
    laptop.documents.save_as(laptop.documents.list(visit_id)[0].id, paper)
    page = DocumentsPage(earth.office, tasks)
    qtbot.addWidget(page)
    page.show()
    page.show_place("withdrawals")
    settled(qtbot, tasks)
    panel = page.withdrawals
    assert page.place() == "withdrawals"
    assert panel.empty.isVisible() and panel.write_button.isEnabled()
    dialog = panel.ask_why(paper)
    assert not dialog.go.isEnabled()
    dialog.reason.setText("Data keliru")
    dialog.go.click()
    settled(qtbot, tasks)
    (row,) = panel.list.rows()
    assert (row.title, row.chip) == ("Kota Surakarta (33.72), 2021", "dicabut")
    assert "Data keliru" in row.subtitle
    panel.search.setText("bandung")
    assert panel.list.rows() == ()
    panel.write_to(earth.stick, PASSPHRASE)
    settled(qtbot, tasks)
    written = max(earth.stick.glob("*.gmsc"), key=lambda found: found.stat().st_mtime)
    assert str(written) in panel.banner.text()

    there = DocumentsPage(other, tasks)
    qtbot.addWidget(there)
    there.show()
    there.show_place("withdrawals")
    settled(qtbot, tasks)
    assert not there.withdrawals.withdraw_button.isEnabled()
    there.withdrawals.take_in((paper,))
    settled(qtbot, tasks)
    assert "Tidak diterima" in there.withdrawals.banner.text()
    there.withdrawals.take_in((written,))
    settled(qtbot, tasks)
    assert [item.title for item in there.withdrawals.list.rows()] == [row.title]
    assert OFFICE in there.withdrawals.held.text()

    verify = VerifyPage(other, tasks)
    qtbot.addWidget(verify)
    verify.show()
    verify.refresh()
    verify.verify((paper,))
    settled(qtbot, tasks)
    assert [verdict.status for verdict in verify.verdicts] == [Status.WITHDRAWN]
    assert OFFICE in verify.held.text()
    shown = texts(verify)
    assert "Dokumen telah dicabut" in shown and "Asli" not in shown.splitlines()
    assert "Data keliru." in shown
