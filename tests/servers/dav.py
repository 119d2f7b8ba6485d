"""WsgiDAV over a folder, until it is killed; prints its port.

python -m tests.servers.dav FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp


def main(folder: str) -> None:
    people = {"*": {"kantor": {"password": "rahasia-dav"}}}
    application = WsgiDAVApp(
        {
            "provider_mapping": {"/": str(Path(folder))},
            "simple_dc": {"user_mapping": people},
            "http_authenticator": {"domain_controller": None, "accept_basic": True, "accept_digest": False},
            "verbose": 0,
            "logging": {"enable": False},
        }
    )
    server = wsgi.Server(("127.0.0.1", 0), application)
    server.prepare()
    print(server.bind_addr[1], flush=True)
    server.serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
