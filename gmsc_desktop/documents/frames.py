"""Photos beside the item they belong to: lines of frames with number, caption, time and place under each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from gmsc_desktop.documents import fonts, texts, theme
from gmsc_desktop.documents.images import Picture
from gmsc_desktop.documents.stamp import clip, shrink

_NUMBER, _CAPTION, _WHEN = 6.8, 6.8, 6.2


class _Jpeg(ImageReader):  # type: ignore[misc]
    """A JPEG that ReportLab embeds as it is: its own reader would decode every photo to name it by its pixels."""

    def __init__(self, picture: Picture) -> None:
        self._ident = None
        self._width, self._height = picture.width, picture.height
        self._data = picture.jpeg
        self._dataA = None
        self.fileName = ""

    def getRGBData(self) -> bytes:
        """What the image is named by: its JPEG bytes."""
        return self._data

    def jpeg_fh(self) -> Any:
        """The JPEG to embed."""
        return io.BytesIO(self._data)


@dataclass(frozen=True, slots=True)
class Photo:
    """One frame of a line of photos: the number under it, the picture or None when it cannot be drawn, its caption,
    and in ``below`` when and where it was taken."""

    number: str
    picture: Picture | None
    caption: str = ""
    below: tuple[str, ...] = ()


class PhotoLine(Flowable):  # type: ignore[misc]
    """Photos of one height side by side, each over its number; one that cannot be drawn is an empty frame.

    One or two photos of an item are shown large; of more, three stand in a line of the column of indicators.
    """

    LARGE, SMALL, GAP, LINE = 108.0, 72.0, 9.0, 8.0
    NARROW, WIDEST = 0.9, 2.0
    """The narrowest and the widest frame as parts of its height: captions need room, panoramas must leave some."""

    def __init__(self, photos: Sequence[Photo], tall: float) -> None:
        super().__init__()
        self.photos = list(photos)
        self.tall = tall
        widths = [self.frame(photo, tall) for photo in self.photos]
        captions = [(_lines(each, wide), _below(each, wide)) for each, wide in zip(self.photos, widths, strict=True)]
        self._laid = list(zip(self.photos, widths, captions, strict=True))
        self._foot = self.LINE * max(len(caption) + len(below) for caption, below in captions) + 4

    @classmethod
    def frame(cls, photo: Photo, tall: float) -> float:
        """The width of the frame of ``photo`` at this height."""
        if photo.picture is None:
            return tall * 4 / 3
        return tall * min(max(photo.picture.width / photo.picture.height, cls.NARROW), cls.WIDEST)

    @classmethod
    def lines(cls, photos: Sequence[Photo], room: float) -> list[Flowable]:
        """As many lines as ``photos`` need in ``room`` points."""
        tall = cls.LARGE if len(photos) < 3 else cls.SMALL
        made: list[list[Photo]] = []
        used = 0.0
        for photo in photos:
            width = cls.frame(photo, tall) + cls.GAP
            if not made or used + width > room + cls.GAP:
                made.append([])
                used = 0.0
            made[-1].append(photo)
            used += width
        return [cls(line, tall) for line in made]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As high as its photos and the longest of their captions."""
        return width, self.tall + self._foot + 4

    def draw(self) -> None:
        """Every frame, its photo as large as it fits, its number and caption below."""
        canvas = self.canv
        x = 0.0
        for photo, wide, (caption, below) in self._laid:
            if photo.picture is None:
                self._absent(x, wide)
            else:
                canvas.setFillColor(theme.TINT)
                canvas.rect(x, self._foot, wide, self.tall, stroke=0, fill=1)
                self._place(photo.picture, x, wide)
            self._under(photo, caption, below, x, wide)
            x += wide + self.GAP

    def _under(self, photo: Photo, caption: Sequence[str], below: Sequence[str], x: float, wide: float) -> None:
        """The number with the caption after and below it, then when and where."""
        canvas = self.canv
        y = self._foot - self.LINE
        canvas.setFillColor(theme.DEEP)
        canvas.setFont(fonts.SANS_SEMIBOLD, _NUMBER)
        canvas.drawString(x, y, photo.number)
        canvas.setFillColor(theme.MUTED)
        canvas.setFont(fonts.SANS, _CAPTION)
        for position, line in enumerate(caption):
            canvas.drawString(x if position else x + _label(photo), y, line)
            y -= self.LINE
        for text in below:
            shown, size = shrink(text, fonts.SANS, _WHEN, wide, smallest=_WHEN - 1)
            canvas.setFont(fonts.SANS, size)
            canvas.drawString(x, y, shown)
            y -= self.LINE

    def _place(self, picture: Picture, x: float, wide: float) -> None:
        scale = min(wide / picture.width, self.tall / picture.height)
        width, height = max(picture.width * scale, 0.5), max(picture.height * scale, 0.5)
        left, low = x + (wide - width) / 2, self._foot + (self.tall - height) / 2
        self.canv.drawImage(_Jpeg(picture), left, low, width, height)

    def _absent(self, x: float, wide: float) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.setStrokeColor(theme.MUTED)
        canvas.setLineWidth(0.6)
        canvas.setDash(2, 2)
        canvas.rect(x + 0.3, self._foot + 0.3, wide - 0.6, self.tall - 0.6, stroke=1, fill=0)
        canvas.restoreState()
        canvas.setFillColor(theme.MUTED)
        canvas.setFont(fonts.SANS_ITALIC, 7.4)
        canvas.drawCentredString(x + wide / 2, self._foot + self.tall / 2 - 2, texts.UNDRAWABLE)


def _label(photo: Photo) -> float:
    width: float = stringWidth(photo.number, fonts.SANS_SEMIBOLD, _NUMBER)
    return width + 4


def _lines(photo: Photo, wide: float) -> list[str]:
    """The caption on at most two lines, the first beside the number; what is cut stands in the matrix of evidence."""
    words, first, room = photo.caption.split(), "", wide - _label(photo)
    while words and stringWidth(f"{first} {words[0]}".strip(), fonts.SANS, _CAPTION) <= room:
        first = f"{first} {words.pop(0)}".strip()
    return [first, clip(" ".join(words), fonts.SANS, _CAPTION, wide)] if words else [first]


def _below(photo: Photo, wide: float) -> Sequence[str]:
    """When and where on one line where there is room, else on two."""
    both = " · ".join(photo.below)
    return (both,) if both and stringWidth(both, fonts.SANS, _WHEN) <= wide else photo.below
