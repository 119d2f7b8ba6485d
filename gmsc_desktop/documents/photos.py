"""The photos of one document, each read and re-encoded once, and the list of those that could not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gmsc_desktop.documents import texts
from gmsc_desktop.documents.drawn import Images
from gmsc_desktop.documents.images import Fault, Picture, fault_of, make_picture
from gmsc_desktop.documents.model import EvidenceLine
from gmsc_desktop.domain.papers import PHOTO_EDGE

_VECTOR = "image/svg+xml"
"""A drawing that may hold programs and references to the network: shown among the files, never run."""
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif")


_FAULTS = {
    Fault.EMPTY: texts.UNDRAWN_EMPTY,
    Fault.FORMAT: texts.UNDRAWN_FORMAT,
    Fault.TOO_LARGE: texts.UNDRAWN_TOO_LARGE,
    Fault.BROKEN: texts.UNDRAWN_BROKEN,
}


class Photos:
    """Pictures by the SHA-256 of their file, none unless ``drawn``; ``edge`` is their longest edge in pixels.
    ``undrawn`` names every line whose picture is missing or not whole, and why."""

    def __init__(
        self,
        lines: Sequence[EvidenceLine],
        images: Images,
        step: Callable[[int, int], None],
        *,
        edge: int = PHOTO_EDGE,
        drawn: bool = True,
    ) -> None:
        self._pictures: dict[str, Picture] = {}
        self.undrawn: list[tuple[EvidenceLine, str]] = []
        self._edge, self.drawn = edge, drawn
        if drawn:
            self.undrawn += [(line, texts.UNDRAWN_VECTOR) for line in lines if line.media_type == _VECTOR]
        wanted = [line for line in lines if self.shows(line)]
        reasons: dict[str, str] = {}
        for position, line in enumerate(wanted):
            step(position, len(wanted))
            if line.sha256 not in self._pictures and line.sha256 not in reasons:
                reason = self._load(line.sha256, images)
                if reason:
                    reasons[line.sha256] = reason
            if line.sha256 in reasons:
                self.undrawn.append((line, reasons[line.sha256]))
            elif self._pictures[line.sha256].more:
                self.undrawn.append((line, texts.UNDRAWN_MORE))
        order = {id(line): position for position, line in enumerate(lines)}
        self.undrawn.sort(key=lambda named: order[id(named[0])])

    def _load(self, sha256: str, images: Images) -> str:
        data = images(sha256)
        if data is None:
            return texts.UNDRAWN_ABSENT
        picture = make_picture(data, self._edge)
        if picture is None:
            return _FAULTS[fault_of(data)]
        self._pictures[sha256] = picture
        return ""

    def shows(self, line: EvidenceLine) -> bool:
        """Whether ``line`` has a frame of its own in this document."""
        return self.drawn and self.is_picture(line)

    @staticmethod
    def is_picture(line: EvidenceLine) -> bool:
        """Whether the file was taken in as a picture, by its media type or, without one, by its name."""
        if line.media_type:
            return line.media_type.startswith("image/") and line.media_type != _VECTOR
        return line.name.lower().endswith(_SUFFIXES)

    def get(self, line: EvidenceLine) -> Picture | None:
        """The picture of ``line``, None when it cannot be drawn."""
        return self._pictures.get(line.sha256)
