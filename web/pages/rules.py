"""規則集: the organisation's policy as data, provision by provision, with its own wording and where it is at work."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from casework import organisation_items, policy_texts, rule_book
from casework.errors import FileRejected, NotFound
from casework.evidence import Upload
from casework.organisation_items import KEEPERS, ItemRow
from casework.policy_texts import CurrentText, Loaded
from casework.rule_book import Book, BookName, Uses
from contract_clauses.clause import Clause
from models.policy_text import PolicyText
from models.vocabulary import Phase
from policy.catalogue import class_label, role_label
from policy.chapters import chapter_id, chapters_of
from policy.coverage import KINDS
from policy.criterion import Criterion
from policy.errors import PolicyError
from policy.pack import Duty, Edition, Pack, PackProvision
from policy.provision_card import ProvisionCard, make_card
from web.labels import DEMANDS, PHASES
from web.pages.own_rules import state_of
from web.verdict_view import period_words, rule_paths
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

NO_FIGURE = "ポリシーに頻度の定めなし(既定値)"


@dataclass(frozen=True)
class RuleRow:
    """One provision in the list."""

    provision: PackProvision
    actor: str
    kinds: Sequence[str]
    cycle: str


@dataclass(frozen=True)
class ChapterBlock:
    """The provisions of one chapter that fit the filter; ``anchor`` is its place on the page."""

    anchor: str
    title: str
    rows: Sequence[RuleRow]


@dataclass(frozen=True)
class Wish:
    """What the list is narrowed by; empty texts are no condition."""

    words: str = ""
    kind: str = ""
    phase: str = ""
    actor: str = ""

    def fits(self, item: PackProvision, pack: Pack) -> bool:
        """Return whether a provision is in the list."""
        is_of_kind = not self.kind or getattr(item, self.kind) is not None
        return (
            is_of_kind
            and self.phase in {"", item.phase}
            and self.actor in {"", item.actor}
            and all(word in _fold(_text_of(item, pack)) for word in _fold(self.words).split())
        )


@dataclass(frozen=True, kw_only=True)
class RulesPage(PageView):
    """The provisions of one pack by chapter, with its editions."""

    template = "pages/rules.html"

    book: Book
    books: Sequence[tuple[str, str]]
    edition: Edition | None
    chapters: Sequence[ChapterBlock]
    chapter_links: Sequence[tuple[str, str]]
    shown: int
    total: int
    condition: str
    clear_url: str
    wish: Wish
    kinds: Sequence[tuple[str, str]]
    phases: Sequence[tuple[str, str]]
    actors: Sequence[tuple[str, str]]
    rule_url: Callable[[str], str]
    chosen: str
    settings: Sequence[tuple[str, str]]
    is_keeper: bool
    current: CurrentText | None


@dataclass(frozen=True, kw_only=True)
class RulePage(PageView):
    """One provision: who, when, how firmly, what demands it, the own wording, where it is tested and used."""

    template = "pages/rule.html"

    book: Book
    card: ProvisionCard
    chapter: str
    cycle: str
    criterion: Criterion | None
    clause: Clause | None
    duty: Duty | None
    route_roles: Sequence[str]
    own_text: PolicyText | None
    own_rule: ItemRow | None
    own_rule_state: str
    uses: Uses
    most: int
    rule_url: Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class PolicyTextPage(PageView):
    """The form that loads the organisation's own document, and what the last one brought."""

    template = "pages/policy_text.html"

    pack: Pack
    current: CurrentText | None
    loaded: Loaded | None


@router.get("/rules", name="rules")
def show_rules(
    visit: VisitDep,
    pack: str = "",
    q: str = "",
    kind: str = "",
    phase: str = "",
    actor: str = "",
    content: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The provisions of a pack, narrowed by words, kind, phase and actor."""
    book = rule_book.open_book(visit.call, *_chosen(pack, content))
    wish = Wish(q.strip(), kind if kind in KINDS else "", phase if phase in set(Phase) else "", actor)
    return _rules_page(visit, book, wish).render(visit.request)


def _rules_page(visit: Visit, book: Book, asked: Wish) -> RulesPage:
    labels = {role.id: role.label for role in book.pack.file.roles}
    wish = asked if asked.actor in labels else replace(asked, actor="")
    chapters = _chapters(book.pack, wish, labels)
    used = {item.actor for item in book.pack.file.provisions}
    return RulesPage(
        frame=visit.frame("", ("今日やること", "/"), ("規則集", None)),
        book=book,
        books=[(_value(name), _words_of(name)) for name in _with(rule_book.list_books(visit.call), book.name)],
        edition=_edition_now(book.pack, visit),
        chapters=chapters,
        chapter_links=[(block.title, f"#{block.anchor}") for block in chapters],
        shown=sum(len(block.rows) for block in chapters),
        total=len(book.pack.file.provisions),
        condition=" かつ ".join(_condition(wish, labels)),
        clear_url=f"/rules?{urlencode({'pack': _value(book.name)})}",
        wish=wish,
        kinds=[(key, DEMANDS[key]) for key in KINDS],
        phases=[(each.value, PHASES[each]) for each in Phase],
        actors=[(role, label) for role, label in labels.items() if role in used],
        rule_url=rule_paths(book.pack),
        chosen=_value(book.name),
        settings=_settings(book.pack, labels),
        is_keeper=visit.has(*KEEPERS),
        current=policy_texts.current_text(visit.call) if book.name.standing == "own" else None,
    )


def _chosen(pack: str, content: str) -> tuple[str, str]:
    """Return pack and mark; the select of the page sends both in one value."""
    pack_id, _, mark = pack.partition("@")
    return pack_id, mark or content


def _value(name: BookName) -> str:
    return f"{name.pack_id}@{name.mark}" if name.mark else name.pack_id


def _words_of(name: BookName) -> str:
    if name.mark:
        return f"{name.label}(判定に使った内容 {name.mark})"
    return f"{name.label}(参考)" if name.standing == "reference" else name.label


def _with(names: Sequence[BookName], opened: BookName) -> list[BookName]:
    return [*names, *([] if opened in names else [opened])]


def _edition_now(pack: Pack, visit: Visit) -> Edition | None:
    try:
        return pack.edition_on(visit.call.today)
    except PolicyError:
        return None


def _chapters(pack: Pack, wish: Wish, labels: Mapping[str, str]) -> list[ChapterBlock]:
    blocks = []
    for no, chapter in enumerate(chapters_of(pack.file), start=1):
        rows = [_row(item, pack, labels) for item in chapter.provisions if wish.fits(item, pack)]
        if rows:
            blocks.append(ChapterBlock(f"chapter-{no}", f"{chapter.id} {chapter.label}".strip(), rows))
    return blocks


def _row(item: PackProvision, pack: Pack, labels: Mapping[str, str]) -> RuleRow:
    kinds = [kind for kind in KINDS if getattr(item, kind) is not None]
    return RuleRow(item, labels.get(item.actor, item.actor), kinds, _cycle(item, pack))


def _cycle(item: PackProvision, pack: Pack) -> str:
    """Return how often a duty comes round, and whether the policy says so itself; empty without a duty."""
    if item.duty is None:
        return ""
    if item.every is None:
        return pack.duties[item.duty].trigger or "時期の定めなし"
    return f"{period_words(item.every)}ごと。{NO_FIGURE}" if item.default else f"{period_words(item.every)}ごと"


def _settings(pack: Pack, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return in words what the pack proposes where the policy is silent."""
    chosen = pack.file.settings
    classes = (
        ("重要情報とみる境目", chosen.important_confidentiality),
        ("行政文書に相当するとみる境目", chosen.document_confidentiality),
        ("機密性の高い情報とみる境目", chosen.sensitive_confidentiality),
    )
    found = [(words, f"{class_label(pack, 'confidentiality', name)}以上") for words, name in classes]
    deciders = "又は".join(labels[role] for role in chosen.cloud_deciders)
    return [*found, ("クラウドの利用を決裁する役割", deciders)] if deciders else found


def _text_of(item: PackProvision, pack: Pack) -> str:
    question = pack.criteria[item.criterion].question if item.criterion else ""
    duty = pack.duties[item.duty].title if item.duty else ""
    return " ".join((item.id, item.line, item.title or "", question, duty, item.note))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _condition(wish: Wish, labels: Mapping[str, str]) -> list[str]:
    words = [f"「{wish.words}」を含む"] if wish.words else []
    words += [DEMANDS[wish.kind]] if wish.kind else []
    words += [PHASES[wish.phase]] if wish.phase else []
    return words + ([labels[wish.actor]] if wish.actor else [])


@router.get("/rules/text", name="policy_text")
def show_text(visit: VisitDep) -> Response:
    """The form that loads the own document."""
    visit.call.need(*KEEPERS, to="ポリシーの本文を読み込む")
    return _text_page(visit).render(visit.request)


@router.post("/rules/text")
def load_text(post: PostDep) -> Response:
    """Cut a document into provisions and keep them, or say why it cannot be read."""
    visit = post.visit
    try:
        loaded = policy_texts.load_text(visit.call, post.form.files.get("file") or Upload("", b""))
    except FileRejected as refusal:
        errors = FormErrors.of({"file": refusal.message})
        raise Refused(_text_page(visit, errors=errors).render(visit.request, status_code=422)) from refusal
    if loaded.is_new and not loaded.unplaced and not loaded.slips:
        return go_to("/rules/text", "text_loaded")
    return _text_page(visit, loaded).render(visit.request)


def _text_page(visit: Visit, loaded: Loaded | None = None, *, errors: FormErrors = NO_ERRORS) -> PolicyTextPage:
    return PolicyTextPage(
        frame=visit.frame("", ("今日やること", "/"), ("規則集", "/rules"), ("本文を読み込む", None)),
        errors=errors,
        pack=rule_book.open_book(visit.call).pack,
        current=policy_texts.current_text(visit.call),
        loaded=loaded,
    )


@router.get("/rules/{provision}", name="rule")
def show_rule(
    visit: VisitDep, provision: str, pack: str = "", content: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """One provision; its number may be spelt as people type it."""
    book = rule_book.open_book(visit.call, *_chosen(pack, content))
    try:
        card = make_card(book.pack, provision)
    except PolicyError as error:
        raise NotFound(error.message) from error
    item, is_own = card.provision, book.name.standing == "own"
    own_rule = organisation_items.find_item(visit.call, item.id) if is_own and item.organisation else None
    of_pack = f"?{urlencode({'pack': _value(book.name)})}"
    view = RulePage(
        frame=visit.frame("", ("今日やること", "/"), ("規則集", f"/rules{of_pack}"), (item.id, None)),
        book=book,
        card=card,
        chapter=_chapter_title(book.pack, item),
        cycle=_cycle(item, book.pack),
        criterion=book.pack.criteria.get(item.criterion or ""),
        clause=rule_book.clause_of(item),
        duty=book.pack.duties.get(item.duty or ""),
        route_roles=[role_label(book.pack, role) for role in _route_roles(book.pack, item)],
        own_text=policy_texts.text_of(visit.call, item.id) if is_own else None,
        own_rule=own_rule,
        own_rule_state=state_of(own_rule) if own_rule else "",
        uses=rule_book.uses_of(visit.call, book.pack, item),
        most=rule_book.MOST,
        rule_url=rule_paths(book.pack),
    )
    return view.render(visit.request)


def _chapter_title(pack: Pack, item: PackProvision) -> str:
    wanted = chapter_id(pack.file.chapters, item.id)
    label = next(chapter.label for chapter in chapters_of(pack.file) if chapter.id == wanted)
    return f"{wanted} {label}".strip()


def _route_roles(pack: Pack, item: PackProvision) -> tuple[str, ...]:
    return pack.file.settings.cloud_deciders if item.roles_setting else item.roles
