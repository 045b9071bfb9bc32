"""A request document in words: the facts on its page and sheet, and the differences between two of its versions."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from policy import catalogue
from policy.pack import Pack
from web.dates import date_text
from web.forms_request import ACTIVITIES, CONNECTIONS, COUNTRY_NAMES, DAYS, FLAGS, SCHEMES, SERVICE_MODELS, STATUSES
from web.verdict_view import subject_words

UNKNOWN = "まだ分からない"
Fact = tuple[str, str | date]


def facts_of(document: Mapping[str, Any], pack: Pack) -> list[Fact]:
    """Return what a document states, label by label."""
    facts: list[Fact] = [
        ("申請課", document.get("department") or "—"),
        ("申請する立場", catalogue.role_label(pack, document.get("applicant_role", "staff"))),
        ("領域", catalogue.zone_label(pack, document["zone"])),
    ]
    facts += [
        (f"扱う情報{no}", information_words(row, pack)) for no, row in enumerate(document["information"], start=1)
    ]
    days = document.get("contract") or {}
    facts += [(label, date.fromisoformat(days[key])) for key, label in DAYS if days.get(key)]
    return facts


def information_words(row: Mapping[str, Any], pack: Pack) -> str:
    """Return one kind of information in a line."""
    classes = [
        catalogue.class_label(pack, scale, row[scale])
        for scale in ("confidentiality", "integrity", "availability")
        if row.get(scale) is not None
    ]
    flags = [f"個人情報 {_flag(row.get('personal'))}", f"特定個人情報 {_flag(row.get('specific_personal'))}"]
    return f"{row['name']}({'、'.join([*classes, *flags])})"


def _flag(value: object) -> str:
    if value is None or value == "unknown":
        return UNKNOWN
    return "あり" if value else "なし"


def subject_facts(subject: Mapping[str, Any]) -> list[Fact]:
    """Return what is stated of one subject."""
    if subject["type"] == "outsourcing":
        chosen = subject.get("activities")
        words = "、".join(label for key, label in ACTIVITIES if key in (chosen or ()))
        return [
            ("種類", "業務委託"),
            ("委託先", subject.get("contractor") or "—"),
            ("委託する仕事", UNKNOWN if chosen is None else words or "情報システムの構築・運用・保守には当たらない"),
            ("システムの機能の提供", _flag(subject.get("provides_system_function"))),
            ("再委託", _flag(subject.get("subcontracting"))),
            ("特権での操作", _flag(subject.get("privileged_access"))),
        ]
    places = [COUNTRY_NAMES.get(code, code) for code in subject.get("data_locations", ()) if code != "unknown"]
    law = subject.get("governing_law", "unknown")
    flags = [label for key, label in FLAGS if subject.get(key)]
    return [
        ("種類", "クラウドサービス"),
        ("サービス", subject["name"]),
        ("提供する事業者", subject.get("provider") or "—"),
        ("サービスの形", dict(SERVICE_MODELS).get(subject.get("service_model", ""), UNKNOWN)),
        ("つなぎ方", dict(CONNECTIONS).get(subject.get("connection", ""), UNKNOWN)),
        ("ガバメントクラウド", _flag(subject.get("government_cloud"))),
        ("当てはまるもの", "、".join(flags) or "なし"),
        ("使うプラン・部品", "、".join(subject.get("components") or ()) or "—"),
        ("再委託", _flag(subject.get("subcontracting"))),
        ("情報を置く国", "、".join(places) or UNKNOWN),
        ("準拠法", UNKNOWN if law == "unknown" else COUNTRY_NAMES.get(law, law)),
        ("登録", _registry(subject.get("registry", "auto"))),
    ]


def _registry(stated: object) -> str:
    if not isinstance(stated, Mapping):
        return "取り込んだ一覧で調べる"
    scheme = dict(SCHEMES).get(str(stated["scheme"]), stated["scheme"])
    status = dict(STATUSES).get(str(stated["status"]), "分からない")
    return f"{scheme} {stated.get('registration_number') or '番号なし'} {status}(申請者の記載)"


def differences(before: Mapping[str, Any], after: Mapping[str, Any], pack: Pack) -> list[tuple[str, str, str]]:
    """Return what two versions of a document say differently: (what, before, after); 記載なし where one is silent."""
    was, now = dict(_lines(before, pack)), dict(_lines(after, pack))
    return [
        (key, was.get(key, "記載なし"), now.get(key, "記載なし"))
        for key in {**was, **now}
        if was.get(key) != now.get(key)
    ]


def _lines(document: Mapping[str, Any], pack: Pack) -> Iterator[tuple[str, str]]:
    yield "件名", str(document["title"])
    for label, value in facts_of(document, pack):
        yield label, _plain(value)
    for no, subject in enumerate(document["subjects"], start=1):
        for label, value in subject_facts(subject):
            yield f"対象{no}({subject_words(subject)}) {label}", _plain(value)
    for provision, answer in (document.get("answers") or {}).items():
        words = [catalogue.ANSWER_LABELS.get(answer["answer"], answer["answer"])]
        words += [
            str(answer[key]) for key in ("evidence", "valid_until", "condition", "due", "reason") if answer.get(key)
        ]
        yield f"答え {provision}", "・".join(words)


def _plain(value: str | date) -> str:
    return date_text(value) if isinstance(value, date) else value
