"""The first page of a request ↔ the request document: information, zone, subjects, dates (interfaces.md section 2)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from policy.pack import Pack
from web.dates import DateInput
from web.forms import Form, Reading

YES, NO, UNKNOWN = "yes", "no", "unknown"
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"cloud": ("cloud",), "outsourcing": ("outsourcing",), "both": ("cloud", "outsourcing")}
)
FLAGS = (
    ("social_media", "ソーシャルメディアの公式アカウント"),
    ("web_meeting", "Web会議"),
    ("generative_ai", "生成AIの機能を使う"),
    ("security_update_feed", "更新プログラムなどの配信だけを受ける"),
)
FEED = (
    ("no_official_documents", "行政文書を扱わない"),
    ("destinations_pinned", "接続先のURLを限定する"),
    ("certificate_authenticated", "信頼できる認証局の証明書で相手を認証する"),
)
ACTIVITIES = (("build", "構築・開発"), ("operate", "運用"), ("maintain", "保守"), ("none", "どれにも当たらない"))
SERVICE_MODELS = (
    ("saas", "SaaS(できあがった業務のサービス)"),
    ("paas", "PaaS(開発や実行の土台)"),
    ("iaas", "IaaS(サーバーや回線など)"),
)
CONNECTIONS = (
    ("internet", "インターネット"),
    ("local_breakout", "ローカルブレイクアウト"),
    ("lgwan_asp", "LGWAN-ASP"),
    ("dedicated_line", "専用回線・閉域網"),
)
SCHEMES = (
    ("ISMAP", "ISMAP"),
    ("ISMAP-LIU", "ISMAP-LIU"),
    ("ISMAP-SPECIAL", "ISMAP 特別措置"),
    ("LGWAN-ASP", "LGWAN-ASP"),
)
STATUSES = (
    ("registered", "登録されている"),
    ("suspended", "登録が一時停止されている"),
    ("removed", "登録が外れている"),
    ("not_listed", "登録がない"),
)
DAYS = (
    ("starts_on", "契約の始まり"),
    ("ends_on", "契約の終わり"),
    ("concluded_on", "契約した日"),
    ("approved_on", "利用を承認された日"),
)
KNOWN = ((YES, "はい"), (NO, "いいえ"), (UNKNOWN, "まだ分からない"))
CODES: Mapping[str, Mapping[str, str]] = {
    "service_model": dict(SERVICE_MODELS),
    "connection": dict(CONNECTIONS),
    "scheme": dict(SCHEMES),
    "status": dict(STATUSES),
    "flags": dict(FLAGS),
    "activities": dict(ACTIVITIES),
    "registry": {"auto": "取り込んだ一覧で調べる", "stated": "調べた結果を書く"},
    **{
        name: dict(KNOWN)
        for name in (
            "personal",
            "specific_personal",
            "government_cloud",
            "subcontracting",
            "provides_system_function",
            "privileged_access",
        )
    },
}
COUNTRIES: Mapping[str, str] = MappingProxyType(
    {
        "日本": "JP", "国内": "JP", "米国": "US", "アメリカ": "US", "英国": "GB", "イギリス": "GB", "ドイツ": "DE",
        "フランス": "FR", "オランダ": "NL", "アイルランド": "IE", "シンガポール": "SG", "韓国": "KR", "中国": "CN",
        "台湾": "TW", "香港": "HK", "オーストラリア": "AU", "カナダ": "CA", "インド": "IN", "スイス": "CH",
    }
)  # fmt: skip
COUNTRY_NAMES: Mapping[str, str] = MappingProxyType(
    {code: name for name, code in reversed(tuple(COUNTRIES.items())) if name not in {"国内", "アメリカ", "イギリス"}}
)
_SPLIT = re.compile(r"[\s、，,・/]+")


@dataclass(frozen=True)
class Rows:
    """Which rows a form holds: numbers of the information rows, and (number, type) of the subjects."""

    information: Sequence[int]
    subjects: Sequence[tuple[int, str]]


def rows_of(form: Form) -> Rows:
    """Return the rows a posted form holds; never none of either."""
    information = [int(value) for value in form.listed("information_row") if value.isascii() and value.isdigit()]
    subjects = []
    for value in form.listed("subject_row"):
        number, _, kind = value.partition(":")
        if number.isascii() and number.isdigit() and kind in {"cloud", "outsourcing"}:
            subjects.append((int(number), kind))
    return Rows(information or [0], subjects or [(0, "cloud")])


def change_rows(form: Form) -> Rows | None:
    """Return the rows after a press on an add or remove button; None when neither was pressed."""
    rows = rows_of(form)
    information, subjects = list(rows.information), list(rows.subjects)
    add, remove = form.text("add"), form.text("remove")
    if not add and not remove:
        return None
    if add == "information":
        information.append(max(information) + 1)
    elif add in {"cloud", "outsourcing"}:
        subjects.append((max(number for number, _ in subjects) + 1, add))
    kind, _, number = remove.partition("-")
    if kind == "information":
        information = [row for row in information if str(row) != number] or information[:1]
    elif kind == "subjects":
        subjects = [row for row in subjects if str(row[0]) != number] or subjects[:1]
    return Rows(information, subjects)


def blank_form(kind: str) -> Form:
    """Return the fields of a new request for a kind chosen on the start page."""
    subjects = [f"{number}:{name}" for number, name in enumerate(KINDS.get(kind, ("cloud",)))]
    return Form({"information_row": ["0"], "subject_row": subjects})


def form_of(document: Mapping[str, Any]) -> Form:
    """Return the fields that show a document."""
    values: dict[str, list[str]] = {
        "title": [str(document.get("title", ""))],
        "zone": [str(document.get("zone", ""))],
        "applicant_role": [str(document.get("applicant_role", "staff"))],
        "information_row": [str(number) for number in range(len(document["information"]))],
        "subject_row": [f"{number}:{row['type']}" for number, row in enumerate(document["subjects"])],
    }
    for number, row in enumerate(document["information"]):
        for key, value in row.items():
            values[f"information-{number}-{key}"] = [_shown(value)]
    for number, row in enumerate(document["subjects"]):
        values |= _subject_fields(f"subjects-{number}", row)
    for key, value in (document.get("contract") or {}).items():
        if value:
            values |= _day_fields(f"contract-{key}", value)
    return Form(values)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def _subject_fields(prefix: str, row: Mapping[str, Any]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for key, value in row.items():
        name = f"{prefix}-{key}"
        if key == "components":
            values[name] = ["、".join(value)]
        elif key == "data_locations":
            values[name] = ["、".join(COUNTRY_NAMES.get(code, code) for code in value if code != UNKNOWN)]
        elif key == "governing_law":
            values[name] = ["" if value == UNKNOWN else COUNTRY_NAMES.get(value, value)]
        elif key == "activities":
            values[name] = ["none"] if value == [] else list(value or ())
        elif key in {"feed_conditions", "registry"} and isinstance(value, Mapping):
            values[name] = ["stated"]
            values |= {f"{name}-{part}": [_shown(stated)] for part, stated in value.items()}
        elif key in {flag for flag, _ in FLAGS}:
            values.setdefault(f"{prefix}-flags", []).extend([key] if value else [])
        else:
            values[name] = [_shown(value)]
    return values


def _day_fields(name: str, iso: str) -> dict[str, list[str]]:
    boxes = DateInput.from_date(date.fromisoformat(iso))
    parts = (("era", boxes.era), ("year", boxes.year), ("month", boxes.month), ("day", boxes.day))
    return {f"{name}_{part}": [value] for part, value in parts}


def read_basics(reading: Reading, pack: Pack, roles: Iterable[str]) -> dict[str, Any]:
    """Return the document's own part of the form; ``reading`` holds what has to be mended."""
    form, rows = reading.form, rows_of(reading.form)
    document: dict[str, Any] = {"title": reading.need("title", "件名")}
    role = form.text("applicant_role")
    document["applicant_role"] = role if role in set(roles) else "staff"
    document["information"] = [_information(reading, pack, number) for number in rows.information]
    document["zone"] = _choose(reading, "zone", "使うネットワークの領域", [zone.id for zone in pack.file.zones])
    document["subjects"] = [
        _cloud(reading, f"subjects-{number}") if kind == "cloud" else _outsourcing(reading, f"subjects-{number}")
        for number, kind in rows.subjects
    ]
    days = {key: reading.day(f"contract-{key}", label) for key, label in DAYS}
    first, last = days["starts_on"], days["ends_on"]
    if first and last and last < first:
        reading.refuse("contract-ends_on", "契約の終わりを、始まり以降の日にしてください。", "contract-ends_on-year")
    document["contract"] = {key: day.isoformat() for key, day in days.items() if day is not None}
    return document


def _choose(reading: Reading, name: str, label: str, allowed: Sequence[str]) -> str:
    value = reading.form.text(name)
    if value not in allowed:
        reading.refuse(name, f"{label}を選んでください。")
        return ""
    return value


def _flag(form: Form, name: str) -> bool | None:
    return {YES: True, NO: False}.get(form.text(name))


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _information(reading: Reading, pack: Pack, number: int) -> dict[str, Any]:
    form, prefix = reading.form, f"information-{number}"

    def _level(scale: str) -> int | None:
        typed = form.text(f"{prefix}-{scale}")
        return int(typed) if typed in {"1", "2"} else None

    classes = [row.id for row in pack.file.confidentiality]
    return _without_none(
        {
            "name": reading.need(f"{prefix}-name", "情報の名前"),
            "confidentiality": _choose(reading, f"{prefix}-confidentiality", "機密性", classes),
            "integrity": _level("integrity"),
            "availability": _level("availability"),
            "personal": _flag(form, f"{prefix}-personal"),
            "specific_personal": _flag(form, f"{prefix}-specific_personal"),
        }
    )


def _cloud(reading: Reading, prefix: str) -> dict[str, Any]:
    form = reading.form
    chosen = set(form.listed(f"{prefix}-flags"))
    feed = {key: _flag(form, f"{prefix}-feed_conditions-{key}") for key, _ in FEED}
    places = _countries(reading, f"{prefix}-data_locations", "情報を置く国")
    law = _countries(reading, f"{prefix}-governing_law", "準拠法")
    return _without_none(
        {
            "type": "cloud",
            "name": reading.need(f"{prefix}-name", "サービスの名前"),
            "provider": form.text(f"{prefix}-provider"),
            "service_model": form.text(f"{prefix}-service_model") or None,
            "connection": form.text(f"{prefix}-connection") or None,
            "government_cloud": _flag(form, f"{prefix}-government_cloud"),
            **{key: key in chosen for key, _ in FLAGS},
            "feed_conditions": _without_none(feed) or None,
            "components": [
                part.strip() for part in re.split(r"[、,\n]", form.get(f"{prefix}-components")) if part.strip()
            ],
            "subcontracting": _three(form, f"{prefix}-subcontracting"),
            "data_locations": places or [UNKNOWN],
            "governing_law": law[0] if law else UNKNOWN,
            "registry": _registry(reading, f"{prefix}-registry"),
        }
    )


def _three(form: Form, name: str) -> bool | str:
    value = _flag(form, name)
    return UNKNOWN if value is None else value


def _countries(reading: Reading, name: str, label: str) -> list[str]:
    typed = unicodedata.normalize("NFKC", reading.form.text(name))
    found = []
    for part in filter(None, _SPLIT.split(typed)):
        code = COUNTRIES.get(part) or (part.upper() if re.fullmatch(r"[A-Za-z]{2}", part) else None)
        if code is None:
            reading.refuse(name, f"{label}の「{part}」を、国の名前か2文字の符号(JP、US など)で入力してください。")
        else:
            found.append(code)
    return found


def _registry(reading: Reading, name: str) -> Any:  # noqa: ANN401 (auto, or what the applicant states)
    form = reading.form
    if form.text(name) != "stated":
        return "auto"
    return {
        "scheme": form.text(f"{name}-scheme") or "ISMAP",
        "registration_number": form.code(f"{name}-registration_number") or None,
        "status": _choose(reading, f"{name}-status", "登録の状態", [key for key, _ in STATUSES]),
    }


def _outsourcing(reading: Reading, prefix: str) -> dict[str, Any]:
    form = reading.form
    chosen = form.listed(f"{prefix}-activities")
    if "none" in chosen and len(chosen) > 1:
        reading.refuse(f"{prefix}-activities", "「どれにも当たらない」と仕事の種類のどちらかだけを選んでください。")
    activities = [] if chosen == ["none"] else [key for key in chosen if key != "none"] or None
    return _without_none(
        {
            "type": "outsourcing",
            "contractor": reading.need(f"{prefix}-contractor", "委託先"),
            "activities": activities,
            "provides_system_function": _flag(form, f"{prefix}-provides_system_function"),
            "subcontracting": _three(form, f"{prefix}-subcontracting"),
            "privileged_access": _flag(form, f"{prefix}-privileged_access"),
        }
    )
