"""A program that enters answers and attaches evidence until it is killed, confirming each on its standard output.

    python -m tests.e2e.kill_worker VAULT VISIT SEED

Each line is JSON: ``{"about": act}`` before a call of the services, ``{"done": act}`` once it has returned.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.visit import Severity, VisitState
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.system import SystemClock, SystemIds
from tests.helpers import PASSPHRASE
from tests.services.helpers import BUDGET, PEOPLE, POLICY, PROGRAMME

Act = dict[str, object]


def say(**line: object) -> None:
    """One line that is out of this process before it goes on."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def acts(random: Random) -> Iterator[Act]:
    """What a person might do, without end."""
    while True:
        kind = random.choices(["answer", "note", "item", "file", "close"], [50, 20, 5, 20, 5])[0]
        key = random.choice([POLICY, BUDGET])
        if kind == "answer":
            yield {"kind": kind, "key": PEOPLE, "value": str(random.randrange(1, 10**6))}
        elif kind == "note":
            yield {"kind": kind, "key": key, "value": f"catatan {random.random()} " * random.randrange(1, 200)}
        elif kind == "file":
            size = random.choice([1, 1_000, 60_000, 60_000, 2_000_000])
            yield {"kind": kind, "key": key, "seed": random.getrandbits(32), "size": size}
        else:
            yield {"kind": kind}


def perform(services: Services, visit: str, act: Act, folder: Path) -> Act:
    """Do it through the services; what came out of it."""
    match act["kind"]:
        case "answer":
            services.answers.set(visit, str(act["key"]), Facet.VALUE, str(act["value"]))
        case "note":
            services.answers.set(visit, str(act["key"]), Facet.NOTE, str(act["value"]))
        case "item":
            return {"item": services.answers.add_item(visit, PROGRAMME).value.key}
        case "file":
            data = Random(int(str(act["seed"]))).randbytes(int(str(act["size"])))
            path = folder / "bukti.bin"
            path.write_bytes(data)
            services.evidence.attach(visit, str(act["key"]), path)
            return {"sha256": hashlib.sha256(data).hexdigest()}
        case "close":
            reopened(services, visit)
            for problem in services.visits.check(visit):
                if problem.severity is Severity.WARNING and problem.blocks:
                    services.visits.explain(visit, problem.code, problem.key, "Memang demikian.")
            content_hash = services.visits.close(visit).value.content_hash
            services.visits.reopen(visit, "Diperiksa ulang")
            return {"content_hash": content_hash}
    return {}


def reopened(services: Services, visit: str) -> None:
    """Go on where an earlier kill left the visit closed."""
    if services.visits.get(visit).state is not VisitState.DRAFT:
        services.visits.reopen(visit, "Dilanjutkan")


def main(folder: str, visit: str, seed: str) -> None:
    """Work until killed."""
    vault = open_vault(Path(folder), PASSPHRASE, clock=SystemClock(), ids=SystemIds())
    services = build_services(vault, clock=SystemClock(), ids=SystemIds())
    reopened(services, visit)
    say(ready=True)
    with TemporaryDirectory() as scratch:
        for act in acts(Random(int(seed))):
            say(about=act)
            say(done={**act, **perform(services, visit, act, Path(scratch))})


if __name__ == "__main__":
    main(*sys.argv[1:])
