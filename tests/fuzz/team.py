"""What a member of a team may say, in any form, under a good signature: refused or taken, and what is taken is read."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import BundleError, GmscError
from gmsc_desktop.identity.cms import sign_detached
from gmsc_desktop.services.receiving import Consent
from tests.fuzz.mutate import spoil_json
from tests.helpers import PASSPHRASE
from tests.services.helpers import BUDGET, PEOPLE, POLICY, PROGRAMME
from tests.services.team_kit import Team, two
from tests.services.test_team_attacks import AT, forged

ITEM = f"{PROGRAMME}[0192-a]"
FILE = "017db600-0009-78e9-88da-96394fe9b0aa"
SAID = {
    f"a:{POLICY}#value": "l4",
    f"a:{BUDGET}#note": "Lengkap.",
    f"a:{PEOPLE}#value": "12",
    f"a:{BUDGET}#not_applicable": "Tidak ada anggaran.",
    f"i:{ITEM}#position": "0",
    f"a:{ITEM}/title#value": "Kampung pintar",
    f"e:{FILE}#caption": "Foto",
    "p:dewi lestari": '{"name":"Dewi Lestari","nip":"","organisation":"","position":"2","role":"met","title":""}',
    "v:place": "Pendhapi",
    "v:dates": '{"end":"2021-12-14","start":"2021-12-13"}',
    "v:previous": '{"index":"3.06","source":"Surat","year":"2020"}',
    f"x:no_evidence|{POLICY}": "Memang demikian.",
}


class TeamArena:
    """Two laptops; one of them says anything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "stik").mkdir()
        self.team = Team(folder)
        self.reader, self.liar = two(self.team)
        self.team.give(self.liar, self.reader)
        self._identity = self.liar.vault.signing_identity(PASSPHRASE)
        own = [p for p in self.liar.team._rows.parts(self.team.visit) if p.device == self.liar.vault.device]
        self._told: dict[str, Any] = {
            "format": "gmsc-team-part/1",
            "visit_id": self.team.visit,
            "device": self.liar.vault.device,
            "key": self.liar.vault.certificate_fingerprint,
            "name": "Budi",
            "number": len(own) + 1,
            "previous": own[-1].sha256 if own else None,
            "made_at": AT,
            "words": [{"place": p, "value": v, "over": [], "clock": 90, "at": AT} for p, v in SAID.items()],
        }

    def attack(self, chance: Random) -> int:
        """One bundle; how many were taken. Raises when taking it, or reading what it left, crashes."""
        words = chance.sample(self._told["words"], chance.randrange(1, len(SAID)))
        data = canonical_bytes({**self._told, "words": words})
        if chance.random() < 0.4:
            data = spoil_json(data, chance)
        elif chance.random() < 0.8:
            data = _spoiled_value(data, chance)
        rows = self.liar.team._rows.parts(self.team.visit)
        signature = sign_detached(hashlib.sha256(data).digest(), self._identity, signed_at=self.liar.clock.now())
        parts = [*((part.data, part.signature) for part in rows), (data, signature)]
        try:
            path = forged(self.team, self.liar, parts=parts)
        except BundleError:
            return 0
        taken = 0
        with suppress(GmscError):
            received = self.reader.receiving.receive((path,), Consent()).value
            taken = len(received.taken)
        path.unlink(missing_ok=True)
        for kept in self.reader.vault.folder.joinpath("quarantine").glob("*"):
            kept.unlink()
        if taken:
            visit = self.team.visit
            self.reader.visits.check(visit)
            self.reader.visits.content(visit)
            self.reader.team.view(visit)
            self.reader.team.given(visit)
        return taken

    def close(self) -> None:
        """Close the vaults."""
        for laptop in self.team.laptops:
            laptop.vault.close()


def _spoiled_value(data: bytes, chance: Random) -> bytes:
    """With the JSON inside a word's value spoiled, where there is any."""
    try:
        document = json.loads(data)
        told = chance.choice(document["words"])
        if told["value"].startswith("{"):
            told["value"] = spoil_json(told["value"].encode(), chance).decode("utf-8", "replace")
        else:
            told["value"] = chance.choice(("", "x" * 5000, "-1", "\u202e\u0000", "0", "l3 l4", "{}", "é" * 90))
        return canonical_bytes(document)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return data
