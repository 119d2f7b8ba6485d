"""What kind of file some bytes are, told from the bytes and never from the name alone."""

from __future__ import annotations

from codecs import getincrementaldecoder

HEAD = 8192
"""How many of a file's first bytes ``media_type`` wants to see."""

UNKNOWN = "application/octet-stream"

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"msf1": "image/heif", b"avif": "image/avif",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp",
}  # fmt: skip
_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_OLD_OFFICE = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint"}
_TEXTS = {
    "csv": "text/csv",
    "html": "text/html",
    "htm": "text/html",
    "svg": "image/svg+xml",
    "json": "application/json",
}


def media_type(head: bytes, name: str = "") -> str:
    """The media type of a file that begins with ``head``; its ``name`` decides only within a family that the bytes have
    shown (old Office files, kinds of text)."""
    for offset, signature, found in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return found
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    suffix = name.rpartition(".")[2].casefold()
    if head[:4] == b"PK\x03\x04":
        return _zipped(head)
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _OLD_OFFICE.get(suffix, "application/x-ole-storage")
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    return _TEXTS.get(suffix, "text/plain") if _is_text(head) else UNKNOWN


def _zipped(head: bytes) -> str:
    # The first entry of an OpenDocument file is its media type, stored plain (OpenDocument 1.2, part 3, 3.3).
    if head[30:38] == b"mimetype":
        end = head.find(b"PK", 38)
        named = head[38 : end if end > 0 else 38].decode("ascii", "ignore").strip()
        if named.startswith("application/") and named.replace("/", "").replace("-", "").replace(".", "").isalnum():
            return named
    return next((found for folder, found in _OFFICE if folder in head), "application/zip")


def _is_text(head: bytes) -> bool:
    decoder = getincrementaldecoder("utf-8")()
    try:
        # A character may be cut in two where the head ends.
        text = decoder.decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return bool(text) and all(char >= " " or char in "\t\n\r\f" for char in text)
