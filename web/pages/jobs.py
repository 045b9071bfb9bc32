"""定期の処理: what ran when, how it went, what is parked and why; and mails that did not get through."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import job_views
from casework.job_views import KEEPERS, JobRow
from models.alert_letter import AlertLetter
from web.view import PageView
from web.visit import PostDep, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/admin/jobs"


@dataclass(frozen=True, kw_only=True)
class JobsPage(PageView):
    """The work and the mails, with a button to do a piece again."""

    template = "pages/jobs.html"

    rows: Sequence[JobRow]
    letters: Sequence[AlertLetter]
    can_keep: bool


@router.get(PATH, name="jobs")
def show_jobs(visit: VisitDep) -> Response:
    """What the service does by itself."""
    view = JobsPage(
        frame=visit.frame("", ("今日やること", "/"), ("定期の処理", None)),
        rows=job_views.list_jobs(visit.call),
        letters=job_views.list_stuck_letters(visit.call),
        can_keep=visit.has(*KEEPERS),
    )
    return view.render(visit.request)


@router.post(f"{PATH}/{{job_id:int}}/again", name="job_again")
def try_again(post: PostDep, job_id: int) -> Response:
    """Do a piece again, now."""
    job_views.try_again(post.visit.call, job_id)
    return go_to(PATH, "job_again")


@router.post(f"{PATH}/letters/{{letter_id:int}}/again", name="letter_again")
def send_again(post: PostDep, letter_id: int) -> Response:
    """Try a mail again, now."""
    job_views.send_letter_again(post.visit.call, letter_id)
    return go_to(PATH, "job_again")
