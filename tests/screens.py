"""Renders every page to PNG from a demo vault, for the README and for looking at.

xvfb-run -a -s "-screen 0 1920x1080x24" python -m tests.screens OUT [--size 1366x768] [--look light|dark] [--zoom N]
                                                                  [--language id|en] [NAME ...]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.teamwork import TeamMember
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Role, VisitDraft
from gmsc_desktop.resources import resource
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.demo import run_demo
from gmsc_desktop.services.receiving import Consent
from gmsc_desktop.services.vaults import Profile, create_vault, open_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.documents.awards_kit import award_draft
from tests.helpers import PASSPHRASE, PROFILE, QUICK
from tests.services.exchange_kit import World, world
from tests.services.helpers import POLICY
from ui.application import Application, make_application
from ui.main_window import MainWindow
from ui.pages.assessment.page import AssessmentPage
from ui.preferences import PreferenceFile, Preferences

PLACES = (
    ("11.71", "Tahap I", "Balai Kota Banda Aceh", date(2026, 9, 21)),
    ("35.71", "Tahap II", "Ruang Joyoboyo, Pemerintah Kota Kediri", date(2026, 10, 19)),
    ("81.71", "Tahap II", "Kantor Wali Kota Ambon", date(2026, 11, 9)),
)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Let Qt work until ``condition`` holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        QTest.qWait(20)


def settle(window: MainWindow) -> None:
    """Wait until nothing runs and everything is painted."""
    wait_for(lambda: window.tasks.idle)
    QTest.qWait(150)
    wait_for(lambda: window.tasks.idle)
    QTest.qWait(150)


def more_visits(services: Services) -> None:
    """Visits beside the demo's own, so that lists look as they do in use."""
    regions = {region.code: region for region in services.regions.all()}
    lead = Person(PROFILE.name, PROFILE.nip, PROFILE.title, PROFILE.organisation, Role.LEAD)
    met = Person("Drs. Budi Santoso, M.Si.", "196812121994031002", "Kepala Diskominfo", "Diskominfo", Role.MET)
    for code, stage, place, day in PLACES:
        previous = PreviousResult(Decimal("3.06"), 2025, "B-1003/DJAI/AI.01.04/12/2022")
        draft = VisitDraft(regions[code], 2026, stage, day, day, place, Mode.ON_SITE, (lead, met), previous)
        services.visits.create(draft)


def more_awards(services: Services, scratch: Path) -> None:
    """Awards of which one was printed twice."""
    ids = [
        services.awards.add(award_draft(f"{number:03d}/GMSC/XII/2026", region=region)).value.id
        for number, region in enumerate(services.regions.find("kota")[:4], 1)
    ]
    services.awards.print_together(ids[:3], scratch / "Piagam.pdf")
    services.awards.print_together(ids[:1], scratch / "Piagam ulang.pdf")


def send_to_the_office(earth: World, laptop: Services) -> None:
    """A visit accepted with an award, a draft, and a bundle that never arrived."""
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.office.accept(visit_id)
    earth.answer(laptop)
    earth.send(laptop, visit_id)
    regions = {region.code: region for region in laptop.regions.all()}
    draft = replace(laptop.visits.get(visit_id).draft, region=regions["35.71"])
    begun = laptop.visits.create(draft).value.id
    laptop.answers.set(begun, POLICY, Facet.VALUE, "l3")
    laptop.answers.set(begun, POLICY, Facet.NOTE, "Perwali ditunjukkan, salinannya menyusul.")
    sent = laptop.sending.send(earth.stick, PASSPHRASE, drafts=True).value
    earth.take(earth.office, sent.files[0].name)
    laptop.answers.set(begun, POLICY, Facet.NOTE, "Perwali ditunjukkan dan difoto.")
    for number, code in enumerate(("33.72", "35.71"), 1):
        earth.office.awards.add(award_draft(f"{number:03d}/GMSC/XII/2021", region=regions[code]))
    (first, *_rest) = earth.office.awards.list()
    earth.office.deciding.issue((first.award.id,), (), earth.stick, PASSPHRASE)


def share_a_visit(folder: Path, passphrase: str, scratch: Path) -> str:
    """A visit of the demo's vault shared with a second laptop, with work from both and a disagreement; its id."""
    clock, ids, stick = SystemClock(), SystemIds(), scratch / "stik"
    stick.mkdir()
    services = build_services(open_vault(folder, passphrase, clock=clock, ids=ids), clock=clock, ids=ids)
    profile = Profile("Ir. Budi Hartono, M.Kom.", "", "Asesor", "Universitas Sebelas Maret")
    vault, _code = create_vault(scratch / "budi", profile, PASSPHRASE, clock=clock, ids=ids, kdf=QUICK)
    other = build_services(vault, clock=clock, ids=ids)
    visit = next(row.visit for row in services.visits.list() if row.visit.draft.region.code == "35.71")
    members = (TeamMember("", profile.name), TeamMember("", "Dr. Citra Lestari, S.T., M.T."))
    view = services.team.start(visit.id, members).value
    sections = services.team.sections(visit.id)
    doers = [each.member.id for each in view.members]
    services.team.assign(visit.id, {path: doers[number % 3] for number, path in enumerate(sections[:-1])})
    sheet = services.visits.open(visit.id)
    by_path = sheet.instrument.by_path
    levels = [
        key for key in sheet.session.keys("") if key in by_path and by_path[key].scored and by_path[key].list_name
    ]

    def carry(one: Services, to: Services, word: str) -> None:
        written = one.team.write(visit.id, stick, word, sealed=False).value
        (plan,) = to.receiving.plan((stick / written.file_name,))
        keys = tuple(item.id for item in plan.items if item.what == "team_key")
        to.receiving.receive((stick / written.file_name,), Consent(members=keys))

    def name(key: str, number: int) -> str:
        return sheet.instrument.choices[by_path[key].list_name][number].name

    for key in levels[:3]:
        services.answers.set(visit.id, key, Facet.VALUE, name(key, 3))
    carry(services, other, passphrase)
    services.answers.set(visit.id, levels[3], Facet.VALUE, name(levels[3], 2))
    other.answers.set(visit.id, levels[3], Facet.VALUE, name(levels[3], 4))
    other.answers.set(visit.id, levels[3], Facet.NOTE, "Peraturan wali kota sudah berlaku penuh; lihat lampiran.")
    for key in levels[4:9]:
        other.answers.set(visit.id, key, Facet.VALUE, name(key, 3))
    carry(other, services, PASSPHRASE)
    carry(services, other, passphrase)
    services.answers.set(visit.id, levels[0], Facet.NOTE, "Dicek bersama Diskominfo.")
    vault.close()
    services.vault.close()
    return visit.id


class Screens:
    """One window, taken through every page."""

    def __init__(self, app: Application, out: Path, prefix: str, size: tuple[int, int], wanted: list[str]) -> None:
        self.app, self.out, self.prefix, self.size, self.wanted = app, out, prefix, size, wanted
        self.shared = ""

    def take(self, window: MainWindow, name: str, prepare: Callable[[], object] | None = None) -> None:
        """One picture."""
        if self.wanted and not any(name.startswith(each) for each in self.wanted):
            return
        if prepare is not None:
            prepare()
        settle(window)
        path = self.out / f"{self.prefix}{name}.png"
        window.grab().save(str(path))
        print(path, flush=True)

    def window(self, folder: Path | None) -> MainWindow:
        """A window of the wanted size."""
        made = MainWindow(self.app, clock=SystemClock(), ids=SystemIds(), folder=folder)
        made.resize(*self.size)
        made.show()
        return made

    def welcome(self, folder: Path, passphrase: str) -> None:
        """The first start and the unlock page."""
        if self.wanted and not any(each.startswith(("welcome", "unlock")) for each in self.wanted):
            return
        window = self.window(None)
        page = window.centralWidget()
        first = page.first
        self.take(window, "welcome")
        self.take(window, "welcome-profile", lambda: first.turn(1))
        self.take(window, "welcome-folder", lambda: first.turn(2))
        self.take(window, "welcome-passphrase", lambda: first.turn(3))
        self.take(window, "welcome-bring-back", page.show_bring_back)
        self.take(window, "welcome-bring-back-code", lambda: page.bringing.way.set_value("code"))
        form = page.bringing
        form.way.set_value("passphrase")
        form.take((folder,))
        form.folder.setText(str(self.out / "laptop-baru"))
        form.passphrase.line.setText(passphrase)
        form.go_on()
        self.take(window, "welcome-brought-back", lambda: wait_for(lambda: form.report is not None))
        shutil.rmtree(self.out / "laptop-baru", ignore_errors=True)
        window.close()
        window = self.window(folder)
        self.take(window, "unlock")
        self.take(window, "unlock-code", lambda: window.centralWidget().unlock._turn(1))
        window.close()

    def workspace(self, folder: Path, passphrase: str) -> None:
        """Every page behind the rail."""
        window = self.window(folder)
        window.centralWidget().open(str(folder), passphrase)
        wait_for(lambda: window.services is not None)
        self.take(window, "home", lambda: window.go("home"))
        self.take(window, "visits", lambda: window.go("visits"))
        self.take(window, "visits-new", lambda: window.go("visits", "new"))
        window.go("visits", "list")
        for name in ("instruments", "sync", "documents", "verify"):
            self.take(window, name, lambda name=name: window.go(name))
        workbook = resource("instruments/spbe.md")
        self.take(
            window, "instruments-check", lambda: (window.go("instruments"), window.page("instruments").load(workbook))
        )
        for place in ("awards", "withdrawals"):
            self.take(window, f"documents-{place}", lambda place=place: window.go("documents", place))
        window.go("documents", "awards")
        settle(window)
        awards = window.page("documents").awards
        self.dialog(window, "documents-awards-new", awards.add)
        self.dialog(window, "documents-awards-log", awards.show_log)
        for place in ("profile", "security", "look", "backups", "certificate", "help", "about"):
            self.take(window, f"settings-{place}", lambda place=place: window.go("settings", place))
        window.go("visits")
        settle(window)
        rows = window.page("visits").listing.list.rows()
        if rows:
            self.take(window, "assessment", lambda: window.open_visit(rows[-1].id))
        self.team(window)
        window.close()
        wait_for(lambda: not window.isVisible())

    def team(self, window: MainWindow) -> None:
        """The visit a team shares: the question it disagrees about, who does what, the way to settle it."""
        if not self.shared:
            return
        window.open_visit(self.shared)
        settle(window)
        page = next(found for found in window.findChildren(AssessmentPage) if found.desk.visit_id == self.shared)
        self.take(window, "team-given", lambda: page.go(next(iter(page.desk.team.found.given))[0]))
        self.take(window, "team-open", lambda: page.go(page.desk.team.found.open[0].key))
        for name, act in (("team-dialog", page.show_team), ("team-settle", self._settle_dialog(page))):
            self.dialog(window, name, act)
        self.take(window, "team-sync", lambda: window.go("sync"))

    def _settle_dialog(self, page: AssessmentPage) -> Callable[[], object]:
        def act() -> None:
            card = page.questions.card
            if card is not None and card.team is not None:
                card.team.boxes[0].decide.click()

        return act

    def dialog(self, window: MainWindow, name: str, act: Callable[[], object]) -> None:
        """One picture of a dialog, which is closed again."""
        if self.wanted and not any(name.startswith(each) for each in self.wanted):
            return
        act()
        settle(window)
        shown = [found for found in QApplication.topLevelWidgets() if isinstance(found, QDialog) and found.isVisible()]
        for found in shown:
            path = self.out / f"{self.prefix}{name}.png"
            found.grab().save(str(path))
            print(path, flush=True)
            found.close()
        settle(window)

    def office(self, root: Path) -> None:
        """A central office with work of every kind, and the laptop it came from."""
        if self.wanted and not any(name.startswith("office") for name in self.wanted):
            return
        with world(root) as earth:
            laptop = earth.laptop("Dr. Sri Wahyuni, M.T.")
            send_to_the_office(earth, laptop)
        window = self.window(root / "kantor")
        window.centralWidget().open(str(root / "kantor"), PASSPHRASE)
        wait_for(lambda: window.services is not None)
        settle(window)
        for place in ("members", "visits", "assignments", "awards", "findings"):
            self.take(window, f"office-{place}", lambda place=place: window.go("office", place))
        window.go("office", "visits")
        settle(window)
        page = window.page("office").visits
        draft = next(row.id for row in page.list.rows() if row.id.startswith("draft:"))
        self.dialog(window, "office-draft", lambda: page.open(draft))
        window.close()
        wait_for(lambda: not window.isVisible())
        window = self.window(root / "laptop-1")
        window.centralWidget().open(str(root / "laptop-1"), PASSPHRASE)
        wait_for(lambda: window.services is not None)
        self.take(window, "office-laptop-sync", lambda: window.go("sync"))
        window.close()
        wait_for(lambda: not window.isVisible())

    def member(self, folder: Path) -> None:
        """The same visit on the laptop of a member, and a visit nobody shares yet."""
        window = self.window(folder)
        window.centralWidget().open(str(folder), PASSPHRASE)
        wait_for(lambda: window.services is not None)
        window.open_visit(self.shared)
        settle(window)
        page = next(found for found in window.findChildren(AssessmentPage) if found.desk.visit_id == self.shared)
        self.take(window, "team-member", lambda: page.go(page.desk.team.found.open[0].key))
        self.dialog(window, "team-member-dialog", page.show_team)
        draft = window.services.visits.get(self.shared).draft
        alone = window.services.visits.create(draft).value.id
        window.open_visit(alone)
        settle(window)
        page = next(found for found in window.findChildren(AssessmentPage) if found.desk.visit_id == alone)
        self.dialog(window, "team-none", page.show_team)
        window.close()
        wait_for(lambda: not window.isVisible())

    def empty(self, folder: Path) -> None:
        """The same pages when nothing has been entered yet."""
        vault, _code = create_vault(folder, PROFILE, PASSPHRASE, clock=SystemClock(), ids=SystemIds(), kdf=QUICK)
        vault.close()
        window = self.window(folder)
        window.centralWidget().open(str(folder), PASSPHRASE)
        wait_for(lambda: window.services is not None)
        for name in ("home", "visits", "sync", "documents"):
            self.take(window, f"empty-{name}", lambda name=name: window.go(name))
        window.close()
        wait_for(lambda: not window.isVisible())


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--size", default="1366x768")
    parser.add_argument("--look", default="light")
    parser.add_argument("--zoom", type=int, default=100)
    parser.add_argument("--language", default="id")
    parser.add_argument("--demo", type=Path, help="a demo made before, to save time")
    arguments = parser.parse_intermixed_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in arguments.size.split("x"))
    clock, ids = SystemClock(), SystemIds()
    with tempfile.TemporaryDirectory() as scratch:
        demo = arguments.demo or Path(scratch) / "demo"
        if not demo.exists():
            made = run_demo(demo, clock=clock, ids=ids)
            vault = open_vault(made.vault, made.passphrase_file.read_text().strip(), clock=clock, ids=ids)
            made_there = build_services(vault, clock=clock, ids=ids)
            more_visits(made_there)
            more_awards(made_there, Path(scratch))
            vault.close()
        # What is done for the pictures stays out of a demo that is used again.
        demo = Path(shutil.copytree(demo, Path(scratch) / "for-the-pictures"))
        folder = next(path.parent for path in demo.rglob("gmsc.db"))
        passphrase = next(path for path in demo.iterdir() if "sandi" in path.name or "pass" in path.name)
        preferences = PreferenceFile(Path(scratch) / "preferences.json")
        preferences.keep(Preferences(language=arguments.language, appearance=arguments.look, zoom=arguments.zoom))
        app = make_application([], preferences)
        prefix = f"{arguments.look}-{arguments.size}-"
        screens = Screens(app, arguments.out, prefix, (width, height), arguments.names)
        if not arguments.names or any(name.startswith("team") for name in arguments.names):
            screens.shared = share_a_visit(folder, passphrase.read_text().strip(), Path(scratch))
        screens.welcome(folder, passphrase.read_text().strip())
        preferences.change(vaults=())
        screens.workspace(folder, passphrase.read_text().strip())
        if screens.shared:
            screens.member(Path(scratch) / "budi")
        screens.empty(Path(scratch) / "empty")
        screens.office(Path(scratch) / "exchange")


if __name__ == "__main__":
    main()
