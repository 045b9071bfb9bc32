"""Which row of the lists a name means: a link only where there is no choice, candidates otherwise.

A wrong link would call an unlisted service registered, so components, plans and editions, companies, generic words
and typing errors never link; they are shown to a person as candidates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz

from ismap.aliases import Aliases, load_aliases
from ismap.entry import Entry
from ismap.errors import RegistryRefused
from ismap.names import fold_name, fold_provider, has_legal_form, plain

MOST_CANDIDATES = 5
_LOWEST_SCORE = 0.55
_EQUAL = 1.0
_ALMOST = 0.99
_PROVIDER_ONLY = 0.56
_PART_BASE, _PART_SHARE = 0.6, 0.3
_WORDS_WEIGHT = 0.9
_PROVIDER_AGREES, _PROVIDER_CONTRADICTS = 0.05, -0.15
_SHORTEST_PART = 3
_ANOTHERS_ALIAS = 0.84

# One to a line between commas: some have spaces of their own.
_GENERIC_WORDS = """
クラウド,クラウドサービス,サービス,システム,ソフトウェア,アプリ,アプリケーション,プラットフォーム,ストレージ,オンラインストレージ,
メール,電子メール,チャット,ビジネスチャット,グループウェア,ウェブ会議,Web会議,予約システム,予約サービス,施設予約,施設予約システム,
電子申請,電子申請サービス,電子契約,電子契約サービス,文書管理,文書管理システム,勤怠管理,勤怠管理システム,人事給与,財務会計,会計,
ファイル共有,ファイル転送,データベース,データセンター,ホスティング,サーバー,仮想サーバー,バックアップ,セキュリティ,認証,認証基盤,監視,
アンケート,フォーム,地図,生成AI,AI,チャットボット,OCR,AI-OCR,RPA,SaaS,PaaS,IaaS,CRM,ERP,VDI,VPN,CDN,WAF,SNS,
cloud,cloud service,cloud services,service,services,system,software,platform,storage,mail,email,chat,groupware,
web,meeting,web meeting,database,security,backup,portal,workspace,enterprise,standard,generative AI
"""
_GENERIC = frozenset(fold_name(word) for word in _GENERIC_WORDS.replace("\n", "").split(",") if word)

__all__ = ["Candidate", "MatchResult", "load_aliases", "match"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that may be meant: how near (0 to 1) and why, in words."""

    entry: Entry
    score: float
    why: str

    def as_json(self) -> dict[str, Any]:
        """The candidate as ``sekisho ismap match`` shows it."""
        entry = self.entry
        return {
            "registration_number": entry.registration_number or None,
            "scheme": str(entry.scheme),
            "service_name": entry.service_name,
            "provider": entry.provider or None,
            "expires_on": entry.expires_on.isoformat() if entry.expires_on else None,
            "remarks": entry.remarks or None,
            "status": str(entry.status),
            "score": self.score,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class MatchResult:
    """``registered`` with the one row meant, ``candidates`` with at most five, best first, or ``none``.

    ``registered`` says that the row was found; which list it is on and whether it is suspended stand in the row.
    """

    outcome: Literal["registered", "candidates", "none"]
    candidates: tuple[Candidate, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The answer of ``sekisho ismap match``."""
        return {"outcome": self.outcome, "candidates": [candidate.as_json() for candidate in self.candidates]}


@dataclass(frozen=True, slots=True)
class _Question:
    name: str
    provider: str
    folded: str
    words: str
    meanings: frozenset[str]
    aliases: Aliases


def match(
    name: str,
    provider: str | None,
    entries: Iterable[Entry],
    aliases: Aliases | None = None,
) -> MatchResult:
    """The row of ``entries`` that ``name`` (of ``provider``, where given) means, or what may be meant.

    Raises:
        RegistryRefused: ``name`` is empty.
    """
    if not plain(name):
        raise RegistryRefused("サービス名が空です。一覧で調べるサービスの名称を指定してください。", "empty_name")
    known = aliases or load_aliases()
    question = _Question(
        name, plain(provider or ""), fold_name(name), plain(name).casefold(), known.meanings(name), known
    )
    rows = list(entries)
    equal = [row for row in rows if _is_equal(question, row)]
    agreeing = [row for row in equal if not _contradicts(question, row)]
    doubt = _doubt(question, equal, agreeing)
    if len(agreeing) == 1 and not doubt:
        return MatchResult("registered", (Candidate(agreeing[0], _EQUAL, _why_equal(question, agreeing[0])),))
    candidates = _rank(question, rows, doubt)
    return MatchResult("candidates" if candidates else "none", candidates)


def _is_equal(question: _Question, row: Entry) -> bool:
    if fold_name(row.service_name) == question.folded:
        return True
    if question.meanings.isdisjoint(question.aliases.meanings(row.service_name)):
        return False
    owner = question.aliases.owner(question.name)
    return not (owner and row.provider) or question.aliases.is_same_company(owner, row.provider)


def _contradicts(question: _Question, row: Entry) -> bool:
    stated = row.provider or question.aliases.owner(row.service_name)
    return bool(question.provider and stated) and not question.aliases.is_same_company(question.provider, stated)


def _doubt(question: _Question, equal: Sequence[Entry], agreeing: Sequence[Entry]) -> str:
    """Why an equal name is no link, in words; empty when it is one or when no row is equal."""
    if not equal:
        return ""
    if question.folded in _GENERIC:
        return "名称は同じですが、一般的な語のため自動では結び付けません"
    if has_legal_form(question.name) and _is_company(question, equal):
        return "会社の名称のため、サービスとしては自動で結び付けません"
    if not agreeing:
        return "名称は同じですが、事業者が違います"
    return "同じ名称の行が複数あります" if len(agreeing) > 1 else ""


def _is_company(question: _Question, rows: Iterable[Entry]) -> bool:
    company = fold_provider(question.name)
    return question.aliases.is_company(question.name) or any(fold_provider(row.provider) == company for row in rows)


def _why_equal(question: _Question, row: Entry) -> str:
    if fold_name(row.service_name) == question.folded:
        return "表記の違いを除いて名称が同じです"
    return f"確認済みの別名です（{question.name.strip()} ＝ {row.service_name}）"


def _rank(question: _Question, rows: Sequence[Entry], doubt: str) -> tuple[Candidate, ...]:
    scored = [candidate for row in rows if (candidate := _score(question, row, doubt)).score >= _LOWEST_SCORE]
    scored.sort(key=lambda one: (-one.score, one.entry.service_name, one.entry.registration_number or ""))
    return tuple(scored[:MOST_CANDIDATES])


def _score(question: _Question, row: Entry, doubt: str) -> Candidate:
    if _is_equal(question, row):
        contradicts = _contradicts(question, row)
        why = "名称は同じですが、事業者が違います" if contradicts else doubt
        return Candidate(row, round(_ALMOST + (_PROVIDER_CONTRADICTS if contradicts else 0), 3), why)
    score, why = max(_resemblances(question, row))
    if question.provider and row.provider:
        score += _PROVIDER_CONTRADICTS if _contradicts(question, row) else _PROVIDER_AGREES
    return Candidate(row, round(min(score, _ALMOST - 0.01), 3), why)


def _resemblances(question: _Question, row: Entry) -> list[tuple[float, str]]:
    folded = fold_name(row.service_name)
    if not question.meanings.isdisjoint(question.aliases.meanings(row.service_name)):
        return [(_ANOTHERS_ALIAS, "別名は当てはまりますが、事業者が違います")]
    short, long = sorted((question.folded, folded), key=len)
    found = [(fuzz.ratio(question.folded, folded) / 100, "名称が似ています")]
    if len(short) >= _SHORTEST_PART and short in long:
        share = len(short) / len(long)
        found.append((_PART_BASE + _PART_SHARE * share, "名称の一部が同じです。構成要素やプランの違いかもしれません"))
    if " " in question.words:
        words = fuzz.token_set_ratio(question.words, plain(row.service_name).casefold()) / 100
        found.append((words * _WORDS_WEIGHT, "名称に同じ語があります。構成要素やプランの違いかもしれません"))
    if row.provider and question.aliases.is_same_company(question.name, row.provider):
        found.append((_PROVIDER_ONLY, "この名称は事業者の名称です。サービスを選んでください"))
    return found
