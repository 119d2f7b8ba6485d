"""The key file: two secrets behind passphrase and recovery code, and what is said when it does not open."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import VaultDamaged, VaultNewer, WrongPassphrase
from gmsc_desktop.identity.keyfile import Kdf, KeyFile, Secrets, create, from_json, seal, unseal
from gmsc_desktop.identity.recovery import ALPHABET, LENGTH, format_code, parse_code
from tests.helpers import PASSPHRASE, QUICK, SeededIds

Made = tuple[KeyFile, Secrets, str]


@pytest.fixture
def made() -> Made:
    return create(PASSPHRASE, SeededIds(), QUICK)


def test_both_ways_lead_to_the_same_secrets(made: Made) -> None:
    keys, secrets, code = made
    assert len(secrets.database) == len(secrets.signing) == 32
    assert secrets.database != secrets.signing
    again = from_json(keys.to_json())
    assert again == keys
    assert again.unlock(PASSPHRASE) == secrets
    assert again.unlock_with_code(code) == secrets


def test_nothing_secret_is_in_the_file_or_shown(made: Made) -> None:
    keys, secrets, code = made
    from base64 import b64encode

    data = keys.to_json().decode()
    for secret in (secrets.database, secrets.signing):
        assert secret.hex() not in data
        assert b64encode(secret).decode() not in data
        assert repr(secret) not in repr(secrets)
    assert code not in data
    assert PASSPHRASE not in data


@pytest.mark.parametrize("wrong", ["", PASSPHRASE.upper(), PASSPHRASE + " ", PASSPHRASE[:-1]])
def test_a_wrong_passphrase_is_said_to_be_wrong(made: Made, wrong: str) -> None:
    with pytest.raises(WrongPassphrase, match="passphrase is wrong"):
        made[0].unlock(wrong)


def test_the_same_letters_from_another_keyboard_open_it() -> None:
    keys, secrets, _code = create("sandi é yang panjang", SeededIds(), QUICK)
    assert keys.unlock("sandi e\N{COMBINING ACUTE ACCENT} yang panjang") == secrets


def test_a_new_passphrase_replaces_only_the_old_one(made: Made) -> None:
    keys, secrets, code = made
    changed = from_json(keys.rewrap(secrets, "frasa yang lain lagi", SeededIds(2)).to_json())
    assert changed.unlock("frasa yang lain lagi") == secrets
    assert changed.unlock_with_code(code) == secrets
    assert changed.passphrase.kdf == QUICK
    assert changed.passphrase.salt != keys.passphrase.salt
    with pytest.raises(WrongPassphrase):
        changed.unlock(PASSPHRASE)


def test_a_new_code_replaces_only_the_old_one(made: Made) -> None:
    keys, secrets, code = made
    changed, fresh = keys.with_new_code(secrets, SeededIds(3))
    assert fresh != code
    assert changed.unlock_with_code(fresh) == secrets
    assert changed.unlock(PASSPHRASE) == secrets
    with pytest.raises(WrongPassphrase, match="another vault"):
        changed.unlock_with_code(code)


def test_the_office_gets_the_database_and_never_the_signing_key(made: Made) -> None:
    import pyrage

    keys, secrets, _code = made
    office, stranger = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    with pytest.raises(WrongPassphrase):
        keys.unlock_for_office(str(office))
    shared = from_json(keys.with_office(secrets, str(office.to_public())).to_json())
    assert shared.unlock_for_office(str(office)) == secrets.database
    assert shared.rewrap(secrets, "frasa yang lain lagi", SeededIds()).office == shared.office
    assert "signing" not in json.loads(shared.to_json())["office"]
    for wrong in (str(stranger), "bukan kunci"):
        with pytest.raises(WrongPassphrase):
            shared.unlock_for_office(wrong)


def test_wrappings_cannot_change_places(made: Made) -> None:
    """Whoever edits the file and mends its checksum still cannot pass one secret off as the other."""
    document = json.loads(made[0].to_json())
    slot = document["passphrase"]
    slot["database"], slot["signing"] = slot["signing"], slot["database"]
    with pytest.raises(WrongPassphrase):
        from_json(mended(document)).unlock(PASSPHRASE)
    document = json.loads(made[0].to_json())
    document["vault"] = "0" * 36
    with pytest.raises(WrongPassphrase):
        from_json(mended(document)).unlock(PASSPHRASE)


def test_each_changed_byte_is_damage_and_not_a_wrong_passphrase(made: Made) -> None:
    data = made[0].to_json()
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1
        with suppress(VaultDamaged, VaultNewer):
            assert from_json(bytes(changed)) == made[0], "only white space may change without being damage"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'"gmsc-keys/1"', b"[" * 100_000])
def test_other_files_are_damage(data: bytes) -> None:
    with pytest.raises(VaultDamaged, match="passphrase is not at fault"):
        from_json(data)


def test_a_later_format_is_named(made: Made) -> None:
    document = json.loads(made[0].to_json()) | {"format": "gmsc-keys/2"}
    with pytest.raises(VaultNewer) as caught:
        from_json(json.dumps(document).encode())
    assert dict(caught.value.params) == {"found": "gmsc-keys/2", "known": "gmsc-keys/1"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("memory_kib", 1 << 40), ("memory_kib", 0), ("passes", 0), ("passes", 10**9), ("lanes", 0), ("name", "scrypt")],
)
def test_a_cost_nobody_could_pay_is_damage(made: Made, name: str, value: object) -> None:
    document = json.loads(made[0].to_json())
    document["passphrase"]["kdf"][name] = value
    with pytest.raises(VaultDamaged):
        from_json(mended(document))


@pytest.mark.parametrize("slot", ["passphrase", "recovery"])
@pytest.mark.parametrize("part", ["database", "signing", "kdf"])
def test_missing_and_short_parts_are_damage(made: Made, slot: str, part: str) -> None:
    document = json.loads(made[0].to_json())
    del document[slot][part]
    with pytest.raises(VaultDamaged):
        from_json(mended(document))
    document = json.loads(made[0].to_json())
    document[slot]["database"]["data"] = "AAAA"
    with pytest.raises(VaultDamaged):
        from_json(mended(document))


def test_the_cost_in_production_is_that_of_the_rfc() -> None:
    assert Kdf() == Kdf(memory=64 * 1024, passes=3, lanes=4)


def test_the_published_vector_of_argon2id() -> None:
    """``echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32`` of the reference implementation."""
    derived = Kdf(memory=65_536, passes=2, lanes=1).derive(b"password", b"somesalt")
    assert derived.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


def test_sealed_bytes_are_bound_to_their_context() -> None:
    key = bytes(range(32))
    sealed = seal(key, b"rahasia", "kunci A", SeededIds())
    assert unseal(key, sealed, "kunci A") == b"rahasia"
    for wrong_key, data, context in (
        (key, sealed, "kunci B"),
        (bytes(32), sealed, "kunci A"),
        (key, sealed[:-1], "kunci A"),
        (key, b"", "kunci A"),
    ):
        with pytest.raises(VaultDamaged):
            unseal(wrong_key, data, context)


@given(st.binary(min_size=16, max_size=16))
def test_a_code_reads_back(secret: bytes) -> None:
    code = format_code(secret)
    assert len(code.replace("-", "")) == LENGTH
    assert [len(group) for group in code.split("-")] == [4] * 7
    typed = code.lower().replace("0", "o").replace("1", "l").replace("-", "  ")
    assert parse_code(typed) == parse_code(code) == secret


@settings(max_examples=60)
@given(st.binary(min_size=16, max_size=16), st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_mistyped_sign_is_nearly_always_found(secret: bytes, place: int, sign: str) -> None:
    """Twelve bits of checksum: one slip in 4,096 passes and then opens no vault; it never gives the same secret."""
    signs = list(format_code(secret).replace("-", ""))
    if signs[place] == sign:
        return
    signs[place] = sign
    try:
        assert parse_code("".join(signs)) != secret
    except WrongPassphrase as error:
        assert "mistyped" in str(error)


@pytest.mark.parametrize("typed", ["", "ABCD", "U" * 28, "é" * 28, "0" * 27, "0" * 29])
def test_what_is_no_code_is_said_so(typed: str) -> None:
    with pytest.raises(WrongPassphrase, match="28"):
        parse_code(typed)


def mended(document: dict[str, Any]) -> bytes:
    """The document with a checksum that fits it."""
    document.pop("check", None)
    document["check"] = sha256_hex(canonical_bytes(document))
    return json.dumps(document).encode()
