"""Pictures, sounds and films that come with labels and choices: shown, enlarged, played from a copy that goes."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.i18n import set_language
from tests.ui.trials import Trial, written
from ui.pages.assessment.media import LargePicture, PlayButton
from ui.widgets.optionrows import OptionRows

FORM = """\
| survey |
| | type | name | label | media::image | media::big-image | media::audio | media::video | appearance |
| | note | n | Lihat peta | peta.png | besar.png | suara.wav | | |
| | select_one rasa | a | Puas? | | | palsu.mp3 | hilang.mp4 | |
| | begin_group | t | Tabel | | | | | table-list |
| | select_one rasa | t1 | Loket | | | | | |
| | select_one rasa | t2 | Aplikasi | | | | | |
| | end_group | | | | | | | |
| choices |
| | list_name | name | label | media::image | media::audio |
| | rasa | a | Puas | a.png | suara.wav |
| | rasa | b | Biasa | b.png | |
| settings |
| | form_title | form_id |
| | Media | media |
"""


@pytest.fixture
def trial(qtbot: Any, tmp_path: Path, clock: Clock) -> Trial:
    set_language("id")
    for name, size in (
        ("peta.png", (1600, 900)),
        ("besar.png", (3000, 1500)),
        ("a.png", (90, 90)),
        ("b.png", (500, 50)),
    ):
        Image.new("RGB", size, (20, 90, 160)).save(tmp_path / name)
    with wave.open(str(tmp_path / "suara.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    (tmp_path / "palsu.mp3").write_bytes(b"MZ\x90\x00 no sound at all")
    made = Trial(qtbot, written(tmp_path, FORM), clock)
    for _round in range(4):
        made.settle()
    return made


def _note(trial: Trial) -> Any:
    page = trial.page.questions.page
    assert page is not None
    return page.cards[trial.key("n")].media


def test_a_picture_is_bounded_and_opens_the_larger_one(trial: Trial) -> None:
    picture = _note(trial).pictures["peta.png"]
    assert picture.isVisible() and picture.pixmap().width() <= 520 and picture.accessibleName() == "Gambar: peta.png"
    picture.setFocus()
    trial.qtbot.keyClick(picture, Qt.Key.Key_Space)
    trial.settle()
    (dialog,) = trial.window.findChildren(LargePicture)
    trial.settle()
    assert dialog.isVisible() and dialog.shown is not None
    assert (dialog.shown.pixmap().width(), dialog.shown.pixmap().height()) == (3000, 1500)
    dialog.close()


def test_a_sound_is_played_from_a_copy_that_is_removed(trial: Trial) -> None:
    opened: list[Path] = []

    def open_file(path: Path) -> bool:
        assert path.read_bytes()[:4] == b"RIFF"
        opened.append(path)
        return True

    media = trial.page.desk.media
    media._open = open_file
    player = _note(trial).players["suara.wav"]
    assert "Suara · suara.wav" in player.words.text() and player.button.isEnabled()
    player.button.click()
    trial.settle()
    assert [path.name for path in opened] == ["suara.wav"] and opened[0].exists()
    media.forget()
    assert not opened[0].exists() and not opened[0].parent.exists()


def test_what_cannot_be_played_says_so(trial: Trial) -> None:
    opened: list[Path] = []
    trial.page.desk.media._open = lambda path: bool(opened.append(path)) or False
    card = trial.card("a")
    assert card.media is not None
    for name, said in (("palsu.mp3", "bukan suara atau film"), ("hilang.mp4", "tidak ada")):
        assert not card.media.players[name].button.isEnabled() and said in card.media.players[name].words.text()
    # Even asked for, what only calls itself a sound is never handed to the system.
    trial.page.desk.media.play("palsu.mp3")
    trial.settle()
    assert not opened and "palsu.mp3" in trial.page.banner.accessibleName() + _words(trial.page.banner)
    trial.page.desk.media.play("suara.wav")
    trial.settle()
    assert len(opened) == 1 and "suara.wav" in _words(trial.page.banner)


def _words(widget: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_choices_show_their_pictures_and_play_their_sounds(trial: Trial) -> None:
    card = trial.card("a")
    (rows,) = card.findChildren(OptionRows)
    assert set(rows._pictures) == {"a", "b"} and rows._pictures["b"].width() <= 240
    assert rows._row(0).height() > 90
    (player,) = card.choice_media.strip.findChildren(PlayButton)  # type: ignore[union-attr]
    assert "Puas" in player.words.text() and player.isVisible()
    trial.qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=rows._row(1).center().toPoint())
    assert trial.value("a") == "b"


def test_a_table_shows_them_in_its_heading(trial: Trial) -> None:
    card = trial.card("t1")
    for _round in range(4):
        trial.settle()
    table = card.parentWidget()
    assert set(table.head.choices._pictures) == {"a", "b"}  # type: ignore[union-attr]
    QApplication.processEvents()
    assert table.head.height() > 90  # type: ignore[union-attr]
