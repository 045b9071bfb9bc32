"""A verdict as pages show it: counts, cards with citation, and what an answer changed. Stored words become Japanese."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from casework.rule_book import mark_of
from models.vocabulary import Result
from policy import catalogue
from policy.pack import Pack
from policy.verdict import SEVERITY
from web.labels import ANSWERS, RESULTS, ROLES
from web.labels_registry import ENTRY_STATUSES

SHOWN_CHANGES = 5
READ_AT_A_GLANCE = 6

_PLACES: Mapping[str, str] = MappingProxyType(
    {
        "zone": "ネットワークの領域",
        "information": "扱う情報",
        "subjects": "対象",
        "contract": "承認日と契約日",
        "applicant_role": "申請する立場",
        "type": "対象の種類",
        "connection": "つなぎ方",
        "government_cloud": "ガバメントクラウド",
        "social_media": "ソーシャルメディア",
        "web_meeting": "Web会議",
        "generative_ai": "生成AI",
        "components": "使うプラン・部品",
        "security_update_feed": "更新の配信だけ",
        "no_official_documents": "行政文書を扱わない",
        "destinations_pinned": "接続先の限定",
        "certificate_authenticated": "証明書による認証",
        "subcontracting": "再委託",
        "data_locations": "情報を置く国と準拠法",
        "registry": "登録簿",
        "activities": "委託する仕事",
        "provides_system_function": "システムの機能の提供",
        "privileged_access": "特権での操作",
        "approved_on": "承認日",
        "concluded_on": "契約した日",
    }
)
_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "yes": "はい",
        "no": "いいえ",
        "unknown": "まだ分からない",
        "known": "分かっている",
        "none": "なし",
        "some": "あり",
        "kept": "分かれている",
        "broken": "同じ役割",
        "open": "これから",
        "missing": "承認がない",
        "before_contract": "承認の後に契約",
        "after_contract": "契約の後に承認",
        "doubtful": "機密性2以上の情報がある",
        "no_list": "一覧がまだない",
        "no_fact": "この一覧の登録なし",
        "candidates": "名前の似た登録がある",
        "past_date": "有効期限を過ぎた登録",
        "weaker_list": "ほかの一覧の登録",
        "other_list": "ほかの一覧の登録",
        **catalogue.CONNECTION_LABELS,
        **catalogue.SUBJECT_LABELS,
        **ENTRY_STATUSES,
        **ROLES,
    }
)
_KINDS: Mapping[str, str] = MappingProxyType({"answer": "答え", "evidence": "資料", "clause": "契約の場所"})
NO_LIST = "未取込"
_LIST_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})-", re.ASCII)
_STATUS_WORD = re.compile(r"\b(" + "|".join(ENTRY_STATUSES) + r")\b")


@dataclass(frozen=True)
class VerdictPanel:
    """The verdict in short: overall, counts by result, what it rests on, which sections govern."""

    overall: str
    counts: Mapping[str, int]
    basis: str
    governed: Sequence[str]


@dataclass(frozen=True)
class Card:
    """One result with everything that explains it."""

    result: str
    provision: str
    title: str
    reason: str
    used: Sequence[tuple[str, str]]
    strength: str
    next_actor: str
    citation: str
    listed: str
    subject: str
    rule_url: str

    @property
    def needs_action(self) -> bool:
        """Return whether somebody still has to do something about it."""
        return self.result in {Result.NOT_MET, Result.NEEDS_INFORMATION, Result.CONDITIONAL}


def folds(cards: Sequence[Card]) -> bool:
    """Return whether so many results are shown that only their titles stand there until one is opened."""
    return len(cards) > READ_AT_A_GLANCE


def panel_of(verdict: Mapping[str, Any], pack: Pack) -> VerdictPanel:
    """Return a verdict in short."""
    return VerdictPanel(
        overall=verdict["overall"],
        counts=Counter(finding["result"] for finding in verdict["findings"]),
        basis=basis_of(verdict, pack),
        governed=[f"{section} {catalogue.section_label(pack, section)}" for section in verdict["governed_by"]],
    )


def basis_of(verdict: Mapping[str, Any], pack: Pack) -> str:
    """Return which rules and which list a verdict rests on."""
    rules = f"{pack.file.source.title} 第{verdict['edition']}版"
    listed = f"一覧 {verdict['snapshot']}" if verdict["snapshot"] else f"一覧は{NO_LIST}"
    return f"{rules}、{listed}、{verdict['as_of']} 時点"


def list_day_of(verdict: Mapping[str, Any]) -> str:
    """Return of which day the public list is that a verdict was reached with."""
    code = verdict["snapshot"] or ""
    found = _LIST_DAY.match(code)
    return f"{'-'.join(found.groups())} 取得" if found else code or NO_LIST


def cards_of(verdict: Mapping[str, Any], pack: Pack, document: Mapping[str, Any]) -> list[Card]:
    """Return every finding as a card, the ones that need action first, otherwise in the policy's order."""
    subjects = document["subjects"]
    address = rule_paths(pack)
    cards = [_card(finding, verdict, pack, subjects, address(finding["provision"])) for finding in verdict["findings"]]
    return sorted(cards, key=lambda card: -SEVERITY[Result(card.result)])


def _card(
    finding: Mapping[str, Any],
    verdict: Mapping[str, Any],
    pack: Pack,
    subjects: Sequence[Mapping[str, Any]],
    rule_url: str,
) -> Card:
    index = finding.get("subject")
    return Card(
        result=finding["result"],
        provision=finding["provision"],
        title=catalogue.provision_line(pack, finding["provision"]),
        reason=_in_words(finding["reason"]),
        used=[(_place(used), _value(used)) for used in finding["used"]],
        strength=finding["strength"],
        next_actor=catalogue.role_label(pack, finding["next_actor"]),
        citation=f"{pack.file.source.title} 第{verdict['edition']}版 {finding['provision']}",
        listed=list_day_of(verdict),
        subject="" if index is None else subject_words(subjects[index]),
        rule_url=rule_url,
    )


def rule_paths(pack: Pack) -> Callable[[str], str]:
    """Return what gives the address of a provision's page in 規則集, in the very content of this pack."""
    mark = mark_of(pack)
    query = urlencode({"pack": pack.id} | ({"content": mark} if mark else {}))
    return lambda provision: f"/rules/{quote(provision, safe='()')}?{query}"


def subject_words(subject: Mapping[str, Any]) -> str:
    """Return what a subject is called: the service, or the contractor's work."""
    if subject["type"] == "cloud":
        return str(subject["name"])
    return f"{subject.get('contractor') or '委託先'}への業務委託"


def _place(used: Mapping[str, str]) -> str:
    if used["kind"] in _KINDS:
        return _KINDS[used["kind"]]
    if used["kind"] == "registry":
        return "登録簿"
    parts = [part for part in used["ref"].split("/") if part and not part.isdigit()]
    return _PLACES.get(parts[-1], parts[-1]) if parts else used["ref"]


def _value(used: Mapping[str, str]) -> str:
    value = used["value"]
    if used["kind"] == "answer":
        return ANSWERS.get(value, value)
    if used["kind"] == "registry":
        return _VALUES.get(value.split(" ")[0], "") if value in _VALUES else _in_words(value)
    return _VALUES.get(value, _in_words(value))


def _in_words(text: str) -> str:
    """Return a reason or registry row with its stored status words in Japanese."""
    return _STATUS_WORD.sub(lambda found: ENTRY_STATUSES[found[1]], text)


def duty_words(duty: Mapping[str, Any], pack: Pack) -> dict[str, str]:
    """Return a duty of a verdict in words: what, by whom, when."""
    every = duty["every"]
    when = f"{period_words(every)}ごと" if every else duty["trigger"] or "—"
    return {
        "provision": duty["provision"],
        "title": catalogue.duty_title(pack, duty["provision"]),
        "actor": catalogue.role_label(pack, duty["actor"]),
        "when": f"{when}(期限 {duty['due']})" if duty.get("due") else when,
    }


def period_words(period: str) -> str:
    """Return an ISO 8601 period in Japanese.

    >>> period_words("P1Y"), period_words("P6M")
    ('1年', '6か月')
    """
    units = {"Y": "年", "M": "か月", "W": "週", "D": "日"}
    return "".join(f"{number}{units[unit]}" for number, unit in re.findall(r"([0-9]+)([YMWD])", period))


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what an answer changed, worst news first, at most a handful."""
    was = {finding["provision"]: finding["result"] for finding in before["findings"]}
    changed = [
        (SEVERITY[Result(finding["result"])], finding)
        for finding in after["findings"]
        if was.get(finding["provision"]) not in {None, finding["result"]}
    ]
    changed.sort(key=lambda pair: -pair[0])
    return [
        f"{finding['provision']} が {RESULTS[was[finding['provision']]]} から {RESULTS[finding['result']]} に"
        for _, finding in changed[:SHOWN_CHANGES]
    ]
