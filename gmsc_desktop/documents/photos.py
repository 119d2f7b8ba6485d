"""The photos of one document, each read and re-encoded once, and the list of those that could not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gmsc_desktop.documents import texts
from gmsc_desktop.documents.drawn import Images
from gmsc_desktop.documents.images import Picture, make_picture
from gmsc_desktop.documents.model import EvidenceLine

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif")


class Photos:
    """Pictures by the SHA-256 of their file. ``undrawn`` names every line whose picture is missing, and why."""

    def __init__(self, lines: Sequence[EvidenceLine], images: Images, step: Callable[[int, int], None]) -> None:
        self._pictures: dict[str, Picture] = {}
        self.undrawn: list[tuple[EvidenceLine, str]] = []
        wanted = [line for line in lines if self.is_picture(line)]
        reasons: dict[str, str] = {}
        for position, line in enumerate(wanted):
            step(position, len(wanted))
            if line.sha256 not in self._pictures and line.sha256 not in reasons:
                reason = self._load(line.sha256, images)
                if reason:
                    reasons[line.sha256] = reason
            if line.sha256 in reasons:
                self.undrawn.append((line, reasons[line.sha256]))

    def _load(self, sha256: str, images: Images) -> str:
        data = images(sha256)
        if data is None:
            return texts.UNDRAWN_ABSENT
        picture = make_picture(data)
        if picture is None:
            return texts.UNDRAWN_BROKEN
        self._pictures[sha256] = picture
        return ""

    @staticmethod
    def is_picture(line: EvidenceLine) -> bool:
        """Whether the file was taken in as a picture, by its media type or, without one, by its name."""
        if line.media_type:
            return line.media_type.startswith("image/") and not line.media_type.startswith("image/svg")
        return line.name.lower().endswith(_SUFFIXES)

    def get(self, line: EvidenceLine) -> Picture | None:
        """The picture of ``line``, None when it cannot be drawn."""
        return self._pictures.get(line.sha256)
