"""A store that speaks as much S3 as is used here (put, get, head, list), signatures checked; prints its port.

    python -m tests.servers.s3 FOLDER

``GMSC_MOTO=/path/to/python`` lets the tests use moto instead, where it is installed.
"""

from __future__ import annotations

import hashlib
import hmac
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

USER, SECRET = "kantor", "rahasia-s3"


class Store(BaseHTTPRequestHandler):
    """One bucket, ``paket``, kept in a folder."""

    folder = Path()
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._signed():
            path = self._path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            self._say(200, b"", ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def do_GET(self) -> None:
        if not self._signed():
            return
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        if asked.get("list-type") == "2":
            self._list(asked)
            return
        path = self._path()
        if not path.is_file():
            self._say(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
            return
        data, given = path.read_bytes(), self.headers.get("Range", "")
        if given:
            first, _dash, last = given.removeprefix("bytes=").partition("-")
            begin, end = int(first), min(int(last) if last else len(data) - 1, len(data) - 1)
            self._say(206, data[begin : end + 1], **{"Content-Range": f"bytes {begin}-{end}/{len(data)}"})
        else:
            self._say(200, data)

    def do_HEAD(self) -> None:
        if self._signed():
            path = self._path()
            if path.is_file():
                self._say(200, path.read_bytes(), head=True)
            else:
                self._say(404, b"", head=True)

    def _list(self, asked: dict[str, str]) -> None:
        prefix, limit = asked.get("prefix", ""), asked.get("delimiter", "")
        root = self.folder / "paket"
        keys = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()) if root.is_dir() else []
        found, folders = [], set()
        for key in keys:
            rest = key.removeprefix(prefix)
            if not key.startswith(prefix):
                continue
            if limit and limit in rest:
                folders.add(prefix + rest.split(limit)[0] + limit)
            else:
                found.append(key)
        parts = [
            f"<Contents><Key>{escape(key)}</Key><LastModified>2021-12-14T02:30:00.000Z</LastModified>"
            f"<ETag>&quot;x&quot;</ETag><Size>{(root / key).stat().st_size}</Size></Contents>"
            for key in found
        ]
        parts += [f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>" for each in sorted(folders)]
        text = f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(parts)}</ListBucketResult>"
        self._say(200, text.encode())

    def _path(self) -> Path:
        return self.folder / unquote(urlsplit(self.path).path).lstrip("/")

    def _signed(self) -> bool:
        """AWS Signature Version 4, worked out anew."""
        listed = self.headers.get("Authorization", " ").split(" ", 1)[1].split(",")
        given = dict(part.strip().split("=", 1) for part in listed if "=" in part)
        credential, names = given.get("Credential", "/////").split("/"), given.get("SignedHeaders", "").split(";")
        parts = urlsplit(self.path)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = "&".join(sorted(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs))
        headers = "".join(f"{name}:{(self.headers.get(name) or '').strip()}\n" for name in names)
        body = self.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        canonical = "\n".join((self.command, parts.path, query, headers, ";".join(names), body))
        digest, scope = hashlib.sha256(canonical.encode()).hexdigest(), "/".join(credential[1:])
        text = "\n".join(("AWS4-HMAC-SHA256", self.headers.get("x-amz-date", ""), scope, digest))
        key = ("AWS4" + SECRET).encode()
        for part in credential[1:]:
            key = hmac.digest(key, part.encode(), "sha256")
        expected = hmac.digest(key, text.encode(), "sha256").hex()
        good = credential[0] == USER and hmac.compare_digest(expected, given.get("Signature", ""))
        if not good:
            said = b"<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>"
            self._say(403, said, head=self.command == "HEAD")
        return good

    def _say(self, status: int, body: bytes, *, head: bool = False, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not head:
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        return


def main(folder: str) -> None:
    Store.folder = Path(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
