"""Which certificates were taken back, by the lists a PDF carries for long-term checking (``/DSS``, docs/signatures.md).

A list counts only when an issuer that is known here, or that a signature carries, signed it. It can take trust away
from a signer and gives nobody any, so that it does not matter who put it into the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.identity.trust import Revocation

MOST_LISTS = 64
LARGEST_LIST = 8 * 1024 * 1024


def revocations_in(reader: Any, certificates: Iterable[x509.Certificate]) -> frozenset[Revocation]:
    """Those of ``certificates`` (signers and issuers alike) that lists in the PDF take back, with the day of each."""
    root = reader.root
    if "/DSS" not in root or "/CRLs" not in root["/DSS"]:
        return frozenset()
    known = tuple(dict.fromkeys(certificates))
    lists = root["/DSS"]["/CRLs"]
    found: set[Revocation] = set()
    for number in range(min(len(lists), MOST_LISTS)):
        data: bytes = lists[number].data
        if len(data) <= LARGEST_LIST:
            found |= _taken_back(data, known)
    return frozenset(found)


def _taken_back(data: bytes, known: tuple[x509.Certificate, ...]) -> set[Revocation]:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    from gmsc_desktop.identity.signer import spki_fingerprint
    from gmsc_desktop.identity.trust import Revocation

    found: set[Revocation] = set()
    try:
        listed = x509.load_der_x509_crl(data)
        for issuer in known:
            if issuer.subject != listed.issuer or not listed.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
                continue
            key = spki_fingerprint(issuer)
            for certificate in known:
                entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
                if entry is not None and certificate.issuer == listed.issuer:
                    found.add(Revocation(key, certificate.serial_number, entry.revocation_date_utc))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # A list of no kind this program knows says nothing here; the signatures are judged without it.
        return set()
    return found
