"""Which files a bundle of each kind may hold below ``data/``, by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.sync import bag
from gmsc_desktop.sync.container import Entry
from gmsc_desktop.sync.messages import KINDS as MESSAGES
from gmsc_desktop.sync.messages import PATH as MESSAGE
from gmsc_desktop.sync.refusals import CONTRADICTS, KIND, SENDER, VISITS, Ended
from gmsc_desktop.sync.teamfile import PART, SIGNATURE

VISIT_FILE = re.compile(r"data/visits/([0-9a-f-]{36})/([0-9a-f]{64})\.json")
DRAFT_FILE = re.compile(r"data/drafts/([0-9a-f-]{36})/([0-9a-f]{64})\.json")
EVIDENCE_FILE = re.compile(r"data/evidence/([0-9a-f]{64})\.[a-z0-9]{1,8}")
DOCUMENT_FILE = re.compile(r"data/documents/[A-Za-z0-9_-]+\.pdf")
_JOURNAL = re.compile(r"data/journal/[A-Za-z0-9_-]+\.jsonl")
_INSTRUMENT = re.compile(r"data/instruments/([0-9a-f]{64})\.json")
_TEMPLATE = re.compile(r"data/templates/([0-9a-f]{64})\.[a-z0-9]{1,8}")
_VAULT = re.compile(
    r"data/vault/(?:gmsc\.db|keys\.json|templates/piagam\.json|evidence/[0-9a-f]{64}\.age|quarantine/[0-9a-f]{64}\.gmsc\.age)"
)
_SAYS = re.compile(re.escape(MESSAGE))
_PAYLOADS = {
    "visits": (VISIT_FILE, DRAFT_FILE, EVIDENCE_FILE, DOCUMENT_FILE, _JOURNAL),
    "assignment": (_SAYS, _INSTRUMENT, _TEMPLATE),
    "team": (_SAYS, PART, SIGNATURE, EVIDENCE_FILE, _INSTRUMENT, _JOURNAL),
    "backup": (_SAYS, _VAULT),
    **dict.fromkeys(("enrolment", "receipt", "return", "withdrawals", "awards"), (_SAYS,)),
}
"""Which files a bundle of each kind may hold below ``data/``."""


def expect(info: bag.Info, manifest: dict[str, str], by_name: Mapping[str, Entry], sender: str) -> None:
    """What the lists say of each other and of ``sender``, who signed them, before any file is read.

    Raises ``Ended`` when it is not so.
    """
    if info.sender != sender:
        raise Ended(Status.DAMAGED, "sender", SENDER)
    if info.payload != (sum(by_name[name].size for name in manifest), len(manifest)):
        raise Ended(Status.DAMAGED, "contradicts", CONTRADICTS, name=bag.INFO)
    allowed = _PAYLOADS.get(info.kind)
    if allowed is None:
        raise Ended(Status.DAMAGED, "kind", KIND, kind=info.kind)
    visits = []
    for name, sha256 in manifest.items():
        match = next((found for pattern in allowed if (found := pattern.fullmatch(name))), None)
        # The last group of a name is the hash it gives its bytes, where it gives one.
        if match is None or (match.lastindex and match[match.lastindex] != sha256):
            raise Ended(Status.DAMAGED, "contradicts", CONTRADICTS, name=name)
        if match.re is VISIT_FILE:
            visits.append((match[1], match[2]))
    if tuple(sorted(visits)) != info.visits:
        raise Ended(Status.DAMAGED, "visits", VISITS)
    if (MESSAGE in manifest) != (info.kind in MESSAGES):
        raise Ended(Status.DAMAGED, "contradicts", CONTRADICTS, name=MESSAGE)
