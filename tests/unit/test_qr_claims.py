"""The QR as a signed statement: issued, read, verified alone, and never believed when a single sign is another."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.identity import base45, cbor
from gmsc_desktop.identity.cose import PREFIX, QrClaims, issue_qr, read_qr, verify_qr
from gmsc_desktop.identity.signer import spki_fingerprint
from gmsc_desktop.identity.trust import Revocation, TrustStore
from tests.signing_kit import BUDI, NOW, enrolled, office, other_office, trusting

HASH = "5f" * 32
CLAIMS = QrClaims("report", "33.72", "Kota Surakarta", "LHE/2026/0017", HASH, NOW)


def knowing() -> TrustStore:
    """The office's root, and the assessor's certificate by enrolment."""
    return TrustStore(roots=(office().certificate,), known=(enrolled().certificate,))


def signed() -> str:
    return issue_qr(CLAIMS, enrolled())


def test_it_says_what_was_issued_and_fits() -> None:
    text = signed()
    assert text == signed()
    assert read_qr(text) == replace(CLAIMS, issuer=enrolled().fingerprint[:16])
    assert len(base45.decode(text.removeprefix(PREFIX))) < 200
    verdict = verify_qr(text, knowing())
    assert (verdict.status, verdict.kind) == (Status.GENUINE, "qr")
    assert verdict.issued is not None
    assert (verdict.issued.kind, verdict.issued.number, verdict.issued.content_hash) == (
        "report",
        "LHE/2026/0017",
        HASH,
    )
    assert verdict.signers[0].name == "Dr. Sri Wahyuni, M.T."
    assert verdict.signers[0].trusted and not verdict.signers[0].time_trusted


def test_a_whole_word_is_signed_as_cose() -> None:
    found = cbor.decode(base45.decode(signed().removeprefix(PREFIX)))
    assert isinstance(found, cbor.Tag)
    assert found.number == 18
    protected, free, payload, signature = found.value  # type: ignore[misc]
    assert cbor.decode(protected) == {1: -7, 4: bytes.fromhex(enrolled().fingerprint)[:8]}  # type: ignore[arg-type]
    assert free == {}
    assert cbor.decode(payload)[6] == int(NOW.timestamp())  # type: ignore[arg-type,index]
    assert len(signature) == 64  # type: ignore[arg-type]


def test_nobody_known_here_signed_it() -> None:
    assert verify_qr(signed(), trusting()).status is Status.UNKNOWN_SIGNER
    other = TrustStore(roots=(other_office().certificate,))
    verdict = verify_qr(signed(), other, (enrolled().certificate,))
    assert verdict.status is Status.UNKNOWN_SIGNER
    assert verdict.signers[0].name and not verdict.signers[0].trusted
    assert verify_qr(signed(), trusting(), (enrolled().certificate,)).status is Status.GENUINE
    assert verify_qr(signed(), TrustStore(roots=(enrolled().certificate,))).status is Status.GENUINE


def test_a_revoked_issuer_is_not_believed() -> None:
    taken_back = Revocation(spki_fingerprint(office().certificate), enrolled().certificate.serial_number)
    verdict = verify_qr(signed(), replace(knowing(), revoked=frozenset({taken_back})))
    assert verdict.status is Status.UNKNOWN_SIGNER
    assert "revoked" in {reason.code for reason in verdict.reasons}


@given(st.data())
def test_no_other_sign_passes(data: st.DataObject) -> None:
    text = signed()
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(base45.ALPHABET))
    changed = text[:at] + other + text[at + 1 :]
    if changed.rstrip() != text.rstrip():
        assert verify_qr(changed, knowing()).status is not Status.GENUINE


@given(st.data())
def test_no_other_byte_passes(data: st.DataObject) -> None:
    raw = bytearray(base45.decode(signed().removeprefix(PREFIX)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert verify_qr(PREFIX + base45.encode(bytes(raw)), knowing()).status is not Status.GENUINE


@given(st.text(max_size=80) | st.text(base45.ALPHABET, max_size=80).map(lambda body: PREFIX + body))
def test_any_other_text_is_none_of_ours(text: str) -> None:
    assert verify_qr(text, knowing()).status is Status.DAMAGED


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=90),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=90),
)
def test_any_name_and_number(name: str, number: str) -> None:
    text = issue_qr(replace(CLAIMS, region_name=name, number=number), enrolled())
    said = read_qr(text)
    assert len(said.region_name) <= 60 and len(said.number) <= 48
    assert verify_qr(text, knowing()).status is Status.GENUINE


def test_words_that_would_do_harm_are_neither_issued_nor_read() -> None:
    name = read_qr(issue_qr(replace(CLAIMS, region_name="Kota\x1b[2J\nMerah", number="\x07\t"), enrolled()))
    assert (name.region_name, name.number) == ("Kota[2J Merah", "")
    found = cbor.decode(base45.decode(signed().removeprefix(PREFIX)))
    assert isinstance(found, cbor.Tag)
    protected, free, payload, signature = found.value  # type: ignore[misc]
    claims = dict(cbor.decode(payload))  # type: ignore[arg-type]
    for words in ("Kota\x1b[2J", "Kota\nMerah", " Kota", "x" * 61):
        claims[-65537] = {**claims[-65537], 3: words}
        forged = cbor.encode(cbor.Tag(18, (protected, free, cbor.encode(claims), signature)))
        assert verify_qr(PREFIX + base45.encode(forged), knowing()).status is Status.DAMAGED


def test_someone_elses_signature_under_the_assessors_name() -> None:
    text = issue_qr(CLAIMS, enrolled(BUDI))
    found = cbor.decode(base45.decode(text.removeprefix(PREFIX)))
    assert isinstance(found, cbor.Tag)
    _protected, free, payload, signature = found.value  # type: ignore[misc]
    ours = cbor.encode({1: -7, 4: bytes.fromhex(enrolled().fingerprint)[:8]})
    forged = cbor.encode(cbor.Tag(18, (ours, free, payload, signature)))
    assert verify_qr(PREFIX + base45.encode(forged), knowing()).status is Status.ALTERED


def test_pasting_may_add_or_cut_white_space() -> None:
    for number in range(12):
        text = issue_qr(replace(CLAIMS, number=str(number)), enrolled())
        for pasted in (f"  {text}\r\n", text.rstrip()):
            assert verify_qr(pasted, knowing()).status is Status.GENUINE


@pytest.mark.parametrize(
    "claims",
    [replace(CLAIMS, content_hash="5f"), replace(CLAIMS, content_hash="x" * 64), replace(CLAIMS, kind="money"),
     replace(CLAIMS, issued_at=datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None))],
)  # fmt: skip
def test_half_a_statement_is_not_issued(claims: QrClaims) -> None:
    with pytest.raises(InvalidInput):
        issue_qr(claims, enrolled())


def test_the_example_in_the_documents_is_right() -> None:
    words = (Path(__file__).resolve().parents[2] / "docs" / "signatures.md").read_text("utf-8")
    text = next(line for line in words.splitlines() if line.startswith(PREFIX))
    raw = base45.decode(text.removeprefix(PREFIX))
    dump = words[words.index("d2   ") : words.index("signed by this key")]
    written = "".join(re.findall(r"^ *((?:[0-9a-f]+ )*[0-9a-f]+)(?:  |$)", dump, re.MULTILINE)).replace(" ", "")
    assert bytes.fromhex(written) == raw
    assert len(raw) == 185
    said = read_qr(text)
    assert (said.region_name, said.number, said.issuer) == ("Kota Surakarta", "2026/0195F0000001/1", "b116ffd1ba2d8e3b")
    assert said.issued_at == datetime(2026, 3, 4, 9, 20, tzinfo=UTC)
    pem = re.search(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", words, re.DOTALL)
    assert pem is not None
    key = serialization.load_pem_public_key(pem[0].encode())
    assert isinstance(key, ec.EllipticCurvePublicKey)
    found = cbor.decode(raw)
    assert isinstance(found, cbor.Tag)
    protected, _free, payload, signature = found.value  # type: ignore[misc]
    signed_bytes = cbor.encode(("Signature1", protected, b"", payload))
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))  # type: ignore[index]
    key.verify(encode_dss_signature(r, s), signed_bytes, ec.ECDSA(hashes.SHA256()))
