"""What verification says of a file, as a card: the word, what it means, who signed, which visits, and every check."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gmsc_desktop.domain.verdict import SignerReport, Status, Verdict
from gmsc_desktop.i18n import _
from gmsc_desktop.services import verdicts
from gmsc_desktop.services.qr import issued_text
from ui.theme import space
from ui.widgets.cards import Card, button_row, scrolled
from ui.widgets.labels import Button, Sign, label, rule

_LOOK = {
    Status.GENUINE: ("success", "success"),
    Status.UNKNOWN_SIGNER: ("help", "warning"),
    Status.ALTERED: ("error", "error"),
    Status.DAMAGED: ("warning", "error"),
    Status.WITHDRAWN: ("cross", "error"),
    Status.SUPERSEDED: ("warning", "warning"),
}
GROUP = 4


def grouped(digest: str) -> str:
    """A hash or fingerprint in groups of four, as people read it to each other."""
    return " ".join(digest[start : start + GROUP] for start in range(0, len(digest), GROUP))


class VerdictView(Card):
    """One verdict. The word, its sign and its colour agree; the colour alone says nothing."""

    def __init__(self, verdict: Verdict, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.verdict = verdict
        sign, tone = _LOOK[verdict.status]
        self.setAccessibleName(f"{verdict.file_name}: {verdicts.headline(verdict)}")
        top = QHBoxLayout()
        top.setSpacing(space(4))
        top.addWidget(Sign(sign, tone, 11), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(space(1))
        self.headline = label(verdicts.headline(verdict), "title")
        words.addWidget(self.headline)
        words.addWidget(label(verdict.file_name, "label"))
        words.addWidget(label(verdicts.meaning(verdict)))
        top.addLayout(words, 1)
        self.body.addLayout(top)
        self._issued()
        self._signers()
        self._visits()
        self._checks()
        self.body.addWidget(rule())
        self.body.addWidget(
            label(_("SHA-256 of the file: {digest}").format(digest=verdict.file_sha256), "small", selectable=True)
        )

    def _issued(self) -> None:
        issued = self.verdict.issued
        if issued is None:
            return
        # By somebody nobody here knows, or changed since, it is only what the code says of itself.
        self._heading(_("What was issued") if self.verdict.status.proven else _("What it claims to be (not proven)"))
        text = issued_text(issued)
        self.body.addWidget(label(text[:1].upper() + text[1:], "label", selectable=True))
        content = _("content {digest}").format(digest=issued.content_hash)
        self.body.addWidget(label(content, "small", selectable=True))

    def _signers(self) -> None:
        if not self.verdict.signers:
            return
        self._heading(_("Signed by"))
        for signer in self.verdict.signers:
            row = QHBoxLayout()
            row.setSpacing(space(2))
            row.addWidget(Sign(*self._look_of(signer), 5), 0, Qt.AlignmentFlag.AlignTop)
            column = QVBoxLayout()
            column.setSpacing(space(0.5))
            if signer.field:
                column.addWidget(label(verdicts.place_name(signer.field), "label"))
            column.addWidget(label(verdicts.signer_text(signer), selectable=True))
            fingerprint = _("Key fingerprint: {fingerprint}").format(fingerprint=grouped(signer.fingerprint))
            column.addWidget(label(fingerprint, "small", selectable=True))
            row.addLayout(column, 1)
            self.body.addLayout(row)

    def _look_of(self, signer: SignerReport) -> tuple[str, str]:
        """Sign and tone. What somebody trusted signed in a file that was changed since is no good sign."""
        if not signer.intact:
            return "error", "error"
        if not signer.trusted:
            return "help", "warning"
        return ("success", "success") if self.verdict.status.whole else ("certificate", "muted")

    def _visits(self) -> None:
        if not self.verdict.visits:
            return
        self._heading(_("Visits in it"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(4))
        grid.setVerticalSpacing(space(1))
        grid.setColumnStretch(1, 1)
        for row, visit in enumerate(self.verdict.visits):
            place = f"{visit.region_name} ({visit.region_code}), {visit.cycle_year}"
            grid.addWidget(label(place, "label", wrap=False, selectable=True), row, 0)
            content = _("content {digest}").format(digest=visit.content_hash)
            grid.addWidget(label(content, "small", selectable=True), row, 1)
        self.body.addLayout(grid)

    def _checks(self) -> None:
        if not self.verdict.reasons:
            return
        self._heading(_("What was checked"))
        # What failed comes first: it is what the person has to know.
        for reason in sorted(self.verdict.reasons, key=lambda found: found.good):
            row = QHBoxLayout()
            row.setSpacing(space(2))
            sign = Sign("check" if reason.good else "cross", "success" if reason.good else "error", 4.5)
            row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(label(verdicts.reason_text(reason), selectable=True), 1)
            self.body.addLayout(row)

    def _heading(self, text: str) -> None:
        self.body.addWidget(rule())
        self.body.addWidget(label(text, "subheading"))


class VerdictDialog(QDialog):
    """A verdict over the window."""

    def __init__(self, parent: QWidget, verdict: Verdict) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Verification"))
        self.resize(space(190), space(140))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(4), space(4), space(4), space(4))
        content = QWidget()
        inner = QHBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(VerdictView(verdict), 1, Qt.AlignmentFlag.AlignTop)
        column.addWidget(scrolled(content), 1)
        close = Button(_("Close"), kind="primary")
        close.clicked.connect(self.accept)
        column.addLayout(button_row(close))
