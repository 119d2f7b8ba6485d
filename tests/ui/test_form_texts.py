"""What a form says: emphasis without markup, other answers filled in, and everything in the language chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.emphasis import Run, escaped, plain_text, runs
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.forms.document import from_document, instrument_hash, to_document
from gmsc_desktop.forms.markup import marked, plain
from gmsc_desktop.i18n import set_language
from tests.ui.trials import Trial, written

HEAD = (
    "type | name | label::Indonesia (id) | label::English (en) | hint::Indonesia (id) | guidance_hint::Indonesia (id)"
    " | guidance_hint::English (en) | required | required_message::Indonesia (id) | required_message::English (en)"
    " | constraint | constraint_message::Indonesia (id) | constraint_message::English (en)"
)
FORM = f"""\
| survey |
| | {HEAD} |
| | text | nama | Nama **pejabat** yang *ditemui* | Name of the official | Tulis <b>lengkap</b> | Lihat *surat* \
| See it | yes | Nama wajib diisi. | The name is needed. | | | |
| | integer | umur | Umur **${{nama}}** | Age of ${{nama}} | | | | | | | . > 17 | Harus di atas 17 | Must be over 17 |
| | note | n | **Jangan** <script>alert(1)</script> | Do **not** | | | | | | | | | |
| | begin_group | g | Tentang ${{nama}} | About ${{nama}} | | | | | | | | | |
| | text | a | Biasa | Plain | | | | | | | | | |
| | end_group | | | | | | | | | | | | |
| settings |
| | form_title | form_id | default_language |
| | Teks | teks | Indonesia (id) |
"""


@pytest.fixture
def trial(qtbot: Any, tmp_path: Path, clock: Clock) -> Trial:
    set_language("id")
    return Trial(qtbot, written(tmp_path, FORM), clock)


def test_emphasis_is_shown_and_never_markup(trial: Trial) -> None:
    card = trial.card("nama")
    assert card.title.text() == "Nama pejabat yang ditemui"
    assert card.title._runs == (
        Run("Nama "),
        Run("pejabat", strong=True),
        Run(" yang "),
        Run("ditemui", slanted=True),
    )
    assert not card.title.letters().bold() and card.hint._runs[1] == Run("lengkap", strong=True)
    assert trial.page.inspector.guidance._runs == (Run("Lihat "), Run("surat", slanted=True))
    page = trial.page.questions.page
    assert page is not None
    note = page.cards[trial.key("n")].note_text.words
    assert note.text() == "Jangan <script>alert(1)</script>" and note._runs[0] == Run("Jangan", strong=True)
    assert note.heightForWidth(400) > 0


def test_what_is_filled_in_is_no_emphasis(trial: Trial) -> None:
    trial.page.desk.write(trial.key("nama"), Facet.VALUE, "Budi *dan* **Ani** \\")
    card = trial.card("umur")
    assert card.title.text() == "Umur Budi *dan* **Ani** \\"
    assert card.title._runs == (Run("Umur "), Run("Budi *dan* **Ani** \\", strong=True))
    trial.page.questions.show_section("/data/g")
    trial.settle()
    page = trial.page.questions.page
    assert page is not None and page._title.text() == "Tentang Budi *dan* **Ani** \\"
    lines = [line.label for line in trial.page._counts.lines()]
    assert lines[1] == page._title.text()


def test_everything_follows_the_language_of_the_form(trial: Trial) -> None:
    trial.page.desk.write(trial.key("umur"), Facet.VALUE, "9")
    card = trial.card("umur")
    assert card.message.text() == "Harus di atas 17"
    trial.page._speak("en")
    trial.settle()
    card = trial.card("umur")
    assert card.message.text() == "Must be over 17" and card.title.text().startswith("Age of")
    trial.page.next_problem(forward=True)
    trial.settle()
    card = trial.card("nama")
    assert "The name is needed." in card.message.text()
    assert trial.page.inspector.guidance.text() == "See it" and not trial.page.inspector.guidance._runs
    assert card.title._runs == (), "in English nothing of it is emphasised"
    trial.page._speak("id")
    trial.settle()
    assert trial.card("umur").message.text() == "Harus di atas 17"


def test_emphasis_is_part_of_the_instrument(trial: Trial) -> None:
    instrument = trial.page.desk.instrument
    assert dict(instrument.by_path["/data/nama"].emphasis["label"].by_language) == {
        "id": "Nama **pejabat** yang *ditemui*"
    }
    again = from_document(to_document(instrument))
    assert again.by_path["/data/nama"].emphasis == instrument.by_path["/data/nama"].emphasis
    assert instrument_hash(again) == instrument_hash(instrument)
    assert "emphasis" not in next(item for item in to_document(instrument)["items"] if item["path"] == "/data/g/a")


@given(st.text(alphabet="ab *_<>/bi\\#${}&\n"))
def test_emphasis_never_changes_the_words(text: str) -> None:
    found = marked(text)
    assert not found or plain_text(runs(found)) == plain(text)


@given(st.text())
def test_escaped_text_has_no_emphasis(text: str) -> None:
    assert plain_text(runs(escaped(text))) == text
    assert not any(run.strong or run.slanted for run in runs(escaped(text)))
