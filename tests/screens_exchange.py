"""Renders the pages of the exchange between laptops and office to PNG, from a small world made on the spot.

xvfb-run -a -s "-screen 0 1920x1080x24" python -m tests.screens_exchange OUT [--size 1366x768] [--look light] [NAME ...]
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QDialog, QScrollArea

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.exchange import Comment
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.services.app import Services
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE
from tests.screens import settle, wait_for
from tests.services.exchange_kit import World, world
from tests.services.helpers import draft
from tests.ui.assessing import complete
from ui.application import Application, make_application
from ui.main_window import MainWindow
from ui.preferences import PreferenceFile, Preferences

REGIONS = ("33.72", "35.71", "11.71", "81.71", "53.08")
NAMES = ("Dr. Sri Wahyuni, M.T.", "Ir. Budi Santoso, M.Si.", "Ratna Dewi Kusumaningrum, S.Kom., M.Kom.")


def visit(laptop: Services, region: str) -> str:
    """A visit of the built-in instrument, filled, closed and signed."""
    found = laptop.regions.find(region)[0]
    visit_id = laptop.visits.create(draft(region=found, place=f"Kantor {found.name}")).value.id
    complete(laptop, visit_id)
    close(laptop, visit_id)
    return visit_id


def close(laptop: Services, visit_id: str) -> None:
    """Explain what may stand, close, sign."""
    for problem in laptop.visits.check(visit_id):
        if problem.blocks:
            laptop.visits.explain(visit_id, problem.code, problem.key, "Memang demikian menurut pemeriksaan lapangan.")
    laptop.visits.close(visit_id)
    laptop.documents.sign(visit_id, PASSPHRASE)


def levels(laptop: Services, visit_id: str) -> list[str]:
    """The keys of the questions answered with a level."""
    sheet, by_path = laptop.visits.open(visit_id), laptop.visits.open(visit_id).instrument.by_path
    keys = (key for key in sheet.session.keys("") if key in by_path)
    return [key for key in keys if by_path[key].type is ItemType.SELECT_ONE and by_path[key].scored]


def populate(earth: World) -> tuple[str, str]:
    """Requests, members, visits in every state, returned work, pieces and a broken file; the visits given back, the
    second of which came in revised."""
    laptops = [earth.laptop(name) for name in NAMES[:2]]
    waiting = earth.laptop(NAMES[2], enrol=False)
    earth.take(earth.office, waiting.enrolment.request(earth.stick, PASSPHRASE).value.file_name)
    first, second = laptops
    visits = [visit(first, region) for region in REGIONS[:3]] + [visit(second, REGIONS[3])]
    earth.take(earth.office, earth.send(first, *visits[:3]))
    earth.take(earth.office, earth.send(second, visits[3]))
    keys = levels(first, visits[0])
    earth.office.office.accept(visits[1])
    comments = (
        Comment("", "Mohon tanggal kunjungan dicocokkan dengan daftar hadir."),
        Comment(keys[0], "Peraturan yang dilampirkan sudah diubah. Lengkapi dengan perubahannya."),
        Comment(keys[3], "Level 3 memerlukan bukti pelaksanaan, bukan rencana."),
    )
    earth.office.office.return_(visits[0], comments, date(2022, 1, 7))
    earth.answer(first)
    first.visits.reopen(visits[0], "Dikembalikan kantor pusat")
    replies = first.visits.open(visits[0]).remarks
    first.visits.reply(visits[0], replies[1].code, "Perwali 12/2021 tentang perubahan dilampirkan.")
    first.answers.set(visits[0], keys[0], Facet.VALUE, "3")
    first.answers.set(visits[0], keys[0], Facet.NOTE, "Perwali 12/2021 berlaku sejak 1 Juli 2021.")
    earth.office.office.return_(visits[2], (Comment(keys[1], "Lampirkan daftar hadir rapat."), comments[1]), None)
    earth.answer(first)
    first.visits.reopen(visits[2], "Dikembalikan kantor pusat")
    first.visits.reply(
        visits[2], first.visits.open(visits[2]).remarks[0].code, "Daftar hadir dilampirkan pada bukti 3."
    )
    first.answers.set(visits[2], keys[1], Facet.VALUE, "3")
    first.answers.set(visits[2], keys[1], Facet.NOTE, "Rapat dihadiri 24 orang dari 11 perangkat daerah.")
    first.answers.set(visits[2], keys[5], Facet.VALUE, "2")
    for key in (keys[1], keys[5]):
        first.evidence.attach_bytes(visits[2], key, "daftar-hadir.txt", b"24 orang\n")
    close(first, visits[2])
    earth.take(earth.office, earth.send(first, visits[2]))
    visit(first, REGIONS[4])
    broken = earth.stick / "rusak.gmsc"
    broken.write_bytes((earth.stick / earth.office.exports.history()[0].file_name).read_bytes()[:-50])
    for services in (earth.office, first):
        services.receiving.receive((broken,))
    name = earth.send(second, visits[3])
    (earth.stick / f"{name}.002-003").write_bytes((earth.stick / name).read_bytes()[:70000])
    earth.office.receiving.receive((earth.stick / f"{name}.002-003",))
    return visits[0], visits[2]


class Exchange:
    """Windows over the world."""

    def __init__(self, app: Application, out: Path, prefix: str, size: tuple[int, int], wanted: list[str]) -> None:
        self.app, self.out, self.prefix, self.size, self.wanted = app, out, prefix, size, wanted

    def open(self, folder: Path) -> MainWindow:
        window = MainWindow(self.app, clock=SystemClock(), ids=SystemIds(), folder=folder)
        window.resize(*self.size)
        window.show()
        window.centralWidget().open(str(folder), PASSPHRASE)
        wait_for(lambda: window.services is not None)
        return window

    def take(self, window: MainWindow, name: str) -> None:
        settle(window)
        dialogs = [each for each in window.findChildren(QDialog) if each.isVisible()]
        shown = dialogs[-1] if dialogs else window
        if not self.wanted or any(name.startswith(each) for each in self.wanted):
            path = self.out / f"{self.prefix}{name}.png"
            shown.grab().save(str(path))
            print(path, flush=True)
        for dialog in dialogs:
            dialog.close()

    def laptop(self, folder: Path, returned: str, stick: Path) -> None:
        """What the assessor sees."""
        window = self.open(folder)
        for page in ("home", "visits", "sync"):
            window.go(page)
            self.take(window, f"laptop-{page}")
        window.open_visit(returned)
        settle(window)
        self.take(window, "laptop-returned")
        from ui.pages.assessment.page import AssessmentPage

        page = window.findChildren(AssessmentPage)[0]
        page.next_remark(forward=True)
        settle(window)
        page.next_remark(forward=True)
        self.take(window, "laptop-comment")
        window.close()
        wait_for(lambda: not window.isVisible())

    def office(self, folder: Path, returned: str, stick: Path) -> None:
        """What the office sees."""
        window = self.open(folder)
        window.go("home")
        self.take(window, "office-home")
        for place in ("visits", "members", "assignments", "awards"):
            window.go("office", place)
            self.take(window, f"office-{place}")
        window.go("office", "visits")
        settle(window)
        window.page("office").visits.open(returned)
        self.take(window, "office-review")
        window.go("sync")
        settle(window)
        bar = window.page("sync").findChildren(QScrollArea)[0].verticalScrollBar()
        bar.setValue(bar.maximum())
        self.take(window, "office-sync-end")
        window.go("sync")
        self.take(window, "office-sync")
        window.page("sync").receiving.look_at((stick,))
        settle(window)
        self.take(window, "office-plan")
        window.close()
        wait_for(lambda: not window.isVisible())


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--size", default="1366x768")
    parser.add_argument("--look", default="light")
    arguments = parser.parse_intermixed_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in arguments.size.split("x"))
    with tempfile.TemporaryDirectory() as scratch:
        preferences = PreferenceFile(Path(scratch) / "preferences.json")
        preferences.keep(Preferences(language="id", appearance=arguments.look))
        app = make_application([], preferences)
        with world(Path(scratch) / "dunia") as earth:
            returned, revised = populate(earth)
        pictures = Exchange(app, arguments.out, f"{arguments.look}-{arguments.size}-", (width, height), arguments.names)
        pictures.laptop(Path(scratch) / "dunia" / "laptop-1", returned, Path(scratch) / "dunia" / "stik")
        pictures.office(Path(scratch) / "dunia" / "kantor", revised, Path(scratch) / "dunia" / "stik")


if __name__ == "__main__":
    main()
