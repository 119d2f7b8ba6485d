"""What makes a signed document last: the certificates to check it with, and a timestamp over it all.

In the words of ETSI EN 319 142-1: validation data in a DSS (baseline B-LT) under a document timestamp (B-LTA).

Everything is one update appended to the document; what was signed is not touched. Network and clock are handed in.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from cryptography import x509

from gmsc_desktop.documents.signing import unreadable
from gmsc_desktop.domain.errors import N_, DocumentError, Refused
from gmsc_desktop.domain.ports import Progress, no_progress

FIELD = "StempelWaktu"
MOST_STAMPS = 4
Ask = Callable[[bytes], bytes]
"""Sends a request (DER) to a timestamp authority and gives its answer."""
Fetch = Callable[[str], bytes | None]
"""Gets a list of revoked certificates from an address; None when it cannot be had."""

_KEPT = N_("The document is unchanged.")


def augment_pdf(
    pdf: bytes,
    ask: Ask,
    *,
    fetch: Fetch = lambda _address: None,
    extra: Sequence[x509.Certificate] = (),
    progress: Progress = no_progress,
) -> bytes:
    """``pdf`` with the certificates of its signers (``extra`` too), the lists of revoked ones that can be had, and a
    timestamp over the whole by the authority ``ask`` speaks to.

    Raises ``Refused`` when nothing in it is signed, ``DocumentError`` when it cannot be read or the authority does not
    give a timestamp for it.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError

    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        stamps = _stamps(writer)
        progress(0, 3)
        sample = _token(ask, bytes(32))
        progress(1, 3)
        certificates = [*_certificates(pdf), *extra, *_of_token(sample)]
        _keep(writer, list(dict.fromkeys(certificates)), fetch)
        progress(2, 3)
        stamped = _append(writer, f"{FIELD}{stamps + 1}", ask, 2 * len(sample.dump()))
    except PdfError as error:
        raise unreadable(error) from error
    progress(3, 3)
    return stamped


def _stamps(writer: Any) -> int:
    """How many timestamps there are already."""
    from pyhanko.sign.fields import enumerate_sig_fields

    filled = [value for _name, value, _ref in enumerate_sig_fields(writer) if value is not None]
    stamps = sum(1 for value in filled if value.get_object().get("/Type") == "/DocTimeStamp")
    if stamps == len(filled):
        raise Refused(N_("Nobody has signed this document yet, so there is nothing to put a timestamp on."))
    if stamps >= MOST_STAMPS:
        raise Refused(N_("The document carries as many timestamps as it may."), kept=_KEPT)
    return stamps


def _certificates(pdf: bytes) -> list[x509.Certificate]:
    from gmsc_desktop.documents.signatures import read_signature
    from gmsc_desktop.documents.untrusted import open_pdf

    found: list[x509.Certificate] = []
    for item in open_pdf(pdf).embedded_signatures:
        signature = read_signature(pdf, item)
        if signature.certificate is not None:
            found += [signature.certificate, *signature.chain]
    return found


def _of_token(token: Any) -> list[x509.Certificate]:
    from gmsc_desktop.documents.timestamps import token_certificates

    try:
        return [x509.load_der_x509_certificate(item) for item in token_certificates(token)]
    except (ValueError, TypeError, AttributeError) as error:
        raise _no_stamp("certificates") from error


def _keep(writer: Any, certificates: Sequence[x509.Certificate], fetch: Fetch) -> None:
    """Write the document security store: the certificates, and each one's list of revoked certificates."""
    from asn1crypto import crl as asn1_crl
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.sign.validation import DocumentSecurityStore

    lists: dict[bytes, Any] = {}
    for address in dict.fromkeys(address for item in certificates for address in _addresses(item)):
        data = fetch(address)
        if data is None:
            continue
        try:
            der = x509.load_der_x509_crl(data).public_bytes(Encoding.DER)
        except ValueError:
            # What lies at the address is no list; the document is as good as without it.
            continue
        lists[der] = asn1_crl.CertificateList.load(der)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1_x509.Certificate.load(item.public_bytes(Encoding.DER)) for item in certificates],
        crls=list(lists.values()),
    )


def _addresses(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    names = [name for point in points for name in point.full_name or ()]
    return [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]


def _append(writer: Any, field: str, ask: Ask, size: int) -> bytes:
    """Write the update with an empty timestamp, have it stamped, and fill the token in."""
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

    place = SigFieldSpec(
        field,
        invis_sig_settings=InvisSigSettings(set_hidden_flag=False, set_print_flag=True),
        readable_field_name="Stempel waktu",
    )
    steps = PdfCMSEmbedder(new_field_spec=place).write_cms(field, writer, existing_fields_only=False)
    next(steps)
    # Some room more than the sample took: serial numbers and times vary in length.
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=size + 512)))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    token = _token(ask, prepared.document_digest)
    if 2 * len(token.dump()) > size + 512:
        raise _no_stamp("size")
    steps.send(token)
    stamped: bytes = output.getvalue()
    return stamped


def _token(ask: Ask, digest: bytes) -> Any:
    """A token for ``digest`` (SHA-256) from the authority; it must answer this very question."""
    from asn1crypto import algos, tsp

    imprint = tsp.MessageImprint({
        "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest,
    })  # fmt: skip
    answer = ask(tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True}).dump())
    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = str(response["status"]["status"].native)
        if status not in ("granted", "granted_with_mods"):
            raise _no_stamp(status)
        token = response["time_stamp_token"]
        info = tsp.TSTInfo.load(bytes(token["content"]["encap_content_info"]["content"]), strict=True)
        if info["message_imprint"].dump() != imprint.dump():
            raise _no_stamp("imprint")
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise _no_stamp("answer") from error
    return token


def _no_stamp(detail: str) -> DocumentError:
    return DocumentError(
        N_("The timestamp authority did not give a timestamp for this document ({detail})."),
        kept=_KEPT,
        cure=N_("Try again later, or ask another authority."),
        detail=detail,
    )
