"""All services of one open vault, made once and handed to the window and the shell."""

from __future__ import annotations

from dataclasses import dataclass

from gmsc_desktop.domain.ports import Clock, Ids
from gmsc_desktop.services.answers import AnswerService
from gmsc_desktop.services.awards import AwardService
from gmsc_desktop.services.backup_bundles import BackupBundleService
from gmsc_desktop.services.backups import BackupService
from gmsc_desktop.services.deciding import DecisionService, seal_of
from gmsc_desktop.services.documents import DocumentService
from gmsc_desktop.services.drafts import DraftService, OfficeDrafts
from gmsc_desktop.services.enrolment import EnrolmentService
from gmsc_desktop.services.evidence import EvidenceService
from gmsc_desktop.services.exports import ExportService
from gmsc_desktop.services.filling import Filling
from gmsc_desktop.services.findings import FindingService
from gmsc_desktop.services.history import HistoryService
from gmsc_desktop.services.instruments import InstrumentService
from gmsc_desktop.services.moving import MovingService
from gmsc_desktop.services.office import OfficeService
from gmsc_desktop.services.open_exports import OpenExportService
from gmsc_desktop.services.papers import PaperService
from gmsc_desktop.services.receiving import ReceivingService
from gmsc_desktop.services.regions import RegionService
from gmsc_desktop.services.sending import SendingService
from gmsc_desktop.services.team import TeamService
from gmsc_desktop.services.team_state import TeamState
from gmsc_desktop.services.uploading import UploadService
from gmsc_desktop.services.vaults import Vault
from gmsc_desktop.services.visits import VisitService
from gmsc_desktop.services.withdrawals import WithdrawalService


@dataclass(frozen=True)
class Services:
    """The only door to a vault. Every call runs on the vault's one worker thread."""

    vault: Vault
    clock: Clock
    ids: Ids
    regions: RegionService
    instruments: InstrumentService
    visits: VisitService
    answers: AnswerService
    evidence: EvidenceService
    documents: DocumentService
    papers: PaperService
    awards: AwardService
    deciding: DecisionService
    exports: ExportService
    open_exports: OpenExportService
    moving: MovingService
    sending: SendingService
    uploading: UploadService
    receiving: ReceivingService
    enrolment: EnrolmentService
    office: OfficeService
    office_drafts: OfficeDrafts
    findings: FindingService
    withdrawals: WithdrawalService
    backups: BackupService
    backup_bundles: BackupBundleService
    history: HistoryService
    team: TeamService


def build_services(vault: Vault, *, clock: Clock, ids: Ids) -> Services:
    """The services of ``vault``; they do nothing until they are asked."""
    instruments = InstrumentService(vault)
    filling = Filling(vault, instruments)
    state = TeamState(filling)
    visits = VisitService(filling, state)
    exports = ExportService(vault, visits, DraftService(vault, visits))
    sending = SendingService(vault, exports)
    office = OfficeService(vault, clock=clock, ids=ids)
    return Services(
        vault=vault,
        clock=clock,
        ids=ids,
        regions=RegionService(),
        instruments=instruments,
        visits=visits,
        answers=AnswerService(filling),
        evidence=EvidenceService(filling),
        documents=DocumentService(vault, visits, instruments),
        papers=PaperService(vault, visits, instruments),
        awards=AwardService(vault, lambda award: seal_of(vault, award)),
        deciding=DecisionService(vault, office),
        exports=exports,
        open_exports=OpenExportService(filling),
        moving=MovingService(filling),
        sending=sending,
        uploading=UploadService(vault, sending, exports, office),
        receiving=ReceivingService(vault),
        enrolment=EnrolmentService(vault, clock=clock, ids=ids),
        office=office,
        office_drafts=OfficeDrafts(vault),
        findings=FindingService(vault),
        withdrawals=WithdrawalService(vault, clock=clock),
        backups=BackupService(vault),
        backup_bundles=BackupBundleService(vault),
        history=HistoryService(filling),
        team=TeamService(filling, state),
    )
