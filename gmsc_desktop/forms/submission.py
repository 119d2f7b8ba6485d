"""A visit as the submission XML that ODK's tools send (ODK XForms specification, *Instance* and *Metadata*)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.forms.recorded import Recorded

NAMESPACES = {"jr": "http://openrosa.org/javarosa", "orx": "http://openrosa.org/xforms"}


def instance_id(visit_id: str, revision: int, *, draft: bool = False) -> str:
    """The ``instanceID`` of a revision of a visit: a UUID that is the same each time, and another for each revision and
    for a draft, so that no server takes one for the other. ``visit_id`` is a UUID."""
    kind = "draft" if draft else "revision"
    return f"uuid:{uuid5(UUID(visit_id), f'{kind}/{revision}')}"


def submission_xml(instrument: Instrument, root: Recorded, identity: str) -> bytes:
    """The instance of ``instrument`` that ``root`` tells of, under the ``instanceID`` ``identity``.

    What was not asked has no element, as in ODK's own clients; what was asked and not answered has an empty one.
    Elements bear no namespace, as those of the XForm's instance that stock pyxform makes of the workbook.
    """
    from lxml import etree

    top = etree.Element(root.item.name, nsmap=NAMESPACES)
    top.set("id", instrument.form_id)
    if instrument.version:
        top.set("version", instrument.version)
    _fill(etree, top, root)
    etree.SubElement(etree.SubElement(top, "meta"), "instanceID").text = identity
    etree.indent(top)
    data: bytes = etree.tostring(top, xml_declaration=True, encoding="UTF-8")
    return data + b"\n"


def _fill(etree: Any, element: Any, place: Recorded) -> None:
    for child in place.children:
        below = etree.SubElement(element, child.item.name)
        below.text = child.text or None
        _fill(etree, below, child)
