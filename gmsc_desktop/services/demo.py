"""The whole job without a screen: a vault, a filled visit with evidence, closed, signed, exported and verified.

An invented central office certifies the invented assessor, so that the papers verify against ``root.pem``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.domain.ports import Clock, Ids, Progress, no_progress
from gmsc_desktop.domain.verdict import Verdict
from gmsc_desktop.domain.visit import Severity
from gmsc_desktop.i18n import _, language
from gmsc_desktop.services import demo_files, verdicts
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.samples import Sample, SampleFile, keyed, load_sample
from gmsc_desktop.services.vaults import Profile, Vault, create_vault
from gmsc_desktop.services.verification import verify_file

PROFILE = Profile(
    "Dr. Sri Wahyuni, M.T.", "198203142008012003", "Asesor Gerakan Menuju Smart City", "Universitas Contoh Nusantara"
)
OFFICE = "Kantor Pusat GMSC (contoh)"
SURAKARTA = (-7.5755, 110.8243)
STEPS = 8


@dataclass(frozen=True, slots=True)
class DemoResult:
    """Where everything lies, and what our own verifier says of the two papers."""

    vault: Path
    passphrase_file: Path
    recovery_file: Path
    root: Path
    report: Path
    bundle: Path
    index: str
    verdicts: tuple[Verdict, Verdict]

    def lines(self) -> Iterator[str]:
        """What was made and how to check it with public tools, for a terminal."""
        yield _("Made, with an index of {index}:").format(index=self.index)
        for label, path in (
            (_("evaluation report (PDF/A-3b, signed)"), self.report),
            (_("sync bundle"), self.bundle),
            (_("root certificate of the invented office"), self.root),
            (_("vault"), self.vault),
            (_("its frasa sandi"), self.passphrase_file),
            (_("its recovery code"), self.recovery_file),
        ):
            yield f"  {path}  ({label})"
        for verdict in self.verdicts:
            yield f"  {verdict.file_name}: {verdicts.headline(verdict)}"
        yield ""
        yield _("Check it with this program:")
        yield f"  python main.py verify {self.report} --trust {self.root}"
        yield f"  python main.py verify {self.bundle} --trust {self.root}"
        yield _("Check it with public tools:")
        yield f"  qpdf --check {self.report}"
        yield f"  pdfsig {self.report}"
        yield f"  unzip -t {self.bundle}"
        yield f"  unzip -q {self.bundle}"
        yield "  bagit.py --validate bag"
        yield (
            "  openssl cms -verify -binary -inform DER -in bag/signature.p7s -content bag/tagmanifest-sha256.txt"
            f" -CAfile {self.root} -out /dev/null"
        )


def run_demo(out: Path, *, clock: Clock, ids: Ids, progress: Progress = no_progress) -> DemoResult:
    """Do the whole job in ``out``. Raises ``InvalidInput`` when the folder holds something already."""
    _empty_folder(out)
    passphrase = "-".join(ids.token(2).hex() for _part in range(5))
    progress(1, STEPS, _("Making the vault"))
    vault, code = create_vault(out / "vault", PROFILE, passphrase, clock=clock, ids=ids)
    try:
        (out / "frasa-sandi.txt").write_text(f"{passphrase}\n", encoding="utf-8")
        (out / "kode-pemulihan.txt").write_text(f"{code}\n", encoding="utf-8")
        (out / "root.pem").write_bytes(_certify(vault, passphrase, clock, ids))
        services = build_services(vault, clock=clock, ids=ids)
        return _job(services, out, passphrase, clock, progress)
    finally:
        vault.close()


def _empty_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        filled = any(out.iterdir())
    except OSError as error:
        raise InvalidInput(
            N_("The folder {folder} cannot be used: {detail}."), folder=out, detail=error.strerror or str(error)
        ) from error
    if filled:
        raise InvalidInput(N_("The folder {folder} is not empty."), cure=N_("Give an empty or new folder."), folder=out)


def _certify(vault: Vault, passphrase: str, clock: Clock, ids: Ids) -> bytes:
    """Let an invented office issue the assessor's certificate; its root as PEM. The root's key is not kept."""
    from gmsc_desktop.domain.visit import Person, Role
    from gmsc_desktop.identity.certificates import issue, make_root, to_pem
    from gmsc_desktop.identity.signer import SigningIdentity

    root = make_root(OFFICE, clock=clock, ids=ids)
    own = vault.signing_identity(passphrase)
    person = Person(PROFILE.name, PROFILE.nip, PROFILE.title, PROFILE.organisation, Role.LEAD)
    certificate = issue(root, person, own.private_key.public_key(), clock=clock, ids=ids)
    vault.adopt_identity(SigningIdentity(own.private_key, certificate, (root.certificate,)), passphrase)
    return to_pem(root.certificate)


def _job(services: Services, out: Path, passphrase: str, clock: Clock, progress: Progress) -> DemoResult:
    sample = load_sample("surakarta", {region.code: region for region in services.regions.all()})
    progress(2, STEPS, _("Recording the visit to {region}").format(region=sample.draft.region.name))
    visit_id = services.visits.create(sample.draft).value.id
    items = _enter(services, visit_id, sample)
    progress(3, STEPS, _("Attaching evidence"))
    begin = datetime.combine(sample.draft.starts_on, datetime.min.time(), clock.now().tzinfo) + timedelta(hours=9)
    for number, file in enumerate(sample.files):
        key = keyed(file.key, items)
        data = _file_bytes(file, begin + timedelta(minutes=17 * number), number)
        found = services.evidence.attach_bytes(visit_id, key, file.name, data).value
        if file.caption:
            services.evidence.caption(found.id, file.caption)
    progress(4, STEPS, _("Closing the visit"))
    for problem in services.visits.check(visit_id):
        if problem.severity is Severity.WARNING:
            services.visits.explain(visit_id, problem.code, problem.key, _("Sample data: stands as entered."))
    services.visits.close(visit_id)
    progress(5, STEPS, _("Drawing and signing the report"))
    document = services.documents.sign(visit_id, passphrase).value
    report = out / document.name
    services.documents.save_as(document.id, report)
    progress(6, STEPS, _("Writing the sync bundle"))
    record = services.exports.write((visit_id,), out, passphrase).value
    bundle = out / record.file_name
    progress(7, STEPS, _("Verifying"))
    root = out / "root.pem"
    checked = (verify_file(report, trust=(root,)), verify_file(bundle, trust=(root,)))
    row = next(row for row in services.visits.list() if row.visit.id == visit_id)
    progress(8, STEPS, _("Done"))
    return DemoResult(
        vault=services.vault.folder,
        passphrase_file=out / "frasa-sandi.txt",
        recovery_file=out / "kode-pemulihan.txt",
        root=root,
        report=report,
        bundle=bundle,
        index="–" if row.index is None else show_decimal(row.index, 2, language()),
        verdicts=checked,
    )


def _enter(services: Services, visit_id: str, sample: Sample) -> dict[str, tuple[str, ...]]:
    """Enter the items and answers of the sample; the item keys by repeat key."""
    items: dict[str, tuple[str, ...]] = {}
    for repeat, count in sample.repeats:
        key = keyed(repeat, items)
        present = [item.key for item in services.visits.open(visit_id).session.items(key)]
        while len(present) < count:
            present.append(services.answers.add_item(visit_id, key).value.key)
        items[key] = tuple(present)
    for answer in sample.answers:
        services.answers.set(visit_id, keyed(answer.key, items), Facet(answer.facet), answer.value)
    return items


def _file_bytes(file: SampleFile, at: datetime, number: int) -> bytes:
    title = file.caption or file.name
    if file.kind == "photo":
        latitude, longitude = SURAKARTA
        return demo_files.picture(title, at, latitude + number * 0.0011, longitude - number * 0.0009)
    if file.kind == "pdf":
        return demo_files.paper(title, (file.name, "Dokumen contoh yang dibuat oleh GMSC Desktop.", f"{at:%d-%m-%Y}"))
    return f"{title}\n\nBerkas contoh yang dibuat oleh GMSC Desktop.\n".encode()
