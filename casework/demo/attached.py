"""What lies beside the requests of the demo town: terms, specifications, pictures of screens, a notice afterwards."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework import attachments
from casework.demo.documents import pick
from casework.demo.papers import pdf_paper, picture_of_a_screen, text_paper
from casework.demo.play import Story, step
from casework.evidence import Caption, Upload
from models.vocabulary import AttachmentKind, RequestState


def lay_beside(story: Mapping[str, Any], number: str, day: date) -> Story:
    """Attach what a request of this story comes with: half of them nothing, every draft one file in two versions."""
    by, title = story["by"], story["title"]
    is_draft = story["state"] == RequestState.DRAFT
    if pick(title, 2) != 0 and not is_draft:
        return
    paper, caption = _paper_of(story)
    first = yield step(day, by, attachments.attach_to_request, number, paper, caption)
    if pick(title, 3) == 0 or is_draft:
        screen = Upload("screen_20261101.png", picture_of_a_screen())
        said = Caption("管理画面の公開範囲の設定", AttachmentKind.SCREEN, "2", "庁内で撮影", is_sanitised=True)
        yield step(day, by, attachments.attach_to_request, number, screen, said)
    if is_draft:
        newer = Upload(paper.name, _paper_of(story, "改訂版")[0].content)
        yield step(day, by, attachments.replace_file, number, first.key, newer)


def add_afterwards(story: Mapping[str, Any], number: str, day: date) -> Story:
    """Attach the notice of the outcome to some requests that were decided."""
    if pick(story["title"], 4) == 0:
        notice = Upload("tsuchi.pdf", pdf_paper("利用承認通知書(写し)", f"用途: {story['title']}"))
        said = Caption("承認の結果の通知", AttachmentKind.OTHER, "2", "情報政策課")
        yield step(day, story["by"], attachments.attach_to_request, number, notice, said)


def _paper_of(story: Mapping[str, Any], *notes: str) -> tuple[Upload, Caption]:
    company, title = story["company"], story["title"]
    if "service" in story or "services" in story:
        terms = pdf_paper("利用規約(写し)", f"提供者: {company}", f"用途: {title}", *notes)
        return Upload("利用規約.pdf", terms), Caption(
            f"{company} 利用規約", AttachmentKind.TERMS, "1", f"{company} 公開ページ"
        )
    annex = text_paper("仕様書案", f"業務: {title}", "第4章 選定条件", "第7章 対策", *notes)
    return Upload("仕様書案.txt", annex), Caption(
        "契約案に付ける仕様書", AttachmentKind.SPECIFICATION, "2", "契約管財課"
    )
