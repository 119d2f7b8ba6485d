"""What each revision of a signed PDF may do: sign, and nothing else (docs/signatures.md, "Verdicts").

``standing_fault`` looks at how signatures and revisions lie in the file, ``change_fault`` at what one revision changed.
Neither says who signed, nor whether a signature holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gmsc_desktop.documents import guard

if TYPE_CHECKING:
    from gmsc_desktop.documents.signatures import Found

SLACK = 1.0
"""Points a rectangle may stick out of the place provided for it: programs round."""
_TOUCHED = frozenset({"/ModDate", "/Producer"})
"""Entries of the information dictionary that say who wrote the file last; all others are the document's own."""
_PARTICULARS = (
    "{http://purl.org/dc/elements/1.1/}title",
    "{http://purl.org/dc/elements/1.1/}creator",
    "{http://purl.org/dc/elements/1.1/}description",
    "{http://purl.org/dc/elements/1.1/}subject",
    "{http://ns.adobe.com/pdf/1.3/}Keywords",
    "{http://ns.adobe.com/xap/1.0/}CreateDate",
    "{http://www.aiim.org/pdfa/ns/id/}part",
    "{http://www.aiim.org/pdfa/ns/id/}conformance",
)


def standing_fault(reader: Any, size: int, signatures: Sequence[Found]) -> tuple[str, str] | None:
    """Why ``signatures``, in signing order, do not vouch for a file of ``size`` bytes: a code, and the field if of one.

    Each covers its revision (``coverage``), the last one the whole file and none of the revisions since the first is
    without one (``appended``), and none that was there before is gone (``removed``).
    """
    from pyhanko.sign.fields import enumerate_sig_fields

    for signature in signatures:
        if not signature.hole_is_clean or not signature.covers_revision:
            return "coverage", signature.field
    revisions = [signature.revision for signature in signatures]
    first, last = revisions[0], reader.xrefs.total_revisions - 1
    if signatures[-1].end != size or revisions != list(range(first, last + 1)):
        return "appended", ""
    for number in range(first):
        # What is the first signature now was not, when one before it was taken out.
        before = enumerate_sig_fields(guard.revision(reader, number))
        if any(value is not None for _name, value, _ref in before):
            return "removed", ""
    return None


def change_fault(reader: Any, earlier: Sequence[Found], later: Found, *, trusted: bool) -> bool:
    """Whether ``later`` did more than sign over what the ``earlier`` signatures, in order, had signed.

    A signer who is ``trusted`` here may have made a place of their own to sign in, but not to cover the page with:
    it may be seen only inside a place provided for a signature that nobody had used. A timestamp makes its own place,
    whoever asked for it, and nothing of it may be seen. What an earlier signer forbade (DocMDP, FieldMDP) is forbidden.
    """
    from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
    from pyhanko.sign.fields import MDPPerm

    old = guard.revision(reader, earlier[-1].revision)
    new = guard.revision(reader, later.revision)
    permitted = [found.permits for found in earlier if found.permits is not None]
    permission = min(permitted, key=lambda level: level.value) if permitted else None
    policy = _policy(later.timestamp or trusted)
    try:
        for locks in {None, *(found.locks for found in earlier)}:
            result = policy.apply(old=old, new=new, field_mdp_spec=locks, doc_mdp=permission)
    except SuspiciousModification:
        return True
    level = result.modification_level
    if later.timestamp:
        return bool(level > ModificationLevel.LTA_UPDATES)
    if permission is MDPPerm.NO_CHANGES:
        return True
    return _places_cover(old, new) or _particulars(old) != _particulars(new)


def _policy(new_fields: bool) -> Any:
    """The rules of pyHanko for what may differ between two signed revisions: signing, and metadata about it."""
    from pyhanko.sign import diff_analysis as diff
    from pyhanko.sign.diff_analysis import policies

    level = diff.ModificationLevel.LTA_UPDATES
    fields = [diff.SigFieldModificationRule()]
    return policies.StandardDiffPolicy(
        global_rules=[
            diff.CatalogModificationRule(),
            diff.DocInfoRule().as_qualified(level),
            diff.XrefStreamRule().as_qualified(level),
            diff.ObjectStreamRule().as_qualified(level),
            diff.DSSCompareRule().as_qualified(level),
            diff.MetadataUpdateRule().as_qualified(level),
        ],
        form_rule=diff.FormUpdatingRule([diff.SigFieldCreationRule(), *fields] if new_fields else fields),
    )


# places made on the spot

Box = tuple[float, float, float, float]


def _places_cover(old: Any, new: Any) -> bool:
    """Whether a signature field made in ``new`` can be seen outside the places ``old`` provided and left empty."""
    from pyhanko.sign.fields import enumerate_sig_fields

    before = {name: (value, reference) for name, value, reference in enumerate_sig_fields(old)}
    made = [reference for name, _value, reference in enumerate_sig_fields(new) if name not in before]
    if not made:
        return False
    empty = [reference for value, reference in before.values() if value is None]
    provided = set(_seen(old, empty))
    return not all(
        any(page == other and _within(box, place) for other, place in provided) for page, box in _seen(new, made)
    )


def _seen(handler: Any, fields: Iterable[Any]) -> Iterable[tuple[int, Box]]:
    """Page number (-1 for one that cannot be told) and rectangle of every widget of ``fields`` that can be seen."""
    pages = _pages_of_widgets(handler)
    for reference in fields:
        field = reference.get_object()
        # Not get(), which would leave a reference unresolved.
        children = list(field["/Kids"]) if "/Kids" in field else []
        for widget in (reference, *children):
            box = _box(widget.get_object())
            if box is not None:
                yield pages.get(getattr(widget, "idnum", None), -1), box


def _pages_of_widgets(handler: Any) -> Mapping[int | None, int]:
    """The page every annotation that is an object of its own stands on, by the object's number."""
    found: dict[int | None, int] = {}
    waiting = [handler.root["/Pages"]]
    number = 0
    while waiting:
        node = waiting.pop()
        if "/Kids" in node:
            waiting.extend(kid.get_object() for kid in reversed(node["/Kids"]))
            continue
        for position in range(len(node["/Annots"]) if "/Annots" in node else 0):
            item = node["/Annots"].raw_get(position)
            found[getattr(item, "idnum", None)] = number
        number += 1
    return found


def _box(widget: Any) -> Box | None:
    """The rectangle of a widget, lower left corner first; None when it has no area."""
    if "/Rect" not in widget:
        return None
    x0, y0, x1, y1 = (float(item) for item in widget["/Rect"])
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[2] > box[0] and box[3] > box[1] else None


def _within(box: Box, place: Box) -> bool:
    return (
        box[0] >= place[0] - SLACK
        and box[1] >= place[1] - SLACK
        and box[2] <= place[2] + SLACK
        and box[3] <= place[3] + SLACK
    )


# what a document says of itself


def _particulars(handler: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Title, author and the like: what the information dictionary and the metadata of a revision say."""
    told: dict[str, str] = {}
    if "/Info" in handler.trailer_view:
        # The trailer of a revision still points into the newest one.
        information = handler.get_object(handler.trailer_view.raw_get("/Info").reference)
        told = {str(key): str(information[key]) for key in information if key not in _TOUCHED}
    return told, _metadata(handler)


def _metadata(handler: Any) -> dict[str, str]:
    from lxml import etree

    if "/Metadata" not in handler.root:
        return {}
    stream = handler.reader.get_object(handler.root.raw_get("/Metadata").reference, handler.revision)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(stream.data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("metadata that is no XML") from error
    found: dict[str, str] = {}
    for name in _PARTICULARS:
        texts = [" ".join("".join(map(str, item.itertext())).split()) for item in tree.iter(name)]
        # The short form: a property as an attribute of its description.
        texts += [str(value) for item in tree.iter() for key, value in item.attrib.items() if key == name]
        if texts:
            found[name] = "\n".join(texts)
    return found
