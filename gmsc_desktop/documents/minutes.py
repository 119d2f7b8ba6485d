"""The Berita Acara of a visit: from its model to a PDF. The door of this package for whoever wants minutes.

Nothing here knows the time: the day and every moment printed are the visit's own or were chosen by the person.
"""

from __future__ import annotations

from gmsc_desktop.documents import texts, wording
from gmsc_desktop.documents.model import ReportModel
from gmsc_desktop.documents.pdfa import DocumentMeta
from gmsc_desktop.domain.numbers import show_dates
from gmsc_desktop.domain.papers import MinutesOptions

OPTIONS = MinutesOptions()


def draw_minutes(
    model: ReportModel, options: MinutesOptions = OPTIONS, *, draft: bool = False, qr: str | None = None
) -> bytes:
    """The minutes as a PDF, to be handed to ``make_pdfa``.

    ``draft`` marks every page DRAF; ``qr`` is the text of the QR beside the signatures, None for none.
    Raises ``DocumentError`` when the pages cannot be laid out.
    """
    from gmsc_desktop.documents import fonts, proceedings
    from gmsc_desktop.documents.furniture import Furniture, build
    from gmsc_desktop.documents.kit import Kit
    from gmsc_desktop.documents.page import page_for
    from gmsc_desktop.documents.photos import Photos
    from gmsc_desktop.documents.text import Writer

    fonts.register()
    writer, page = Writer(), page_for(options.paper)
    photos = Photos((), lambda _sha256: None, lambda _done, _total: None, drawn=False)
    kit = Kit(writer, page, model=model, photos=photos, draft=draft)
    story = [
        *proceedings.letterhead(kit, options),
        *proceedings.parties(kit, options),
        *proceedings.result(kit),
        *proceedings.agreed(kit),
        *proceedings.disputed(kit),
        *proceedings.signatures(kit, options, qr),
    ]
    furniture = Furniture(
        title=minutes_meta(model).title,
        left=f"{wording.MINUTES} · {writer.line(model.region.name)}",
        right=texts.YEAR.format(year=model.cycle_year),
        footer=texts.FOOTER,
        digest=texts.DRAFT_LINE if draft else texts.FOOTER_HASH.format(digest=f"SHA-256 {model.content_hash}"),
        draft=draft,
        page=page,
        letterhead=True,
    )
    return build(story, furniture)


def minutes_meta(model: ReportModel) -> DocumentMeta:
    """What the file of the minutes says about itself; its time is that of closing."""
    subject = wording.MINUTES_SUBJECT if model.smart_city else wording.MINUTES_SUBJECT_OTHER
    return DocumentMeta(
        title=f"{wording.MINUTES} {model.region.name} {model.cycle_year}",
        author=model.assessor.name,
        subject=f"{subject}, {model.region.name}, {show_dates(model.starts_on, model.ends_on)}",
        keywords=", ".join(part for part in (model.programme, model.region.code, model.stage, "berita acara") if part),
        created=model.closed_at,
        identifier=f"berita-acara:{model.content_hash}",
        attachment_description=wording.ATTACHED_VISIT,
    )
