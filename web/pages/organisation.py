"""組織と職: sections with their history, posts with their roles and holders, and who holds several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from casework import accounts, departments, posts
from casework.call import ROLE_LABELS
from casework.errors import BadInput, WrongState
from casework.posts import Concurrent, PostIn, PostRow, RoleOfPost
from models.department import Department
from models.post_holder import PostHolder
from models.vocabulary import Role
from web.dates import DateInput
from web.forms import Form, Reading
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/admin/org"
TRAIL = (("今日やること", "/"), ("組織と職", PATH))
ROLES = tuple((role, words) for role, words in ROLE_LABELS.items() if role != Role.STAFF)
PLACES = (("own", "自課"), ("everywhere", "全庁"))


@dataclass(frozen=True, kw_only=True)
class OrganisationPage(PageView):
    """Sections and posts of today, and the forms for new ones."""

    template = "pages/organisation.html"

    sections: Sequence[Department]
    past: Sequence[Department]
    rows: Sequence[PostRow]
    concurrent: Sequence[Concurrent]
    is_keeper: bool
    roles: Sequence[tuple[str, str]]
    form: Form


@dataclass(frozen=True, kw_only=True)
class PostPage(PageView):
    """One post: its roles, who holds and held it, and the forms to change that."""

    template = "pages/post.html"

    row: PostRow
    history: Sequence[PostHolder]
    people: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, str]]
    given: Sequence[str]
    is_keeper: bool
    form: Form
    starts_on: DateInput
    ends_on: DateInput
    last_day: DateInput


@dataclass(frozen=True, kw_only=True)
class DepartmentPage(PageView):
    """One section, what it was and became, and the form to rename or merge it."""

    template = "pages/department.html"

    section: Department
    successor: Department | None
    predecessors: Sequence[Department]
    others: Sequence[tuple[str, str]]
    is_keeper: bool
    form: Form
    day: DateInput


@router.get(PATH, name="organisation")
def show_organisation(visit: VisitDep) -> Response:
    """The organisation of today."""
    visit.call.need(*posts.READERS, to="組織と職を見る")
    return _page(visit).render(visit.request)


@router.post(f"{PATH}/departments", name="departments")
def enter_department(post: PostDep) -> Response:
    """Enter a section."""
    form = post.form
    return _try(
        post,
        lambda reading: _page(post.visit, reading),
        lambda: departments.enter_department(post.visit.call, form.code("code"), form.text("name")).code,
        f"{PATH}/departments",
    )


@router.post(f"{PATH}/posts", name="posts")
def enter_post(post: PostDep) -> Response:
    """Enter a post."""
    form = post.form
    stated = PostIn(form.text("post_code"), form.text("post_name"), form.text("department"), _roles(form))
    names = {"/code": "post_code", "/name": "post_name"}
    return _try(
        post,
        lambda reading: _page(post.visit, reading),
        lambda: posts.enter_post(post.visit.call, stated).code,
        f"{PATH}/posts",
        names,
    )


@router.get(f"{PATH}/posts/{{code}}", name="post")
def show_post(visit: VisitDep, code: str) -> Response:
    """One post."""
    visit.call.need(*posts.READERS, to="組織と職を見る")
    return _post_page(visit, code).render(visit.request)


@router.post(f"{PATH}/posts/{{code}}/roles", name="post_roles")
def set_roles(post: PostDep, code: str) -> Response:
    """Give a post other roles."""
    posts.set_roles(post.visit.call, code, _roles(post.form))
    return go_to(f"{PATH}/posts/{quote(code)}", "organisation_changed")


@router.post(f"{PATH}/posts/{{code}}/holders", name="post_holders")
def appoint(post: PostDep, code: str) -> Response:
    """Let somebody hold a post."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    starts_on, ends_on = reading.day("starts_on", "就く日", required=True), reading.day("ends_on", "終わる日")
    if starts_on is None or reading.found:
        raise Refused(_post_page(visit, code, reading).render(visit.request, status_code=422))

    def deed() -> str:
        posts.appoint(
            visit.call,
            code,
            form.text("login_name"),
            starts_on=starts_on,
            ends_on=ends_on,
            is_concurrent=form.has("is_concurrent"),
        )
        return code

    return _try(post, lambda found: _post_page(visit, code, found), deed, f"{PATH}/posts")


@router.post(f"{PATH}/posts/{{code}}/holders/{{holder_id}}/end", name="post_holder_end")
def dismiss(post: PostDep, code: str, holder_id: int) -> Response:
    """Let somebody hold a post no longer than to a day."""
    visit, reading = post.visit, Reading(post.form)
    last_day = reading.day("last_day", "終わる日", required=True)
    if last_day is None:
        raise Refused(_post_page(visit, code, reading).render(visit.request, status_code=422))

    def deed() -> str:
        posts.dismiss(visit.call, code, holder_id, last_day=last_day)
        return code

    return _try(post, lambda found: _post_page(visit, code, found), deed, f"{PATH}/posts")


@router.get(f"{PATH}/departments/{{code}}", name="department")
def show_department(visit: VisitDep, code: str) -> Response:
    """One section."""
    visit.call.need(*posts.READERS, to="組織と職を見る")
    return _department_page(visit, code).render(visit.request)


@router.post(f"{PATH}/departments/{{code}}/succession", name="department_succession")
def succeed(post: PostDep, code: str) -> Response:
    """Rename a section, or merge it into another, from a day."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    day = reading.day("day", "変わる日", required=True)
    successor = form.text("into") or form.text("successor")
    name = "" if form.text("into") else reading.need("name", "新しい名前")
    if day is None or reading.found:
        raise Refused(_department_page(visit, code, reading).render(visit.request, status_code=422))
    return _try(
        post,
        lambda found: _department_page(visit, code, found),
        lambda: departments.succeed(visit.call, code, successor=successor, name=name, day=day).code,
        f"{PATH}/departments",
        {"/code": "successor"},
    )


def _roles(form: Form) -> tuple[RoleOfPost, ...]:
    chosen = [value.partition("@") for value in form.listed("roles")]
    return tuple(RoleOfPost(role, place == posts.EVERYWHERE) for role, _, place in chosen)


def _role_choices() -> list[tuple[str, str]]:
    return [(f"{role}@{place}", f"{words}({where})") for role, words in ROLES for place, where in PLACES]


def _try(
    post: Post,
    page: Callable[[Reading], PageView],
    deed: Callable[[], str],
    path: str,
    names: dict[str, str] | None = None,
) -> Response:
    reading = Reading(post.form)
    try:
        code = deed()
    except (BadInput, WrongState) as refusal:
        if isinstance(refusal, BadInput):
            reading.take(refusal, names)
        else:
            reading.refuse("form", refusal.message, "main")
        raise Refused(page(reading).render(post.visit.request, status_code=422)) from None
    return go_to(f"{path}/{quote(code)}", "organisation_changed")


def _page(visit: Visit, reading: Reading | None = None) -> OrganisationPage:
    everything = departments.list_departments(visit.call, with_past=True)
    sections = departments.list_departments(visit.call)
    standing = {row.key for row in sections}
    return OrganisationPage(
        frame=visit.frame("", ("今日やること", "/"), ("組織と職", None), quiet=bool(reading)),
        errors=reading.errors if reading else FormErrors(),
        sections=sections,
        past=[row for row in everything if row.key not in standing],
        rows=posts.list_posts(visit.call),
        concurrent=posts.list_concurrent(visit.call),
        is_keeper=visit.has(*posts.KEEPERS),
        roles=_role_choices(),
        form=reading.form if reading else Form(),
    )


def _post_page(visit: Visit, code: str, reading: Reading | None = None) -> PostPage:
    row, form = posts.find_post(visit.call, code), reading.form if reading else Form()
    return PostPage(
        frame=visit.frame("", *TRAIL, (row.post.name, None), quiet=bool(reading)),
        errors=reading.errors if reading else FormErrors(),
        row=row,
        history=posts.history_of(visit.call, row.post),
        people=[
            (user.login_name, f"{user.name}({section.name})") for user, section in accounts.list_people(visit.call)
        ],
        roles=_role_choices(),
        given=[f"{role.role}@{'everywhere' if role.is_everywhere else 'own'}" for role in row.roles],
        is_keeper=visit.has(*posts.KEEPERS),
        form=form,
        starts_on=form.boxes("starts_on"),
        ends_on=form.boxes("ends_on"),
        last_day=form.boxes("last_day"),
    )


def _department_page(visit: Visit, code: str, reading: Reading | None = None) -> DepartmentPage:
    section, form = departments.find_department(visit.call, code), reading.form if reading else Form()
    everything = departments.list_departments(visit.call, with_past=True)
    return DepartmentPage(
        frame=visit.frame("", *TRAIL, (section.name, None), quiet=bool(reading)),
        errors=reading.errors if reading else FormErrors(),
        section=section,
        successor=next((row for row in everything if row.key == section.succeeded_by_id), None),
        predecessors=[row for row in everything if row.succeeded_by_id == section.key],
        others=[(row.code, row.name) for row in departments.list_departments(visit.call) if row.key != section.key],
        is_keeper=visit.has(*departments.KEEPERS),
        form=form,
        day=form.boxes("day"),
    )
