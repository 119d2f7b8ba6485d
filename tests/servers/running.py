"""Starting the servers and stopping them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gmsc_desktop.domain.servers import Place, PlaceKind
from tests.servers.s3 import SECRET, USER

ROOT = Path(__file__).resolve().parents[2]
MOTO = os.environ.get("GMSC_MOTO", "")


@dataclass
class Server:
    """A server over ``folder``; it can be stopped and started again."""

    kind: PlaceKind
    folder: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def secret(self) -> str:
        return "rahasia-dav" if self.kind is PlaceKind.WEBDAV else SECRET

    @property
    def place(self) -> Place:
        bucket = "paket" if self.kind is PlaceKind.S3 else ""
        return Place(self.kind, f"http://127.0.0.1:{self.port}", "tukar/gmsc", bucket, "", USER)

    @property
    def root(self) -> Path:
        """Where what was put lies."""
        return self.folder / ("paket/tukar/gmsc" if self.kind is PlaceKind.S3 else "tukar/gmsc")

    def start(self) -> None:
        """On a port of its own; after a stop it is another one."""
        if self.kind is PlaceKind.S3 and MOTO:
            self._moto()
            return
        name = "dav" if self.kind is PlaceKind.WEBDAV else "s3"
        command = [sys.executable, "-m", f"tests.servers.{name}", str(self.folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def _moto(self) -> None:
        command = [MOTO, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        while not (found := re.search(r"127\.0\.0\.1:(\d+)", self.process.stdout.readline())):
            continue
        self.port = int(found[1])
        sign = {"Authorization": f"AWS4-HMAC-SHA256 Credential={USER}/20200101/us-east-1/s3/aws4_request"}
        made = urllib.request.Request(f"http://127.0.0.1:{self.port}/paket", method="PUT", headers=sign)
        urllib.request.urlopen(made).close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@contextmanager
def serving(kind: PlaceKind, folder: Path) -> Iterator[Server]:
    """A server for the block."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(kind, folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
