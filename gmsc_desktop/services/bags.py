"""Whether an unpacked BagIt bag is whole, whoever made it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.errors import N_, InvalidInput

if TYPE_CHECKING:
    from gmsc_desktop.sync.anybag import BagReport


def check_bag_folder(folder: Path) -> BagReport:
    """What the bag in ``folder`` is worth as a bag; who made it is not asked. Raises ``InvalidInput``."""
    from gmsc_desktop.sync.anybag import check_bag

    try:
        return check_bag(folder)
    except OSError as error:
        detail = error.strerror or str(error)
        raise InvalidInput(N_("The folder {folder} cannot be read: {detail}."), folder=folder, detail=detail) from error
