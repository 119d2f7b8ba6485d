"""The page that takes a PDF or a bundle, by button or drop, and says whether it is genuine and why."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import Cancelled, GmscError
from gmsc_desktop.domain.numbers import show_local
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.verdict import Verdict
from gmsc_desktop.domain.withdrawals import HeldList
from gmsc_desktop.i18n import _, language
from gmsc_desktop.services.verification import verify_each, verify_file, verify_text
from ui.tasks import Tasks
from ui.theme import space
from ui.verdict_view import VerdictView
from ui.widgets.cards import Card, Page
from ui.widgets.droparea import DropCard
from ui.widgets.labels import Button, Sign, label
from ui.widgets.messages import Banner, error_parts
from ui.widgets.progress import watch

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
KEPT = 20
"""Verdicts shown below each other; older ones leave the page."""


class DropArea(DropCard):
    """Where files are dropped."""

    def __init__(self, page: VerifyPage) -> None:
        super().__init__()
        self.dropped.connect(page.verify)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(6), space(5), space(6), space(5))
        row.setSpacing(space(4))
        row.addWidget(Sign("verify", "accent", 11))
        words = QVBoxLayout()
        words.setSpacing(space(1))
        words.addWidget(label(_("Drop PDFs, .gmsc bundles or photos of a QR code here"), "heading"))
        words.addWidget(
            label(_("Nothing is sent anywhere and nothing is changed; the check runs on this computer."), "muted")
        )
        row.addLayout(words, 1)
        self.choose = Button(_("&Choose files…"), "folder", "primary")
        self.choose.clicked.connect(page.choose)
        row.addWidget(self.choose)


class VerifyPage(Page):
    """Verification. ``services`` adds the vault's own trusted roots; it may be None where no vault is open."""

    def __init__(self, services: Services | None, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Verification"),
            _("Whether a report or a bundle is genuine, who signed it and when, without a network."),
            parent=parent,
        )
        self._services, self._tasks = services, tasks
        self._trust: tuple[Path, ...] = ()
        self._views: list[VerdictView] = []
        self.drop = DropArea(self)
        self.banner = Banner()
        self._results = QVBoxLayout()
        self._results.setSpacing(space(4))
        self.body.addWidget(self.drop)
        self.body.addWidget(self._text_card())
        self.body.addWidget(self._trust_card())
        self.body.addWidget(self.banner)
        self.body.addLayout(self._results)
        self.body.addStretch(1)
        QShortcut(
            QKeySequence.StandardKey.Open, self, self.choose, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _text_card(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(space(3))
        self.text = QLineEdit()
        self.text.setPlaceholderText(_("Text of a QR code: GMSC1:…"))
        self.text.setAccessibleName(_("Text of a QR code"))
        self.text.setClearButtonEnabled(True)
        self.text.returnPressed.connect(self.verify_typed)
        go = Button(_("Verify the &text"), "verify")
        go.clicked.connect(self.verify_typed)
        compare = Button(_("Compare with a &PDF…"), "folder")
        compare.setToolTip(_("Compare the text of a QR code with a &PDF…").replace("&", ""))
        compare.clicked.connect(self.compare)
        row.addWidget(self.text, 1)
        row.addWidget(compare)
        row.addWidget(go)
        card.body.addLayout(row)
        self.together = QCheckBox(_("Check one PDF and one photo or scan together, whether they belong to each other"))
        self.together.setChecked(True)
        card.body.addWidget(self.together)
        return card

    def compare(self) -> None:
        """Let the person choose the PDF the text should belong to, and check both together."""
        if not self.text.text().strip():
            self.verify_typed()
            return
        name, _kind = QFileDialog.getOpenFileName(self, _("The PDF the QR code should belong to"), "", "PDF (*.pdf)")
        if name:
            self.verify_against(Path(name))

    def verify_typed(self) -> None:
        """Verify the text pasted or typed."""
        self.verify_against(None)

    def verify_against(self, against: Path | None) -> None:
        """Verify the text pasted or typed, alone or ``against`` the PDF it should belong to."""
        text = self.text.text().strip()
        if not text:
            self.banner.say(_("Paste the text of a QR code first."), "warning")
            return
        self.banner.say("")
        vault = self._services.vault if self._services is not None else None
        trust = self._trust

        def work(progress: Progress) -> tuple[Verdict, ...]:
            return (verify_text(text, trust=trust, vault=vault, against=against, progress=progress),)

        watch(self, self._tasks, _("Verifying"), work, self._show, self._failed)

    def _trust_card(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(space(3))
        self.trusted = label("", "muted")
        add = Button(_("Add a &certificate…"), "certificate")
        add.clicked.connect(self.add_trust)
        self.forget = Button(_("Remove"), kind="quiet")
        self.forget.clicked.connect(partial(self.set_trust, ()))
        row.addWidget(self.trusted, 1)
        row.addWidget(self.forget)
        row.addWidget(add)
        card.body.addLayout(row)
        self.held = label("", "muted")
        card.body.addWidget(self.held)
        self.held.setVisible(self._services is not None)
        self.set_trust(())
        return card

    def _show_lists(self, lists: tuple[HeldList, ...]) -> None:
        """Say by which lists a paper is known not to hold any more."""
        told = [
            _("{office}, {when}").format(office=held.organisation, when=show_local(held.issued_at, language()))
            for held in lists
        ]
        self.held.setText(
            _("Withdrawn papers are known by the lists of: {lists}").format(lists="; ".join(told))
            if told
            else _("No list of withdrawn papers is held here yet; the office sends it with its bundles.")
        )

    def set_trust(self, paths: tuple[Path, ...]) -> None:
        """Trust these certificate files too, until the page is left."""
        self._trust = paths
        self.forget.setVisible(bool(paths))
        if paths:
            names = ", ".join(path.name for path in paths)
            self.trusted.setText(_("Also trusted for this check: {names}").format(names=names))
        else:
            self.trusted.setText(
                _("Trusted are the office's roots this vault holds. For a file of another office, add its root.")
            )

    def add_trust(self) -> None:
        """Let the person choose certificates to trust."""
        names, _kind = QFileDialog.getOpenFileNames(
            self, _("Certificates to trust"), "", _("Certificates (*.pem *.crt *.cer *.der);;All files (*)")
        )
        if names:
            self.set_trust((*self._trust, *(Path(name) for name in names)))

    def choose(self) -> None:
        """Let the person choose files."""
        kinds = _("Papers, bundles and photos (*.pdf *.gmsc *.png *.jpg *.jpeg *.tif *.tiff);;All files (*)")
        names, _kind = QFileDialog.getOpenFileNames(self, _("Files to verify"), "", kinds)
        self.verify(tuple(Path(name) for name in names))

    def verify(self, paths: tuple[Path, ...]) -> None:
        """Verify each of ``paths``; verdicts appear on top as they come.

        With ``together`` ticked, one PDF and one picture are judged as one: whether the QR belongs to the PDF.
        """
        if not paths:
            return
        self.banner.say("")
        vault = self._services.vault if self._services is not None else None
        trust = self._trust
        pair = pair_in(paths) if self.together.isChecked() else None

        def work(progress: Progress) -> tuple[tuple[Verdict, ...], tuple[GmscError, ...]]:
            if pair is not None:
                picture, paper = pair
                return (verify_file(picture, trust=trust, vault=vault, against=paper, progress=progress),), ()
            found: list[Verdict] = []
            unread: list[GmscError] = []
            for path in paths:
                try:
                    found += verify_each(path, trust=trust, vault=vault, progress=progress)
                except Cancelled:
                    raise
                except GmscError as error:
                    # One that cannot be read keeps nobody from the verdicts on the others.
                    unread.append(error)
            return tuple(found), tuple(unread)

        watch(self, self._tasks, _("Verifying"), work, self._show_all, self._failed)

    def _show_all(self, done: tuple[tuple[Verdict, ...], tuple[GmscError, ...]]) -> None:
        found, unread = done
        self._show(found)
        if len(unread) == 1:
            self.banner.say_error(unread[0])
        elif unread:
            self.banner.say(" ".join(error_parts(error)[0] for error in unread), "error")

    def refresh(self) -> None:
        """Read anew which lists of withdrawn papers are held."""
        if self._services is not None:
            lists = self._services.withdrawals.lists
            self._tasks.submit(lists, self._show_lists, self.banner.say_error, owner=self)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What is shown, the newest first."""
        return tuple(view.verdict for view in self._views)

    def _show(self, found: tuple[Verdict, ...]) -> None:
        for verdict in reversed(found):
            view = VerdictView(verdict)
            self._views.insert(0, view)
            self._results.insertWidget(0, view)
        for old in self._views[KEPT:]:
            old.deleteLater()
        del self._views[KEPT:]

    def _failed(self, error: GmscError) -> None:
        if not isinstance(error, Cancelled):
            self.banner.say_error(error)


def pair_in(paths: tuple[Path, ...]) -> tuple[Path, Path] | None:
    """The picture and the PDF when ``paths`` are exactly one of each, else None."""
    if len(paths) != 2:
        return None
    paper, picture = sorted(paths, key=lambda path: path.suffix.lower() != ".pdf")
    is_pair = paper.suffix.lower() == ".pdf" and picture.suffix.lower() in PICTURES
    return (picture, paper) if is_pair else None
