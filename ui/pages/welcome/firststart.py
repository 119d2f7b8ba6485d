"""The first start: who you are, where the vault lies, and the passphrase. Three short steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.i18n import _, language
from ui.pages.welcome.officechoice import OfficeChoice
from ui.preferences import default_vault_folder
from ui.recovery import NewPassphrase
from ui.theme import space
from ui.widgets.cards import Card, button_row
from ui.widgets.fields import FormRow
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.people import nip_problem
from ui.widgets.steps import Steps

if TYPE_CHECKING:
    from gmsc_desktop.services.vaults import Profile

_STEPS = 3


class FirstStart(QWidget):
    """``wanted(folder, Profile, passphrase)`` when all is entered; ``open_existing(folder)`` for a vault that is there;
    ``bring_back`` for a backup.
    ``begun`` tells whether something has been entered that a change of language would lose."""

    wanted = Signal(str, object, str)
    open_existing = Signal(str)
    bring_back = Signal()
    back_out = Signal()
    begun = Signal(bool)

    def __init__(self, *, can_go_back: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._can_go_back = can_go_back
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        self.banner = Banner()
        column.addWidget(self.banner)
        self.steps = Steps()
        for step in (self._start(), self._profile(), self._place(), self._passphrase()):
            self.steps.add(step)
        column.addWidget(self.steps)
        self.setFocusProxy(self.new_button)

    # the steps

    def _start(self) -> Card:
        note = _("Everything you record lies in a vault: one encrypted folder, on this laptop or on a stick.")
        card = Card(_("Welcome"), note)
        self.new_button = Button(_("&Make a new vault"), "plus", "primary")
        self.new_button.clicked.connect(lambda: self.turn(1))
        existing = Button(_("&Open a vault that is there…"), "folder")
        existing.clicked.connect(self._choose_existing)
        self.back_button = Button(_("Bring a vault &back…"), "restore")
        self.back_button.clicked.connect(self.bring_back)
        for button, text in (
            (self.new_button, _("This is my first start, or I want a separate vault.")),
            (existing, _("I have a vault already and go on working where it lies, for example on a stick.")),
            (self.back_button, _("I have a backup or a copied vault, for example of a laptop that was lost.")),
        ):
            card.body.addSpacing(space(1))
            card.body.addWidget(button)
            card.body.addWidget(label(text, "muted"))
        if self._can_go_back:
            back = Button(_("&Back"), "left", "quiet")
            back.clicked.connect(self.back_out)
            card.body.addWidget(back)
        return card

    def _profile(self) -> Card:
        card = self._step_card(1, _("Who are you?"), _("This is how reports and signatures name you."))
        self.name, self.nip, self.position, self.organisation = (QLineEdit() for _number in range(4))
        self._name_row = FormRow(_("&Name with degrees"), self.name, _("for example Dr. Sri Wahyuni, S.T., M.T."))
        self._nip_row = FormRow(_("N&IP"), self.nip, _("18 digits; leave it empty when you have none"))
        card.body.addWidget(self._name_row)
        card.body.addWidget(self._nip_row)
        card.body.addWidget(FormRow(_("&Position"), self.position, _("for example Dosen, Asesor Smart City")))
        card.body.addWidget(FormRow(_("Or&ganisation"), self.organisation))
        self._go_on_with_return(1, self.name, self.nip, self.position, self.organisation)
        self._add_buttons(card, 1)
        return card

    def _place(self) -> Card:
        card = self._step_card(2, _("Where should the vault lie?"), _("A folder of its own. A stick is fine too."))
        self.folder = QLineEdit(str(default_vault_folder()))
        choose = Button(_("&Choose…"), "folder")
        choose.clicked.connect(self._choose_place)
        self._folder_row = FormRow(_("&Folder"), self.folder, _("It is made when it is not there yet."))
        card.body.addWidget(self._folder_row)
        card.body.addLayout(button_row(left=choose))
        self.office = OfficeChoice()
        card.body.addWidget(self.office)
        self._go_on_with_return(2, self.folder)
        self._add_buttons(card, 2)
        return card

    def _passphrase(self) -> Card:
        card = self._step_card(
            3, _("Choose a passphrase"), _("It opens the vault and signs for you. Nobody can look it up for you.")
        )
        self.passphrase = NewPassphrase()
        self.passphrase.entered.connect(lambda: self.go_on(3))
        card.body.addWidget(self.passphrase)
        self.working = QWidget()
        column = QVBoxLayout(self.working)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(_("Making the vault, your key and your certificate…"), "muted"))
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        column.addWidget(bar)
        self.working.hide()
        card.body.addWidget(self.working)
        self._add_buttons(card, 3)
        return card

    def _step_card(self, step: int, heading: str, note: str) -> Card:
        card = Card()
        card.body.addWidget(label(_("Step {step} of {steps}").format(step=step, steps=_STEPS), "small"))
        card.body.addWidget(label(heading, "heading"))
        card.body.addWidget(label(note, "muted"))
        return card

    def _go_on_with_return(self, step: int, *lines: QLineEdit) -> None:
        """Return takes the next line; from the last one, or when the next is filled, it goes on to the next step."""
        for line, after in zip(lines, (*lines[1:], None), strict=True):
            line.returnPressed.connect(lambda after=after: self._return(step, after))

    def _return(self, step: int, after: QLineEdit | None) -> None:
        if after is not None and not after.text():
            after.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.go_on(step)

    def _add_buttons(self, card: Card, step: int) -> None:
        back = Button(_("&Back"), "left")
        back.clicked.connect(lambda: self.turn(step - 1))
        text = _("Make the &vault") if step == _STEPS else _("Con&tinue")
        on = Button(text, "lock" if step == _STEPS else "right", "primary")
        on.clicked.connect(lambda: self.go_on(step))
        card.body.addSpacing(space(1))
        card.body.addLayout(button_row(on, left=back))

    # moving

    def turn(self, step: int) -> None:
        """Show a step and bring the keyboard to its first field."""
        self.steps.show_step(step)
        self.begun.emit(step > 0)
        self.banner.say("")
        field = (self.new_button, self.name, self.folder, self.passphrase)[step]
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self, step: int) -> None:
        """Check a step; go to the next, or make the vault after the last."""
        checks = (None, self._check_profile, self._check_place, self.passphrase.check)
        check = checks[step]
        if check is None or not check():
            return
        if step < _STEPS:
            self.turn(step + 1)
        else:
            self.wanted.emit(self.folder.text().strip(), self._profile_value(), self.passphrase.text())

    def wait(self, waiting: bool) -> None:
        """While the vault is being made nothing else can be asked for."""
        self.steps.setEnabled(not waiting)
        self.working.setVisible(waiting)
        if waiting:
            self.banner.say("")

    def say_error(self, error: GmscError) -> None:
        """Tell why the vault was not made."""
        self.banner.say_error(error)

    def _check_profile(self) -> bool:
        name_missing = "" if self.name.text().strip() else _("Enter your name with degrees.")
        nip_wrong = nip_problem(self.nip.text())
        self._name_row.set_error(name_missing)
        self._nip_row.set_error(nip_wrong)
        if name_missing or nip_wrong:
            (self._name_row if name_missing else self._nip_row).focus_editor()
        return not (name_missing or nip_wrong)

    def _check_place(self) -> bool:
        problem = place_problem(self.folder.text().strip())
        self._folder_row.set_error(problem)
        if problem:
            self._folder_row.focus_editor()
        return self.office.check() and not problem

    def _profile_value(self) -> Profile:
        from gmsc_desktop.services.vaults import Profile

        return Profile(self.name.text(), self.nip.text(), self.position.text(), self.organisation.text(), language())

    def _choose_place(self) -> None:
        start = self.folder.text() or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, _("Choose where the vault should lie"), str(Path(start).parent))
        if folder:
            chosen = Path(folder)
            filled = chosen.is_dir() and any(chosen.iterdir())
            self.folder.setText(str(chosen / "GMSC" if filled else chosen))

    def _choose_existing(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Choose the folder of the vault"), str(Path.home()))
        if folder:
            self.take_existing(folder)

    def take_existing(self, folder: str) -> None:
        """Go on with the vault in ``folder`` if there is one."""
        from gmsc_desktop.services.vaults import looks_like_vault

        if looks_like_vault(Path(folder)):
            self.open_existing.emit(folder)
        else:
            text = _("There is no vault in {folder}. Choose the folder that holds gmsc.db and keys.json.")
            self.banner.say(text.format(folder=folder), "error")


def place_problem(text: str) -> str:
    """What is wrong with a folder for a new vault, in the language in use, or nothing."""
    folder = Path(text)
    if not text:
        return _("Choose a folder.")
    if not folder.is_absolute():
        return _("Give the whole path of the folder.")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            return _("This folder is not empty. Choose a new one, for example one of its own inside it.")
    except OSError as error:
        return _("This folder cannot be used: {reason}").format(reason=error.strerror or error)
    return ""
