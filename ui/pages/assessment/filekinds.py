"""What a question answered by files wants of them: words for it, what the file dialog offers, what does not fit."""

from __future__ import annotations

from dataclasses import dataclass

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import ItemType
from gmsc_desktop.domain.visit import Evidence
from gmsc_desktop.i18n import _


@dataclass(frozen=True, slots=True)
class FileKind:
    """Texts (msgids) and media types of one kind; ``fits`` are beginnings of media types, any when there are none."""

    title: str
    add: str
    unfit: str = ""
    fits: tuple[str, ...] = ()
    endings: str = ""

    def misfit(self, files: tuple[Evidence, ...]) -> str:
        """What to say of the first file that is not of this kind, in the language in use; empty when all are."""
        other = (one for one in files if self.fits and one.media_type and not one.media_type.startswith(self.fits))
        found = next(other, None)
        return _(self.unfit).format(name=found.name[:80]) if found is not None else ""

    def dialog_filter(self) -> str:
        """What the file dialog offers first, and everything after it."""
        every, title = _("All files"), _(self.title)
        return f"{title} ({self.endings});;{every} (*)" if self.endings else f"{every} (*)"


ANY = FileKind(N_("Files"), N_("Add a file"))
KINDS = {
    ItemType.IMAGE: FileKind(
        N_("Picture"),
        N_("Add a picture"),
        N_("This question asks for a picture; {name} is none."),
        ("image/",),
        "*.jpg *.jpeg *.png *.heic *.webp *.tif *.tiff *.gif *.bmp",
    ),
    ItemType.AUDIO: FileKind(
        N_("Sound"),
        N_("Add a recording"),
        N_("This question asks for a sound; {name} is none."),
        # What a telephone records as sound may lie in a container of films.
        ("audio/", "video/mp4", "video/3gpp", "video/webm"),
        "*.mp3 *.m4a *.wav *.ogg *.flac *.amr *.3gp *.webm",
    ),
    ItemType.VIDEO: FileKind(
        N_("Film"),
        N_("Add a film"),
        N_("This question asks for a film; {name} is none."),
        ("video/",),
        "*.mp4 *.mov *.webm *.3gp *.avi",
    ),
}


def file_kind(type_: ItemType) -> FileKind:
    """What files a question of this type wants."""
    return KINDS.get(type_, ANY)
