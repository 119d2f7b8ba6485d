"""What is attacked, and what must never happen: a crash, a spoiled file taken for genuine, a write outside."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from random import Random

import pyrage

from gmsc_desktop.documents.verifying import verify_pdf_file
from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.exchange import Assignment, Comment
from gmsc_desktop.domain.teamwork import TeamMember
from gmsc_desktop.domain.verdict import Status, Verdict
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.receiving import Consent
from gmsc_desktop.services.trusting import exchange_identity
from gmsc_desktop.sync import bag
from gmsc_desktop.sync.anybag import check_bag
from gmsc_desktop.sync.bundle import BundleContent, write_bundle
from gmsc_desktop.sync.container import name_fault
from gmsc_desktop.sync.reading import verify_bundle
from tests.documents.awards_kit import award_draft
from tests.fuzz.mutate import WORDS, spoil, spoil_json
from tests.fuzz.team import TeamArena
from tests.helpers import PASSPHRASE, FixedClock
from tests.services.exchange_kit import open_services, trust_kit_office, world
from tests.services.helpers import POLICY, draft, write_instrument
from tests.signing_kit import SRI, trusting
from tests.sync.kit import Files, bundle_content, pack, resigned, unpack, with_info, write
from tests.sync.test_reading import raw

GREEN = (Status.GENUINE, Status.UNKNOWN_SIGNER)


class Violation(AssertionError):
    """Something that must never happen did."""


@dataclass
class Arena:
    """A folder with one good bundle, an office that could take it, and the attacks on both."""

    folder: Path
    taken: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    allowed: list[Path] = field(default_factory=list)

    @cached_property
    def good(self) -> bytes:
        """A bundle with visits, evidence, a document and a journal, as its writer makes it."""
        return write(self.folder, bundle_content()).path.read_bytes()

    @cached_property
    def small(self) -> bytes:
        """The same without a document, which takes most of the time to judge."""
        (self.folder / "kecil").mkdir()
        return write(self.folder / "kecil", bundle_content(visits=1, documents=False)).path.read_bytes()

    @cached_property
    def office(self) -> Services:
        """An office that trusts the signer of the good bundle."""
        services = open_services(self.folder / "kantor", "Kantor", 3, FixedClock())
        trust_kit_office(services)
        return services

    @cached_property
    def exchange(self) -> Exchange:
        """A laptop and its office, and a message of each kind that went between them."""
        return Exchange(self.folder / "dunia")

    @cached_property
    def team(self) -> TeamArena:
        """Two laptops of a team."""
        return TeamArena(self.folder / "tim")

    def attacks(self) -> dict[str, Callable[[Random], None]]:
        """Every attack by name."""
        return {
            "container": self.container, "names": self.names, "tags": self.tags, "signed tags": self.signed_tags,
            "signed JSON": self.signed_json, "signed payload": self.signed_payload, "signature": self.signature,
            "messages": self.messages, "signed files": self.signed_files, "unpacked": self.unpacked, "age": self.age,
            "pieces": self.pieces, "receive": self.receive, "random": self.random, "team": self.shared,
        }  # fmt: skip

    # what is judged

    def verify(self, data: bytes, name: str = "paket.gmsc") -> Verdict:
        path = self.folder / name
        path.write_bytes(data)
        verdict = verify_bundle(path, trusting(), check_document=verify_pdf_file)
        code = verdict.reasons[-1].code if verdict.reasons else "-"
        self.refused[code] = self.refused.get(code, 0) + (verdict.status not in GREEN)
        if verdict.status not in GREEN and verdict.reasons[-1].good:
            raise Violation("refused without a reason")
        return verdict

    def spoiled(self, data: bytes, origin: bytes) -> None:
        """Nobody trusted signed this: it is never green unless it is what it was."""
        if self.verify(data).status in GREEN and data != origin:
            raise Violation("a spoiled bundle is green")

    # attacks

    def container(self, chance: Random) -> None:
        origin = chance.choice((self.good, self.small, self.small))
        self.spoiled(spoil(origin, chance), origin)

    def random(self, chance: Random) -> None:
        head = chance.choice((b"", self.small[:60], self.small[:-22], b"age-encryption.org/v1\n"))
        self.spoiled(
            head + chance.randbytes(chance.randrange(400)) + chance.choice((b"", self.small[-22:])), self.small
        )

    def names(self, chance: Random) -> None:
        files = list(unpack(self.small).items())
        at = chance.randrange(len(files))
        name = spoil(files[at][0].encode(), chance)[:60_000]
        entries = [(b"bag/" + found.encode(), data) for found, data in files]
        entries[at] = (chance.choice((b"bag/", b"", chance.choice(WORDS)[:200])) + name, files[at][1])
        chance.shuffle(entries) if chance.random() < 0.3 else None
        self.spoiled(raw(entries), self.small)
        text = name.decode("utf-8", "replace")
        if name_fault(text) is None:
            inside = (self.folder / text).resolve()
            if not inside.is_relative_to(self.folder.resolve()):
                raise Violation(f"a name that leads out is allowed: {text!r}")

    def tags(self, chance: Random) -> None:
        files = unpack(self.small)
        name = chance.choice(list(bag.TAG_FILES))
        files[name] = spoil(files[name], chance)
        self.spoiled(pack(files), self.small)

    def signed_tags(self, chance: Random) -> None:
        """Signed by somebody trusted whose program is broken or malicious: anything but a crash."""
        files = unpack(self.small)
        name = chance.choice((bag.INFO, bag.BAGIT, bag.INFO))
        files[name] = spoil(files[name], chance)
        self.verify(pack(resigned(files)))

    def signed_json(self, chance: Random) -> None:
        files = unpack(self.small)
        old = next(name for name in files if name.startswith("data/visits"))
        data = spoil_json(files.pop(old), chance)
        files[f"data/visits/{old.split('/')[2]}/{sha256_hex(data)}.json"] = data
        self._signed(files)

    def signed_payload(self, chance: Random) -> None:
        files = unpack(chance.choice((self.small, self.good)))
        name = chance.choice([name for name in files if name.startswith("data/")])
        files[name] = spoil(files[name], chance)
        self._signed(files)

    def _signed(self, files: dict[str, bytes]) -> None:
        visits = sorted(
            (name.split("/")[2], name.split("/")[3][:64]) for name in files if name.startswith("data/visits")
        )
        data = pack(resigned(with_info(files, lambda info: replace(info, visits=tuple(visits)))))
        if self.verify(data).status in GREEN:
            self._receive(data, Random(len(data)))

    def signature(self, chance: Random) -> None:
        files = unpack(self.small)
        files[bag.SIGNATURE] = spoil(files[bag.SIGNATURE], chance)
        self.spoiled(pack(files), self.small)

    def age(self, chance: Random) -> None:
        """The outermost layer, spoiled; and a spoiled container inside an untouched one."""
        identity = pyrage.x25519.Identity.from_str(exchange_identity(self.office.vault))
        sealed = pyrage.encrypt(self.small, [identity.to_public()])
        inner = pyrage.encrypt(spoil(self.small, chance), [identity.to_public()])
        self._receive(chance.choice((spoil(sealed, chance), inner)), chance)

    def receive(self, chance: Random) -> None:
        """Into a real vault: nothing half, nothing outside of it."""
        self._receive(spoil(self.small, chance), chance)

    def messages(self, chance: Random) -> None:
        """What an office or an assessor says, in any form, under a good signature."""
        place = chance.randrange(len(self.exchange.said))
        kind, data, signer, reader = self.exchange.said[place]
        content = BundleContent(
            SRI, signer.vault.device, chance.randrange(1, 99), (), Files().open, kind=kind,
            message=spoil_json(data, chance),
        )  # fmt: skip
        path = self.folder / "pesan.gmsc"
        write_bundle(path, content, self.exchange.identities[signer.vault.device], self.exchange.earth.clock.now())
        self._take((path,), reader)

    def shared(self, chance: Random) -> None:
        """What a member of a team says, in any form, under a good signature."""
        with watching(self.team.reader.vault.folder, [*self.allowed, self.team.folder]):
            self.taken += self.team.attack(chance)

    def signed_files(self, chance: Random) -> None:
        """A file of a bundle with drafts, or of a team's, in any form, under a good signature of the whole."""
        files, signer, reader = chance.choice(self.exchange.whole)
        found = dict(files)
        old = chance.choice([name for name in found if name.startswith("data/")])
        data = found.pop(old)
        readable = old.endswith(".json") and chance.random() < 0.8
        data = spoil_json(data, chance) if readable else spoil(data, chance)
        folder, _slash, name = old.rpartition("/")
        stem, dot, extension = name.partition(".")
        found[f"{folder}/{sha256_hex(data) if len(stem) == 64 else stem}{dot}{extension}"] = data
        path = self.folder / "berkas.gmsc"
        identity = self.exchange.identities[signer.vault.device]
        path.write_bytes(pack(resigned(with_info(found, lambda info: replace(info, recipients=())), identity)))
        self._take((path,), reader)

    def unpacked(self, chance: Random) -> None:
        """The wider reading of a bag in a folder."""
        folder = self.folder / "bag"
        files = unpack(self.small)
        for name in chance.sample(list(files), 2):
            files[name] = spoil(files[name], chance)
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        report = check_bag(folder)
        if report.valid and any(fault.good for fault in report.profile):
            raise Violation("a fault that is none")

    def pieces(self, chance: Random) -> None:
        (self.folder / "potong").mkdir(exist_ok=True)
        whole = self.folder / "potong" / "paket.gmsc"
        whole.write_bytes(self.good + chance.randbytes(200_000))
        parts = _cut(whole, 65_536)
        picked = chance.choice(parts)
        kind = chance.randrange(4)
        if kind == 0:
            picked.unlink()
        elif kind == 1:
            picked.write_bytes(spoil(picked.read_bytes(), chance))
        elif kind == 2:
            picked.rename(
                picked.with_name(picked.name[:-7] + chance.choice(("000-003", "999-999", "001-001", "00a-003")))
            )
        self._take((self.folder / "potong",))
        for path in (self.folder / "potong").iterdir():
            path.unlink()

    def _receive(self, data: bytes, chance: Random) -> None:
        path = self.folder / chance.choice(("paket.gmsc", "..gmsc", "a b.gmsc", "é.gmsc"))
        path.write_bytes(data)
        self._take((path,))
        path.unlink(missing_ok=True)

    def _take(self, paths: tuple[Path, ...], reader: Services | None = None) -> None:
        reader = reader or self.office
        with watching(reader.vault.folder, self.allowed):
            try:
                received = reader.receiving.receive(paths).value
            except GmscError:
                return
        self.taken += len(received.taken)
        for plan in received.refused:
            if plan.refused is None or plan.refused.good:
                raise Violation("refused without a reason")
        for kept in reader.vault.folder.joinpath("quarantine").glob("*"):
            kept.unlink()

    def close(self) -> None:
        """Close every vault."""
        self.office.vault.close()
        if "exchange" in self.__dict__:
            self.exchange.close()
        if "team" in self.__dict__:
            self.team.close()


def _cut(whole: Path, size: int) -> list[Path]:
    """The file in pieces of ``size`` bytes, as a bundle is cut (docs/bundle-format.md, *Pieces*); it is gone then."""
    data = whole.read_bytes()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    made = []
    for number, piece in enumerate(pieces, 1):
        made.append(whole.with_name(f"{whole.name}.{number:03d}-{len(pieces):03d}"))
        made[-1].write_bytes(piece)
    whole.unlink()
    return made


class Exchange:
    """An office and a laptop, and what they said to each other: kind, message, who signs, who reads."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        folder.mkdir()
        self.earth = earth = self._stack.enter_context(world(folder))
        laptop, office = earth.laptop(enrol=False), earth.office
        said = [(laptop.enrolment.request(earth.stick, PASSPHRASE).value.file_name, laptop, office)]
        earth.take(office, said[0][0])
        key = laptop.vault.certificate_fingerprint
        office.enrolment.approve(key, PASSPHRASE)
        answer = office.enrolment.answer(key, earth.stick, PASSPHRASE).value.file_name
        laptop.receiving.receive((earth.stick / answer,), Consent(PASSPHRASE, earth.fingerprint))
        said.append((answer, office, laptop))
        visit_id = earth.visit(laptop)
        earth.take(office, earth.send(laptop, visit_id))
        office.office.return_(visit_id, (Comment(POLICY, "Lengkapi."),), None)
        said.append(
            (office.office.answer(laptop.vault.device, earth.stick, PASSPHRASE).value.file_name, office, laptop)
        )
        small = office.instruments.install(write_instrument(folder)).value.hash
        asked = Assignment("", "33.72", 2022, "Tahap 1", small)
        said.append((office.office.assign((asked,), (), earth.stick, PASSPHRASE).value.file_name, office, laptop))
        office.withdrawals.withdraw("ab" * 32, "visit", "Kota Surakarta", "Data keliru")
        said.append((office.withdrawals.write(earth.stick, PASSPHRASE).value.file_name, office, laptop))
        office.awards.add(award_draft())
        said.append((office.deciding.issue((), (), earth.stick, PASSPHRASE).value.file_name, office, laptop))
        drafts = laptop.sending.send(earth.stick, PASSPHRASE, drafts=True, everything=True).value.record.file_name
        begun = laptop.visits.create(draft(laptop.visits.get(visit_id).draft.instrument_hash)).value.id
        laptop.answers.set(begun, POLICY, Facet.VALUE, "l3")
        laptop.team.start(begun, (TeamMember("", "Budi"),))
        shared = laptop.team.write(begun, earth.stick, PASSPHRASE, sealed=False).value.file_name
        other = earth.laptop("Budi")
        self.whole = [
            (_files_of(earth.stick / drafts, office), laptop, office),
            (_files_of(earth.stick / shared, other), laptop, other),
        ]
        self.said = [(*_message(earth.stick / name, reader), signer, reader) for name, signer, reader in said]
        self.identities = {each.vault.device: each.vault.signing_identity(PASSPHRASE) for each in (laptop, office)}

    def close(self) -> None:
        """Close the vaults."""
        self._stack.close()


def _files_of(path: Path, reader: Services) -> dict[str, bytes]:
    data = path.read_bytes()
    if data.startswith(b"age-"):
        data = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(exchange_identity(reader.vault))])
    return unpack(data)


def _message(path: Path, reader: Services) -> tuple[str, bytes]:
    files = _files_of(path, reader)
    return bag.parse_info(files[bag.INFO]).kind, files["data/message.json"]


_WATCH: list[tuple[Path, list[Path]]] = []
_HOOKED: list[bool] = []
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@contextmanager
def watching(vault: Path, allowed: list[Path]) -> Iterator[None]:
    """In the block, every file made or moved lies in ``vault`` or an ``allowed`` folder; else ``Violation``."""
    if not _HOOKED:
        sys.addaudithook(_watch)
        _HOOKED.append(True)
    _WATCH.append((vault.resolve(), allowed))
    try:
        yield
    finally:
        _WATCH.pop()


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not _WATCH:
        return
    opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    if opens or event in ("os.mkdir", "os.remove", "os.truncate"):
        made = [arguments[0]]
    elif event in ("os.rename", "os.link", "os.symlink"):
        made = list(arguments[:2])
    else:
        return
    vault, allowed = _WATCH[-1]
    for path in made:
        if not isinstance(path, str | bytes | os.PathLike) or os.fspath(path) in (os.devnull, os.fsencode(os.devnull)):
            continue
        found = Path(os.path.realpath(os.fsdecode(path)))
        if found.suffix in (".pyc", ".py") or "__pycache__" in found.parts:
            continue
        if not any(found.is_relative_to(folder) for folder in (vault, *allowed)):
            raise Violation(f"a write outside the vault: {event} {found}")
