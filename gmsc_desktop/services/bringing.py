"""Instruments that come in a bundle, each read wholly before any is believed."""

from __future__ import annotations

import json

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound
from gmsc_desktop.services.incoming import Incoming, NotTaken
from gmsc_desktop.store.instruments import StoredInstrument


def brought(incoming: Incoming) -> tuple[StoredInstrument, ...]:
    """The instruments in the bundle. Raises ``NotTaken`` when one cannot be read."""
    from gmsc_desktop.forms.document import from_document, to_document

    found = []
    bundle = incoming.bundle
    for name in bundle.names("instruments"):
        data = bundle.data(name)
        try:
            instrument = from_document(json.loads(data))
            if canonical_bytes(to_document(instrument)) != data:
                raise ValueError("it does not read back to itself")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidInput, NotFound) as error:
            template = N_("An instrument in the bundle cannot be read: {name} ({detail}).")
            raise NotTaken("instrument", template, name=name.rsplit("/", 1)[-1], detail=str(error)) from error
        found.append(
            StoredInstrument(
                hash=bundle.hashes[name],
                form_id=instrument.form_id,
                version=instrument.version,
                title=instrument.title.get(instrument.default_language),
                document=data,
                source_name=incoming.record.file_name,
                built_in=False,
            )
        )
    return tuple(found)
