"""Another reader of bundles, written from docs/bundle-format.md alone: the standard library and public tools.

    python -I independent_reader.py BUNDLE FOLDER [--identity FILE] [--root FILE.pem]

Unpacks BUNDLE below FOLDER, checks what the page says a reader checks, and prints what it found as JSON. It knows
nothing of the program whose bundles it reads, and is started in a process of its own so that it cannot.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import unicodedata
import zlib
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

TAGS = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "signature.p7s"]
SINGLE = [
    "Bag-Software-Agent", "Bagging-Date", "Payload-Oxum", "Source-Organization", "Contact-Name", "Bag-Count",
    "GMSC-Format", "GMSC-Kind", "GMSC-Created", "GMSC-Sender", "GMSC-Device", "GMSC-Sequence", "GMSC-Previous",
    "GMSC-Journal-Head", "GMSC-Visit-Count",
]  # fmt: skip
REPEATED = ["GMSC-Visit", "GMSC-Recipient"]
VISIT = re.compile(r"data/visits/([0-9a-f-]{36})/([0-9a-f]{64})\.json")
DRAFT = re.compile(r"data/drafts/([0-9a-f-]{36})/([0-9a-f]{64})\.json")
VAULT = re.compile(
    r"data/vault/(gmsc\.db|keys\.json|templates/piagam\.json|evidence/[0-9a-f]{64}\.age|quarantine/[0-9a-f]{64}\.gmsc\.age)"
)
HASHED = re.compile(r"data/(?:evidence|templates)/([0-9a-f]{64})\.[a-z0-9]{1,8}|data/instruments/([0-9a-f]{64})\.json")
NAMED = re.compile(r"data/documents/[A-Za-z0-9_-]+\.pdf|data/journal/[A-Za-z0-9_-]+\.jsonl|data/team/[0-9a-f]{64}\.p7s")
PART = re.compile(r"data/team/([0-9a-f]{64})\.json")
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
OFFICE = "2.25.285120712362011937461024671236710236"


class Refused(Exception):
    """The page says that a reader takes nothing from this file."""


def demand(holds: object, what: str) -> None:
    if not holds:
        raise Refused(what)


def tool(*command: object, text: bytes = b"") -> bytes:
    done = subprocess.run([str(part) for part in command], input=text, capture_output=True, check=False)
    demand(done.returncode == 0, f"{command[0]}: {(done.stdout + done.stderr).decode(errors='replace')}")
    return done.stdout


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# the zip file


def exact_form(files: list[tuple[str, bytes]]) -> bytes:
    """The one way to write ``files`` ("The zip file"); what is larger than 4 GiB this reader leaves to others."""
    body, central = b"", b""
    for name, data in files:
        both = (zlib.crc32(data), len(data), len(data), len(name), 0)
        central += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 3 << 8 | 20, 20, 0, 0, 0, 0x0021, *both, 0, 0, 0, 0o100644 << 16, len(body)
        ) + name.encode("ascii")
        body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0x0021, *both) + name.encode("ascii") + data
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(files), len(files), len(central), len(body), 0)
    return body + central + end


def unpack(path: Path) -> dict[str, bytes]:
    """Every file by its path below ``bag/``; the file is in the exact form, to the byte."""
    with ZipFile(path) as opened:
        names = opened.namelist()
        demand(all(item.compress_type == ZIP_STORED for item in opened.infolist()), "compressed")
        for name in names:
            demand(name.startswith("bag/") and len(name) <= 200, f"name {name}")
            for part in name.split("/"):
                plain = re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", part) and not part.endswith(".")
                demand(plain and not DEVICES.fullmatch(part), f"name {name}")
        demand(len({name.lower() for name in names}) == len(names), "twins")
        files = [(name, opened.read(name)) for name in names]
    payload = [name for name in names if name.startswith("bag/data/")]
    demand(names == [f"bag/{name}" for name in TAGS] + sorted(payload), "order")
    demand(exact_form(files) == path.read_bytes(), "the zip file is not in the exact form")
    return {name.removeprefix("bag/"): data for name, data in files}


# the signature


def der(data: bytes, at: int = 0) -> tuple[int, bytes, int]:
    """Tag, content and end of the DER value at ``at``; only the shortest form of a length is one."""
    tag, first = data[at], data[at + 1]
    at += 2
    size = first
    if first & 0x80:
        many = first & 0x7F
        size = int.from_bytes(data[at : at + many], "big")
        demand(size >= 0x80 and size.bit_length() > 8 * (many - 1), "a length in DER")
        at += many
    demand(at + size <= len(data), "DER cut short")
    return tag, data[at : at + size], at + size


def parts(content: bytes) -> list[tuple[int, bytes, bytes]]:
    """Tag, content and whole encoding of each value in ``content``."""
    found, at = [], 0
    while at < len(content):
        tag, inner, end = der(content, at)
        found.append((tag, inner, content[at:end]))
        at = end
    return found


def oid(text: str) -> bytes:
    numbers = [int(part) for part in text.split(".")]
    out = bytearray()
    for number in (40 * numbers[0] + numbers[1], *numbers[2:]):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        out += bytes(reversed(groups))
    return bytes(out)


SHA256 = b"\x30\x0d\x06\x09" + oid("2.16.840.1.101.3.4.2.1") + b"\5\0"
HALF_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 // 2


def shape_of_signature(data: bytes, signed: bytes) -> list[bytes]:
    """The certificates in ``signature.p7s``, the signer's first, each issuer after it; its one shape is checked."""
    tag, content, end = der(data)
    demand(tag == 0x30 and end == len(data), "bytes after the signature")
    kind, wrapped = parts(content)
    demand(kind[1] == oid("1.2.840.113549.1.7.2"), "not SignedData")
    version, digests, inside, certificates, signers = parts(der(wrapped[1])[1])
    demand(version[1] == b"\1" and digests[1] == SHA256, "version or digest algorithms")
    demand(inside[1] == b"\6\x09" + oid("1.2.840.113549.1.7.1"), "content inside the signature")
    carried = [whole for _tag, _inner, whole in parts(certificates[1])]
    demand(certificates[0] == 0xA0 and carried == sorted(carried), "order of the certificates")
    (signer,) = parts(signers[1])
    members = parts(signer[1])
    demand([found[0] for found in members] == [2, 0x30, 0x30, 0xA0, 0x30, 4], "unsigned attributes")
    demand(members[0][1] == b"\1" and members[2][2] == SHA256, "signer's version or digest")
    demand(members[4][1] == b"\6\x08" + oid("1.2.840.10045.4.3.2"), "not ecdsa-with-SHA256")
    _r, s = parts(der(members[5][1])[1])
    demand(int.from_bytes(s[1], "big") <= HALF_ORDER, "s above half the order")
    attributes = {}
    for _tag, inner, _whole in parts(members[3][1]):
        name, values = parts(inner)
        attributes[name[1]] = parts(values[1])
    content_type, digest = oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.9.4")
    time, chain = oid("1.2.840.113549.1.9.5"), oid("1.2.840.113549.1.9.16.2.47")
    demand(set(attributes) == {content_type, digest, time, chain}, "signed attributes")
    demand(attributes[digest][0][1] == hashlib.sha256(signed).digest(), "the digest signed is another")
    listed = [parts(item[1])[0][1] for item in parts(parts(attributes[chain][0][1])[0][1])]
    by_hash = {hashlib.sha256(each).digest(): each for each in carried}
    demand(sorted(listed) == sorted(by_hash), "the certificates are not those the signature names")
    return [by_hash[each] for each in listed]


def identity_of(certificate: bytes) -> str:
    key = tool("openssl", "x509", "-inform", "DER", "-noout", "-pubkey", text=certificate)
    return sha256(tool("openssl", "pkey", "-pubin", "-outform", "DER", text=key))


# the texts


def information(data: bytes) -> dict[str, list[str]]:
    """The labels of ``bag-info.txt``, each with its values, in the one order and spelling."""
    text = data.decode("utf-8")
    found: dict[str, list[str]] = {}
    order = []
    demand(text.endswith("\n"), "bag-info.txt does not end")
    for line in text.split("\n")[:-1]:
        label, _colon, value = line.partition(": ")
        demand(value == " ".join(value.split()) and value, f"value of {label}")
        found.setdefault(label, []).append(value)
        order.append(label)
    repeated = [label for label in REPEATED for _value in found.get(label, ())]
    demand(order == SINGLE + repeated, "labels of bag-info.txt")
    demand(found["GMSC-Format"] == ["gmsc-bundle/1"] and found["Bag-Count"] == ["1 of 1"], "format")
    return found


def manifest(data: bytes) -> dict[str, str]:
    lines = [line.split("  ", 1) for line in data.decode("ascii").split("\n")[:-1]]
    found = {path: digest for digest, path in lines}
    written = "".join(f"{found[path]}  {path}\n" for path in sorted(found))
    demand(written.encode() == data, "a manifest is not in its one form")
    return found


def _utf16(pair: tuple[str, object]) -> bytes:
    return pair[0].encode("utf-16-be")


def canonical(data: bytes) -> object:
    """The document in ``data``, which is RFC 8785 canonical JSON in NFC, without numbers that have a fraction."""

    def no_float(text: str) -> object:
        raise Refused(f"a number with a fraction: {text}")

    def in_order(pairs: list[tuple[str, object]]) -> dict[str, object]:
        demand(pairs == sorted(pairs, key=_utf16) and len(dict(pairs)) == len(pairs), "members in order, each once")
        return dict(pairs)

    text = data.decode("utf-8")
    document = json.loads(text, parse_float=no_float, parse_constant=no_float, object_pairs_hook=in_order)
    demand(json.dumps(document, ensure_ascii=False, separators=(",", ":")) == text, "not canonical JSON")
    demand(unicodedata.is_normalized("NFC", text), "not in NFC")
    return document


def journal(data: bytes, visits: set[str]) -> list[dict[str, object]]:
    rows = []
    heads: dict[object, tuple[int, object]] = {}
    for line in data.split(b"\n")[:-1]:
        row = canonical(line)
        demand(isinstance(row, dict) and row["chain"] in visits, "a row of another visit")
        covered = {name: value for name, value in row.items() if name != "hash"}
        text = json.dumps(covered, ensure_ascii=False, separators=(",", ":"))
        demand(sha256(text.encode()) == row["hash"], "a row of the journal has another hash")
        number, before = heads.get(row["chain"], (0, ""))
        demand((row["chain_seq"], row["prev_hash"]) == (number + 1, before), "the chain of the journal breaks")
        heads[row["chain"]] = (row["chain_seq"], row["hash"])
        rows.append(row)
    return rows


# the whole


def read(path: Path, folder: Path, identity: Path | None, root: Path | None) -> dict[str, object]:
    plain = path
    if path.read_bytes().startswith(b"age-encryption.org/"):
        plain = folder / "plain.zip"
        tool("age", "-d", "-i", identity, "-o", plain, path)
    tool("unzip", "-t", plain)
    files = unpack(plain)
    tool("unzip", "-q", plain, "-d", folder)
    bag = folder / "bag"
    tool("bagit.py", "--validate", bag)
    chain = shape_of_signature(files["signature.p7s"], files["tagmanifest-sha256.txt"])
    trusted = ("-CAfile", root, "-no_check_time") if root else ("-noverify",)
    tool(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", bag / "signature.p7s", "-content",
        bag / "tagmanifest-sha256.txt", *trusted, "-out", os.devnull,
    )  # fmt: skip
    listed = manifest(files["tagmanifest-sha256.txt"])
    demand(listed == {name: sha256(files[name]) for name in TAGS[:3]}, "tagmanifest-sha256.txt")
    demand(files["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "bagit.txt")
    info = information(files["bag-info.txt"])
    payload = {name: data for name, data in files.items() if name.startswith("data/")}
    hashes = {name: sha256(data) for name, data in payload.items()}
    demand(manifest(files["manifest-sha256.txt"]) == hashes, "manifest-sha256.txt")
    total = f"{sum(map(len, payload.values()))}.{len(payload)}"
    demand(info["Payload-Oxum"] == [total], "Payload-Oxum")
    demand(info["GMSC-Sender"] == [identity_of(chain[0])], "another sender than the signer")
    if identity:
        own = tool("age-keygen", "-y", identity).decode().strip()
        demand(own in info.get("GMSC-Recipient", []), "not addressed to us")
    found: dict[str, object] = {"info": info, "hashes": hashes, "chain": [sha256(each) for each in chain]}
    text = tool("openssl", "x509", "-inform", "DER", "-noout", "-text", text=chain[0]).decode()
    found["office"] = f"Policy: {OFFICE}" in text
    return found | contents(info, payload)


# a team's work


def team(payload: dict[str, bytes], message: dict[str, object]) -> dict[str, object]:
    """What stands and what is open after every word in the parts, each part signed by who says it."""
    parts_of = {found[1]: data for name, data in payload.items() if (found := PART.fullmatch(name))}
    demand(sorted(parts_of) == message["parts"], "the parts are not those the message lists")
    places = {}
    words: dict[str, dict[str, object]] = {}
    for digest, data in parts_of.items():
        part = canonical(data)
        demand(isinstance(part, dict) and part["visit_id"] == message["visit_id"], "a part of another visit")
        chain = shape_of_signature(payload[f"data/team/{digest}.p7s"], data)
        demand(identity_of(chain[0]) == part["key"], "a part signed by somebody else")
        demand(part["number"] == 1 or part["previous"] in parts_of, "a part before is missing")
        places[part["device"], part["number"]] = part
        for told in part["words"]:
            about = {name: part[name] for name in ("visit_id", "device", "key", "name")}
            whole = about | {"reason": "", "takes_back": ""} | told | {"over": " ".join(told["over"])}
            text = json.dumps(dict(sorted(whole.items())), ensure_ascii=False, separators=(",", ":"))
            words[sha256(text.encode())] = whole
    return standing(words, str(message["lead"]))


def standing(words: dict[str, dict[str, object]], lead: str) -> dict[str, object]:
    back = {word["takes_back"] for word in words.values() if word["takes_back"] and word["key"] == lead}
    spoken = {
        name: word
        for name, word in words.items()
        if not word["takes_back"] and name not in back and (word["key"] == lead or not word["place"].startswith("t:"))
    }
    covered = set()
    for word in spoken.values():
        over = [name for name in word["over"].split() if name in words and words[name]["place"] == word["place"]]
        settles = word["reason"] and word["key"] == lead
        if word["place"].startswith("a:") and not settles and len({words[name]["value"] for name in over}) > 1:
            over = [name for name in over if words[name]["key"] == word["key"]]
        covered |= set(over)
    heads: dict[str, list[tuple[bool, int, str]]] = {}
    for name, word in spoken.items():
        if name not in covered:
            first = word["place"].startswith("a:") and word["key"] == lead
            heads.setdefault(word["place"], []).append((first, word["clock"], name))
    values = {place: words[max(found)[2]]["value"] for place, found in heads.items()}
    unsettled = [
        place
        for place, found in heads.items()
        if place.startswith("a:") and len({words[each[2]]["value"] for each in found}) > 1
    ]
    return {"values": {place: value for place, value in values.items() if value}, "open": sorted(unsettled)}


def contents(info: dict[str, list[str]], payload: dict[str, bytes]) -> dict[str, object]:
    """What the files below ``data/`` say, and that they say the same."""
    visits: dict[str, object] = {}
    drafts: dict[str, dict[str, object]] = {}
    named, journals, message = set(), {}, None
    for name, data in payload.items():
        visit, hashed = VISIT.fullmatch(name), HASHED.fullmatch(name)
        if visit:
            document = canonical(data)
            demand(visit[2] == sha256(data) and isinstance(document, dict), name)
            demand(document["visit_id"] == visit[1], "a visit under another id")
            visits[f"{visit[1]} {visit[2]}"] = document
            named |= {(item["sha256"], item["size"]) for item in document["evidence"]}
        elif draft := DRAFT.fullmatch(name):
            document = canonical(data)
            demand(draft[2] == sha256(data) and isinstance(document, dict), name)
            demand(
                document["visit_id"] == draft[1] and document["format"] == "gmsc-draft/1", "a draft under another id"
            )
            demand([document["device"]] == info["GMSC-Device"], "a draft of another laptop")
            drafts[draft[1]] = document
            named |= {(item["sha256"], item["size"]) for item in document["evidence"]}
        elif info["GMSC-Kind"] == ["backup"] and VAULT.fullmatch(name):
            continue
        elif hashed:
            demand(sha256(data) in hashed.groups(), name)
        elif part := PART.fullmatch(name):
            demand(sha256(data) == part[1], name)
        elif name == "data/message.json":
            message = canonical(data)
            demand(isinstance(message, dict) and message["format"] == f"gmsc-{info['GMSC-Kind'][0]}/1", "format")
        else:
            demand(NAMED.fullmatch(name), f"a file nobody described: {name}")
    demand(sorted(visits) == info.get("GMSC-Visit", []), "GMSC-Visit")
    demand(info["GMSC-Visit-Count"] == [str(len(visits))], "GMSC-Visit-Count")
    if info["GMSC-Kind"] == ["visits"]:
        evidence = {
            (name.split("/")[2][:64], len(data)) for name, data in payload.items() if name.startswith("data/evidence/")
        }
        demand(evidence == named, "evidence that is missing, of another size, or that no visit names")
    for name, data in payload.items():
        if name.startswith("data/journal/"):
            shared = {message["visit_id"]} if info["GMSC-Kind"] == ["team"] else set()
            journals[name] = journal(data, shared | {key.split(" ")[0] for key in visits} | set(drafts))
    for visit_id, document in drafts.items():
        rows = {(row["chain"], row["chain_seq"], row["hash"]) for rows in journals.values() for row in rows}
        place = document["journal"]
        demand((visit_id, place["number"], place["hash"]) in rows, "a draft at no row of the journal")
    found = {"visits": visits, "drafts": drafts, "journals": journals, "message": message}
    return found | ({"team": team(payload, message)} if info["GMSC-Kind"] == ["team"] else {})


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--identity", type=Path)
    parser.add_argument("--root", type=Path)
    given = parser.parse_args()
    try:
        found = read(given.bundle, given.folder, given.identity, given.root)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    foreign = [name for name in sys.modules if name.partition(".")[0] in ("gmsc_desktop", "cryptography", "pyrage")]
    demand(not foreign, f"this reader is not independent: {foreign}")
    print(json.dumps(found, ensure_ascii=True))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
