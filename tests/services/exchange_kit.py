"""An office and laptops that exchange bundles over a folder, and contents made by hand for histories of any shape."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.content import Content
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.receiving import Consent, Received
from gmsc_desktop.services.vaults import Profile, create_vault, open_vault
from gmsc_desktop.sync.bundle import BundleContent, write_bundle
from tests.helpers import PASSPHRASE, QUICK, START, FixedClock, SeededIds
from tests.services.helpers import draft, fill, write_instrument
from tests.signing_kit import NOW, SRI, content_bytes, enrolled, office, visit_content
from tests.sync.kit import PHOTO, Files

OFFICE = "Kantor Pusat GMSC (uji)"


def open_services(folder: Path, name: str, seed: int, clock: FixedClock) -> Services:
    """A new vault of ``name`` with its services."""
    ids = SeededIds(seed)
    profile = Profile(name, "", "Asesor", "Universitas Contoh")
    vault, _code = create_vault(folder, profile, PASSPHRASE, clock=clock, ids=ids, kdf=QUICK)
    return build_services(vault, clock=clock, ids=ids)


@dataclass
class World:
    """An office, laptops enrolled there, and the stick between them."""

    root: Path
    clock: FixedClock
    office: Services
    fingerprint: str
    laptops: list[Services]

    @property
    def stick(self) -> Path:
        return self.root / "stik"

    def laptop(self, name: str = "Sri", *, enrol: bool = True) -> Services:
        """One more laptop."""
        number = len(self.laptops) + 1
        made = open_services(self.root / f"laptop-{number}", name, 100 + number, self.clock)
        self.laptops.append(made)
        if enrol:
            self.enrol(made)
        return made

    def enrol(self, laptop: Services, replaces: str = "") -> None:
        """Request, approval, answer, installed."""
        request = laptop.enrolment.request(self.stick, PASSPHRASE, replaces).value
        self.take(self.office, request.file_name)
        fingerprint = laptop.vault.certificate_fingerprint
        self.office.enrolment.approve(fingerprint, PASSPHRASE)
        answer = self.office.enrolment.answer(fingerprint, self.stick, PASSPHRASE).value
        taken = laptop.receiving.receive((self.stick / answer.file_name,), Consent(PASSPHRASE, self.fingerprint))
        assert not taken.value.refused, taken.value.refused

    def take(self, services: Services, name: str) -> Received:
        """Receive the file called ``name`` on the stick."""
        return services.receiving.receive((self.stick / name,)).value

    def visit(self, laptop: Services) -> str:
        """A visit, filled, closed and signed."""
        small = laptop.instruments.install(write_instrument(self.root)).value.hash
        visit_id = laptop.visits.create(draft(small)).value.id
        fill(laptop, visit_id)
        self.close(laptop, visit_id)
        return visit_id

    def close(self, laptop: Services, visit_id: str) -> None:
        """Explain what may stand, close, sign."""
        for problem in laptop.visits.check(visit_id):
            if problem.blocks:
                laptop.visits.explain(visit_id, problem.code, problem.key, "Memang demikian.")
        laptop.visits.close(visit_id)
        laptop.documents.sign(visit_id, PASSPHRASE)

    def send(self, laptop: Services, *visits: str) -> str:
        """Export; the name of the file on the stick."""
        return laptop.exports.write(visits, self.stick, PASSPHRASE).value.file_name

    def answer(self, laptop: Services) -> Received:
        """The office's answer, received."""
        written = self.office.office.answer(laptop.vault.device, self.stick, PASSPHRASE).value
        return self.take(laptop, written.file_name)


_TEMPLATE: list[Path] = []


def _template() -> Path:
    """The folder of an office that was made once: encrypting its offline copy takes its time on purpose."""
    if not _TEMPLATE:
        root = Path(tempfile.mkdtemp(prefix="gmsc-kantor-"))
        atexit.register(shutil.rmtree, root, ignore_errors=True)
        for name in ("stik", "lemari"):
            (root / name).mkdir()
        services = open_services(root / "kantor", "Kantor Satu", 7, FixedClock())
        services.office.init(OFFICE, PASSPHRASE, root / "lemari")
        services.vault.close()
        _TEMPLATE.append(root)
    return _TEMPLATE[0]


@contextmanager
def world(root: Path) -> Iterator[World]:
    """An office that was just made."""
    shutil.copytree(_template(), root, dirs_exist_ok=True)
    clock, ids = FixedClock(START + timedelta(minutes=10)), SeededIds(8)
    vault = open_vault(root / "kantor", PASSPHRASE, clock=clock, ids=ids)
    services = build_services(vault, clock=clock, ids=ids)
    made = World(root, clock, services, services.office.status().root, [])
    try:
        yield made
    finally:
        for each in (services, *made.laptops):
            each.vault.close()


# contents made by hand


def revision(number: int, parent: Content | None, place: str) -> Content:
    """A content of the visit ``number``, descending from ``parent``."""
    content = visit_content(number, (PHOTO,), place=place)
    if parent is None:
        return content
    return replace(content, revision=parent.revision + 1, parent_hash=sha256_hex(content_bytes(parent)))


def bundle(folder: Path, name: str, contents: tuple[Content, ...], *, device: int = 1, sequence: int = 1) -> Path:
    """A bundle of ``contents`` from an enrolled laptop; the office that enrolled it is ``signing_kit.office``."""
    files = Files()
    files.put(PHOTO[1])
    content = BundleContent(
        sender=SRI,
        device=f"01a20f6e-566c-7d28-baa7-{device:012d}",
        sequence=sequence,
        visits=tuple(content_bytes(each) for each in contents),
        open_file=files.open,
    )
    return write_bundle(folder / name, content, enrolled(), NOW).path


def trust_kit_office(services: Services) -> None:
    """Let the vault be an office that trusts the certificates of ``signing_kit``."""
    from gmsc_desktop.identity.certificates import to_der
    from gmsc_desktop.services.trusting import OFFICE_ROOT, ROLE
    from gmsc_desktop.store.trusting import TrustRepository

    store = services.vault.store
    TrustRepository(store).add_root(office().fingerprint, to_der(office().certificate), "uji")
    store.settings.set(ROLE, "office")
    store.settings.set(OFFICE_ROOT, office().fingerprint)
