"""A damaged database made walkable: in memory, decrypted, with bare pages in the place of broken ones.

SQLite stops at the first broken page of a tree. Here every page that cannot be what the tree needs is replaced by a
leaf in which nothing stands, so that the rows of all other pages are found (sqlite.org/fileformat2.html).
"""

from __future__ import annotations

import sqlite3
import struct

from gmsc_desktop.store.pages import MAGIC, PAGE, RESERVED, Image

BROKEN = 0xFF
"""What stands in a broken page that holds the rest of a long row: no text and no JSON has this byte."""

TABLE_LEAF, TABLE_INTERIOR, INDEX_LEAF, INDEX_INTERIOR = 0x0D, 0x05, 0x0A, 0x02
SPARE = (TABLE_LEAF, INDEX_LEAF)
"""Bare leaves put behind the last page, the first of these last."""
NOWHERE = b"\xff" * 9
"""The row number -1 as a varint: no row of ours has it."""


def walkable(image: Image, fresh: Image) -> sqlite3.Connection:
    """The damaged database as a plain one in memory, in which every tree can be walked to its end.

    ``fresh`` is an empty database of this program's version. ``image`` is used up.
    """
    # Where each table begins stands in pages that are the same in every vault of this version.
    for number in _tree(fresh, 1):
        if number in image.bad:
            image.page(number)[:] = fresh.page(number)
    for leaf in reversed(SPARE):
        image.data.extend(_bare(leaf))
    _whole_header(image)
    for number in image.bad - _tree(fresh, 1):
        image.page(number)[:] = bytes(4) + bytes([BROKEN]) * (PAGE - RESERVED - 4) + bytes(RESERVED)
    source = _deserialized(image)
    try:
        roots = source.execute(
            "SELECT rootpage, type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%' FROM sqlite_schema WHERE rootpage > 0"
        ).fetchall()
    except sqlite3.DatabaseError:
        roots = []
    source.close()
    for root, by_rowid in roots:
        if root > 1:
            _patch(image, int(root), TABLE_LEAF if by_rowid else INDEX_LEAF)
    return _deserialized(image)


def _whole_header(image: Image) -> None:
    """Make the file header speak of a file of this size without a write-ahead log and without free pages."""
    header = image.page(1)
    header[: len(MAGIC)] = MAGIC
    header[18:20] = b"\x01\x01"
    # File change counter and version-valid-for must agree, or the size in the header is not believed.
    header[92:96] = header[24:28]
    struct.pack_into(">I", header, 28, image.pages)
    header[32:40] = bytes(8)


def _patch(image: Image, root: int, leaf: int) -> None:
    """Put a bare leaf in the place of every broken page of the tree that begins at ``root``."""
    interior = TABLE_INTERIOR if leaf == TABLE_LEAF else INDEX_INTERIOR
    waiting, seen = [root], set()
    while waiting:
        number = waiting.pop()
        if number in seen or not 1 <= number <= image.pages:
            continue
        seen.add(number)
        page = image.page(number)
        if number in image.bad or page[0] not in (leaf, interior):
            page[:] = _bare(leaf)
        elif page[0] == interior:
            pointers = _pointers(page, 0)
            if pointers is None:
                page[:] = _bare(leaf)
                continue
            for place in pointers:
                (child,) = struct.unpack_from(">I", page, place)
                if 1 <= child <= image.pages - len(SPARE):
                    waiting.append(child)
                else:
                    # Beyond the end of a file that was cut off.
                    struct.pack_into(">I", page, place, image.pages - SPARE.index(leaf))


def _bare(leaf: int) -> bytes:
    """A leaf with one row in which nothing stands: SQLite takes a leaf without any for damage."""
    # Size of the record, for a table the row number, and a record of no columns (fileformat2.html, sections 1.6, 2.1).
    cell = b"\x01" + (NOWHERE if leaf == TABLE_LEAF else b"") + b"\x01"
    place = PAGE - RESERVED - 16
    page = bytes([leaf]) + struct.pack(">HHHBH", 0, 1, place, 0, place)
    return page + bytes(place - len(page)) + cell + bytes(PAGE - place - len(cell))


def _tree(image: Image, root: int) -> frozenset[int]:
    """The pages of the tree that begins at ``root``, in a database that is whole."""
    page, start = image.page(root), 100 if root == 1 else 0
    if page[start] not in (TABLE_INTERIOR, INDEX_INTERIOR):
        return frozenset({root})
    children = (struct.unpack_from(">I", page, place)[0] for place in _pointers(page, start) or ())
    return frozenset({root}).union(*(_tree(image, child) for child in children))


def _pointers(page: memoryview, start: int) -> list[int] | None:
    """Where in an interior page the numbers of its children stand; None when it is no such page."""
    (cells,) = struct.unpack_from(">H", page, start + 3)
    if start + 12 + 2 * cells > PAGE - RESERVED:
        return None
    places = list(struct.unpack_from(f">{cells}H", page, start + 12))
    return None if any(place > PAGE - RESERVED - 4 for place in places) else [start + 8, *places]


def _deserialized(image: Image) -> sqlite3.Connection:
    source = sqlite3.connect(":memory:")
    source.deserialize(bytes(image.data))
    # What is read here is in the clear: none of it may reach a temporary file.
    source.execute("PRAGMA temp_store = MEMORY")
    return source
