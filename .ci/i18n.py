"""Keeps the catalogue: collects every msgid of the code, carries translations over, compiles, and says what is missing.

python .ci/i18n.py            update resources/i18n/id/LC_MESSAGES/gmsc.po and .mo; exit 1 while a text is untranslated
python .ci/i18n.py --missing  print the untranslated msgids only
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "i18n" / "id" / "LC_MESSAGES"
PO, MO = FOLDER / "gmsc.po", FOLDER / "gmsc.mo"
PARTS = ROOT / "resources" / "i18n" / "parts"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def extracted() -> Catalog:
    """Every msgid in the code, with the files it stands in (no line numbers: they would change with every edit)."""
    catalog = Catalog(locale="id", domain="gmsc", project="GMSC Desktop", charset="utf-8", fuzzy=False)
    # Indonesian has one form; the library's table does not know it.
    catalog.mime_headers = [("Plural-Forms", "nplurals=1; plural=0;")]
    for folder in ("gmsc_desktop", "ui"):
        found = extract_from_dir(
            ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS, strip_comment_tags=True
        )
        for name, _line, message, _comments, context in found:
            if message:
                catalog.add(message, locations=[(f"{folder}/{name}", 0)], context=context)
    return catalog


def translations() -> Iterator[Catalog]:
    """What has been translated so far, the catalogue itself first."""
    for path in [PO, *sorted(PARTS.glob("*.po"))]:
        if path.exists():
            with path.open("rb") as file:
                yield read_po(file, locale="id", domain="gmsc")


def merged() -> tuple[Catalog, list[str]]:
    """The catalogue of the code with every known translation, and the msgids still without one."""
    catalog = extracted()
    known: dict[tuple[object, object], object] = {}
    for source in translations():
        for message in source:
            key = message.id if isinstance(message.id, str) else message.id[0]
            if (
                message.id
                and message.string
                and any(message.string if isinstance(message.string, tuple) else [message.string])
            ):
                known[(key, message.context)] = message.string
    missing = []
    for message in catalog:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        text = known.get((key, message.context))
        if text is None:
            missing.append(str(key))
            message.string = ("",) if isinstance(message.id, tuple) else ""
            continue
        first = text[0] if isinstance(text, tuple) else text
        message.string = (first,) if isinstance(message.id, tuple) else first
    return catalog, missing


def rendered(catalog: Catalog) -> tuple[bytes, bytes]:
    """The .po and .mo files as bytes, the same for the same texts."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, sort_output=True, omit_header=True, width=0, include_lineno=False)
    header = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: GMSC Desktop\\n"\n"Language: id\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    full = header.encode() + po.getvalue()
    with io.BytesIO(full) as source:
        compiled = read_po(source, locale="id", domain="gmsc")
    # The compiled file carries dates; the time of running must not change it.
    compiled.creation_date = compiled.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(mo, compiled)
    return full, mo.getvalue()


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    catalog, missing = merged()
    if "--missing" in arguments:
        print("\n".join(repr(text) for text in missing))
        return 1 if missing else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    po, mo = rendered(catalog)
    PO.write_bytes(po)
    MO.write_bytes(mo)
    print(f"{len(catalog)} texts, {len(missing)} untranslated")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
