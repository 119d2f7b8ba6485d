"""Timestamps and long-term data over a network, for documents that lie anywhere. Nothing else here uses a network."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.services.files import save_bytes

PATIENCE = 30.0
"""Seconds to wait for an answer."""
LARGEST_ANSWER = 1024 * 1024
LARGEST_LIST = 16 * 1024 * 1024
_SCHEMES = ("http", "https")


def augment_file(
    path: Path,
    authority: str,
    target: Path,
    *,
    trust: tuple[Path, ...] = (),
    progress: Progress = no_progress,
) -> None:
    """Write the signed PDF at ``path`` with a timestamp by the authority at the address ``authority`` to ``target``.

    The certificates in the files ``trust`` are put in too. ``target`` may be ``path``: it is written whole or not at
    all. Raises ``InvalidInput`` when the file or a certificate cannot be read or the address does not answer,
    ``Refused`` and ``DocumentError`` as ``augment_pdf``, ``StorageError``, ``Cancelled``.
    """
    from gmsc_desktop.documents.augmenting import augment_pdf
    from gmsc_desktop.services.verification import trust_of

    if urllib.parse.urlsplit(authority).scheme not in _SCHEMES:
        raise InvalidInput(N_("{address} is no web address (http or https)."), address=authority)
    try:
        pdf = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."), name=path.name, detail=error.strerror or str(error)
        ) from error
    extra = trust_of(trust).roots

    def ask(request: bytes) -> bytes:
        return _ask(authority, request)

    save_bytes(target, augment_pdf(pdf, ask, fetch=_fetch, extra=extra, progress=progress))


def _ask(address: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = urllib.request.Request(address, body, headers)  # noqa: S310 — the scheme was checked
    try:
        return _read(request, LARGEST_ANSWER)
    except (OSError, ValueError) as error:
        detail = getattr(error, "reason", None) or error
        raise InvalidInput(
            N_("The timestamp authority {address} does not answer: {detail}."),
            kept=N_("The document is unchanged."),
            cure=N_("Check the address and the network, then try again."),
            address=address,
            detail=detail,
        ) from error


def _fetch(address: str) -> bytes | None:
    if urllib.parse.urlsplit(address).scheme not in _SCHEMES:
        return None
    try:
        return _read(urllib.request.Request(address), LARGEST_LIST)  # noqa: S310 — the scheme was checked
    except (OSError, ValueError):
        # A list that cannot be had is left out; the timestamp is worth having without it.
        return None


def _read(request: urllib.request.Request, limit: int) -> bytes:
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 — the scheme was checked
        data: bytes = answer.read(limit + 1)
    if len(data) > limit:
        raise ValueError("the answer is too large")
    return data
