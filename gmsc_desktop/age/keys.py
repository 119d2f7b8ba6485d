"""Age identities and recipients as text (Bech32), and the header that carries a file's key to them."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"age-encryption.org/v1"
LONGEST_HEADER = 64 * 1024
"""Bytes of a header that are read at most; one recipient takes about a hundred."""

_SECRET, _PUBLIC = "age-secret-key-", "age"
_LABEL = b"age-encryption.org/v1/X25519"
_FILE_KEY = 16
_NOTED = b"gmsc-file"
_NOTE = struct.Struct(">32sQL")
_LINE = 64
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_STANZA = re.compile(rb"-> ([\x21-\x7e]+(?: [\x21-\x7e]+)*)\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)")
_MAC = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")


class AgeFault(Exception):
    """The file is no age file, was damaged, or ends too early."""


class NotAddressed(AgeFault):
    """The file is encrypted, but not for this identity."""


def new_identity() -> str:
    """A new identity, ``AGE-SECRET-KEY-1…``."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return _bech32(_SECRET, X25519PrivateKey.generate().private_bytes_raw()).upper()


def recipient_of(identity: str) -> str:
    """The recipient (``age1…``) whose files ``identity`` opens. Raises ``ValueError``."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return _bech32(_PUBLIC, X25519PrivateKey.from_private_bytes(secret_of(identity)).public_key().public_bytes_raw())


def secret_of(identity: str) -> bytes:
    """The 32 bytes of ``identity``. Raises ``ValueError``."""
    return _key(identity, _SECRET)


def public_of(recipient: str) -> bytes:
    """The 32 bytes of ``recipient``. Raises ``ValueError``."""
    return _key(recipient, _PUBLIC)


@dataclass(frozen=True, slots=True)
class Note:
    """What a header may say of the plain bytes: hex SHA-256, size, CRC-32. It is sealed with the file's own key, so who
    can decrypt the file can believe it as far as he believes who encrypted it. Other tools pass it over."""

    sha256: str
    size: int
    crc: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was opened: the file's key, where the header ends, and what it says of the plain bytes."""

    file_key: bytes
    end: int
    note: Note | None


def seal_header(file_key: bytes, recipients: Sequence[bytes], note: Note | None = None) -> bytes:
    """The header of a file whose key is ``file_key`` for ``recipients`` (``public_of``). With a note it is always of
    the same length, whatever the note says."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    head = MAGIC + b"\n"
    for recipient in recipients:
        own = X25519PrivateKey.generate()
        share = own.public_key().public_bytes_raw()
        shared = own.exchange(X25519PublicKey.from_public_bytes(recipient))
        wrapped = ChaCha20Poly1305(derive(shared, share + recipient, _LABEL)).encrypt(bytes(12), file_key, None)
        head += b"-> X25519 " + _base64(share) + b"\n" + _base64(wrapped) + b"\n"
    if note is not None:
        body = _NOTE.pack(bytes.fromhex(note.sha256), note.size, note.crc)
        head += b"-> " + _NOTED + b"\n" + _base64(body) + b"\n"
    head += b"---"
    return head + b" " + _base64(_mac(file_key, head)) + b"\n"


def open_header(file: BinaryIO, secret: bytes) -> Header:
    """The header of the age file ``file``, opened with the identity ``secret`` (``secret_of``).

    Raises ``AgeFault``, ``NotAddressed``, ``OSError``.
    """
    file.seek(0)
    data = file.read(LONGEST_HEADER)
    at = len(MAGIC) + 1
    if data[:at] != MAGIC + b"\n":
        raise AgeFault("no age file")
    stanzas = []
    while found := _STANZA.match(data, at):
        stanzas.append((found[1].split(b" "), found[2].replace(b"\n", b"")))
        at = found.end()
    mac = _MAC.match(data, at)
    if mac is None or not stanzas:
        raise AgeFault("the header is not in its form")
    for arguments, body in stanzas:
        file_key = _unwrap(arguments, body, secret)
        if file_key is not None:
            import hmac

            if not hmac.compare_digest(_mac(file_key, data[: at + 3]), _unbase64(mac[1])):
                raise AgeFault("the header was changed")
            return Header(file_key, mac.end(), _note(stanzas))
    raise NotAddressed("for other recipients")


def derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """32 bytes by HKDF-SHA256."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _note(stanzas: list[tuple[list[bytes], bytes]]) -> Note | None:
    found = [_unbase64(body) for arguments, body in stanzas if arguments == [_NOTED]]
    if len(found) != 1 or len(found[0]) != _NOTE.size:
        return None
    sha256, size, crc = _NOTE.unpack(found[0])
    return Note(sha256.hex(), size, crc)


def _unwrap(arguments: list[bytes], body: bytes, secret: bytes) -> bytes | None:
    """The file's key when this stanza is for ``secret``. Raises ``AgeFault`` for one that is not in its form."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    if arguments[0] != b"X25519":
        return None
    share = _unbase64(arguments[1]) if len(arguments) == 2 else b""
    wrapped = _unbase64(body)
    if len(share) != 32 or len(wrapped) != _FILE_KEY + 16:
        raise AgeFault("the header is not in its form")
    own = X25519PrivateKey.from_private_bytes(secret)
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:
        raise AgeFault("a key of low order") from error
    key = derive(shared, share + own.public_key().public_bytes_raw(), _LABEL)
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), wrapped, None)
    except InvalidTag:
        return None


def _mac(file_key: bytes, head: bytes) -> bytes:
    import hmac

    return hmac.digest(derive(file_key, b"", b"header"), head, "sha256")


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _unbase64(text: bytes) -> bytes:
    """Raises ``AgeFault`` unless ``text`` is the one spelling of its bytes."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise AgeFault("the header is not in its form") from error
    if _base64(data) != text:
        raise AgeFault("the header is not in its form")
    return data


# Bech32 (BIP 173), without its limit of length


def _bech32(prefix: str, data: bytes) -> str:
    words = _regroup(data, 8, 5, fill=True)
    check = _checksum(prefix, [*words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return prefix + "1" + "".join(_ALPHABET[word] for word in words)


def _key(text: str, prefix: str) -> bytes:
    text = text.strip()
    if text not in (text.lower(), text.upper()):
        raise ValueError("an age key is written in one case")
    found, _one, rest = text.lower().rpartition("1")
    words = [_ALPHABET.find(letter) for letter in rest]
    if found != prefix or min(words, default=-1) < 0 or _checksum(prefix, words) != 1:
        raise ValueError("no age key, or misspelt")
    key = bytes(_regroup(words[:-6], 5, 8, fill=False))
    if len(key) != 32:
        raise ValueError("no age key of 32 bytes")
    return key


def _checksum(prefix: str, words: Sequence[int]) -> int:
    check = 1
    for value in (*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *words):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, part in enumerate(_GENERATOR):
            if top >> place & 1:
                check ^= part
    return check


def _regroup(values: Sequence[int], here: int, there: int, *, fill: bool) -> list[int]:
    """The same bits in groups of ``there`` instead of ``here``. Raises ``ValueError`` for bits that are left over."""
    held = bits = 0
    found = []
    for value in values:
        held, bits = held << here | value, bits + here
        while bits >= there:
            bits -= there
            found.append(held >> bits & (1 << there) - 1)
    rest = held & (1 << bits) - 1
    if fill and bits:
        found.append(rest << there - bits & (1 << there) - 1)
    elif not fill and (bits >= here or rest):
        raise ValueError("bits are left over")
    return found
