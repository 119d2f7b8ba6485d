"""Where sticks are plugged in, and how large a file one of them can hold."""

from __future__ import annotations

from PySide6.QtCore import QStorageInfo

_SMALL_FILES = frozenset({"vfat", "msdos", "fat", "fat32", "fat16"})
"""What file systems that hold no file of 4 GiB are called by the operating systems."""


def first_stick() -> str:
    """Where a stick is plugged in, to start a choice there; nothing when there is none."""
    system = QStorageInfo.root().rootPath()
    for volume in QStorageInfo.mountedVolumes():
        path = volume.rootPath()
        removable = path.startswith(("/media/", "/run/media/", "/Volumes/")) or (
            len(path) >= 2 and path[1] == ":" and path[:2] != system[:2]
        )
        if volume.isReady() and not volume.isReadOnly() and removable:
            return path
    return ""


def holds_small_files(folder: str) -> bool:
    """Whether ``folder`` lies on a file system that holds no file of 4 GiB."""
    return bytes(QStorageInfo(folder).fileSystemType().data()).decode("ascii", "replace").lower() in _SMALL_FILES
