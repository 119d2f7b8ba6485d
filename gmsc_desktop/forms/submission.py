"""A visit as the submission XML that ODK's tools send (ODK XForms specification, *Instance* and *Metadata*)."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from gmsc_desktop.domain.answers import AnswerSheet
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.forms.cells import YES
from gmsc_desktop.forms.plan import names_of
from gmsc_desktop.forms.recorded import Recorded
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.forms.xpath.names import resolve
from gmsc_desktop.forms.xpath.parser import parse
from gmsc_desktop.forms.xpath.tokens import XML_NAME, XPathSyntaxError

log = logging.getLogger(__name__)
NAMESPACES = {"jr": "http://openrosa.org/javarosa", "orx": "http://openrosa.org/xforms"}


def instance_id(visit_id: str, revision: int, *, draft: bool = False) -> str:
    """The ``instanceID`` of a revision of a visit: a UUID that is the same each time, and another for each revision and
    for a draft, so that no server takes one for the other. ``visit_id`` is a UUID."""
    kind = "draft" if draft else "revision"
    return f"uuid:{uuid5(UUID(visit_id), f'{kind}/{revision}')}"


def instance_name(instrument: Instrument, sheet: AnswerSheet, clock: Clock) -> str:
    """What the setting ``instance_name`` gives for these answers; the empty text without one, or when it is an
    expression this program cannot run, since a submission is valid without it."""
    written = instrument.settings.get("instance_name", "")
    if not written:
        return ""
    root = instrument.root
    path = f"{root.path}/gmsc.instance-name"
    try:
        source = resolve(written, path, names_of(instrument.items))
        parse(source)
    except XPathSyntaxError as error:
        log.warning("instance_name of %s cannot be run: %s", instrument.form_id, error)
        return ""
    naming = Item(path, ItemType.CALCULATE, 0, calculation=source)
    top = replace(root, children=(*root.children, path))
    named = replace(instrument, items=(top, *instrument.items[1:], naming))
    return FormSession(named, sheet, clock=clock).state(path).value


def submission_xml(instrument: Instrument, root: Recorded, identity: str, name: str = "") -> bytes:
    """The instance of ``instrument`` that ``root`` tells of, under the ``instanceID`` ``identity`` and the
    ``instanceName`` ``name``.

    What was not asked has no element, as in ODK's own clients; what was asked and not answered has an empty one.
    Elements bear no namespace, as those of the XForm's instance that stock pyxform makes of the workbook.
    """
    from lxml import etree

    own = instrument.settings.get("name", "")
    top = etree.Element(own if XML_NAME.fullmatch(own) else root.item.name, nsmap=NAMESPACES)
    top.set("id", instrument.form_id)
    if instrument.version:
        top.set("version", instrument.version)
    _fill(etree, top, root, flat=bool(instrument.settings.get("flat")))
    omitted = instrument.settings.get("omit_instanceID", "").casefold() in YES
    meta = etree.SubElement(top, "meta") if name or not omitted else None
    if meta is not None and not omitted:
        etree.SubElement(meta, "instanceID").text = identity
    if meta is not None and name:
        etree.SubElement(meta, "instanceName").text = name
    etree.indent(top)
    data: bytes = etree.tostring(top, xml_declaration=True, encoding="UTF-8")
    return data + b"\n"


def _fill(etree: Any, element: Any, place: Recorded, *, flat: bool) -> None:
    """The places below ``place``; those of a ``flat`` form stand beside each other, without their groups."""
    for child in place.children:
        if flat and child.item.type is ItemType.GROUP:
            _fill(etree, element, child, flat=flat)
            continue
        below = etree.SubElement(element, child.item.name)
        below.text = child.text or None
        _fill(etree, below, child, flat=flat)
