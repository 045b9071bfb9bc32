"""What binds where no sentence does: a row of a table, 「報告:月1回」, an item under the heading 「禁止事項」."""

import re

from contract_clauses.analysis.mood import Force, force_of
from contract_clauses.analysis.topics import Agent

_CELLS = re.compile(r"[|:=]")
_LABELLED = re.compile(r"^[^|:=。]{0,30}[|:=].")
_HEADINGS_OF_TABLES = re.compile(r"^\|?(?:項目|区分|事項|種別|番号|No\.?|名称)[|:]")
_FORBIDDEN = re.compile(
    r"^(?:全面的に|一切|原則|厳に)?(?:不可|禁止|厳禁|禁ずる|禁じる|認めない|許可しない|行わない|しない|×)"
)
_NOT_ASKED = re.compile(r"^(?:不要|なし|無し?|対象外|任意|適用外|適用しない|含まない|該当なし|規定なし|定めなし)$")
_ASKED = re.compile(
    r"^(?:要|必須|必要|義務|有り?|あり|実施|[○〇◯◎])(?:$|\()"
    r"|(?:月|年|週|日|期|四半期)(?:に)?[0-9]+回|[0-9]+(?:分|時間|日|営業日|開庁日|週間|か月|年)(?:以内|以上|間|前|ごと|毎|後)"
    r"|[0-9.]+(?:%|パーセント|割|回|名|人)(?:以上|以下|以内|未満)?|毎(?:月|週|日|年|回)|(?:直ちに|速やかに|都度|随時|翌営業日|終了後)"
)
# what a contractor answers to a requirement in its row (○ △ ×), or how far the client asks for it (任意 対象外)
_ANSWERS = (
    (
        Force.DENIED,
        re.compile(
            r"^(?:[×✕✖╳]|対象外|非対応|未対応|対応(?:しない|しません|できない|できません|不可|外)|実施(?:しない|せず)|適用外|該当(?:なし|しない)|求めない|いいえ|NG)$"
        ),
    ),
    (
        Force.SOFT,
        re.compile(
            r"^(?:[△▲]|任意|推奨|努力(?:目標|義務|事項)?|望ましい|希望|加点|要?(?:相談|協議|検討)|検討中|(?:一部|部分)(?:対応|可)?|条件付き?(?:対応|可)?|代替(?:対応|案|手段)?)$"
        ),
    ),
)
_PARTY_CELL = re.compile(r"[ⒶⒷ](?:側|が(?:実施|行う|対応|負担|担当)|の(?:責任|負担|役割|担当))?(?:する|とする)?[。]?$")
_ON_HEADING = (
    (
        Force.BAN,
        re.compile(
            r"禁止(?:事項|行為|すること)?$|(?:ては(?:なら|いけ)ない|ない(?:でいただく)?|できない)(?:こと|事項|行為)$"
        ),
    ),
    (Force.RIGHT, re.compile(r"Ⓐ(?:の|が有する)権(?:利|限)$|Ⓐが?[^。]{0,10}できること$|Ⓐに認める(?:こと|事項)$")),
    (
        Force.DUTY,
        re.compile(
            r"(?:遵守|順守|厳守|実施|履行|対応|必須|義務|報告|提出|届出|要求|留意|特記)(?:事項|内容|要件|書類|物)$"
            r"|(?:義務|責務|責任|役割|要件|措置|対策)$|(?:業務|作業|委託|保守|運用)の?(?:内容|範囲|項目)$"
            r"|(?:すべき|するべき|なければならない|行う|実施する|守る|講じる|講ずる|担う)(?:こと|事項|措置)$"
        ),
    ),
)
_AGREED = re.compile(r"^(?:[○〇◯◎●✓✔]|必須|要|対応(?:可|可能|済み?|する|します)?|はい|OK)$")
_ASKING = frozenset({Force.DUTY, Force.BAN, Force.RIGHT})
_MARKS = "[]【】〔〕()「」<>《》:. "


def force_of_cells(text: str) -> Force:
    """Return what a row with bars or 「label:content」 amounts to by its cells; FACT where no cell binds."""
    if not _LABELLED.search(text) or _HEADINGS_OF_TABLES.search(text):
        return Force.FACT
    cells = [cell.strip("。、 ") for cell in _CELLS.split(text)]
    said = [cell for cell in cells if cell and cell != "-"][1:]
    for cell in said:
        for force, pattern in ((Force.BAN, _FORBIDDEN), (Force.DENIED, _NOT_ASKED)):
            if pattern.search(cell):
                return force
    for cell in said:
        force = force_of(cell)
        if force is not Force.FACT:
            return force
    asked = any(_ASKED.search(cell) or _PARTY_CELL.match(cell) for cell in said)
    return Force.DUTY if asked else Force.FACT


def answer_of_cells(text: str) -> Force | None:
    """Return what an answer makes of the sentences in its row, or None where there is none: 「|監査を受けること|×|」.

    A row of nouns is no requirement that is answered (「複写|×」 is a ban), nor is one that says ○ or 必須 too.
    """
    cells = [cell.strip("。、 ") for cell in text.split("|")]
    if not any(force_of(cell) in _ASKING for cell in cells) or any(_AGREED.match(cell) for cell in cells):
        return None
    for force, pattern in _ANSWERS:
        if any(pattern.match(cell) for cell in cells):
            return force
    return None


def agent_of_cells(text: str) -> Agent:
    """Return whose a row is where one cell names nothing but a party: 「|棚卸し|半年に1回|Ⓑ|」."""
    parties = {cell for cell in _CELLS.split(text) if _PARTY_CELL.match(cell)}
    client, contractor = any("Ⓐ" in cell for cell in parties), any("Ⓑ" in cell for cell in parties)
    if client == contractor:
        return Agent.UNSAID
    return Agent.CLIENT if client else Agent.CONTRACTOR


def under_heading(heading: str) -> tuple[Force, Agent] | None:
    """Return what a heading makes of the nouns listed below it and for whom, or None where it says nothing of it."""
    said = heading.strip(_MARKS)
    for force, pattern in _ON_HEADING:
        if pattern.search(said):
            return force, _agent_in(said)
    return None


def _agent_in(heading: str) -> Agent:
    if "Ⓐ" in heading and "Ⓑ" in heading:
        return Agent.OTHER  # the roles of both: no telling whose
    if "Ⓐ" in heading:
        return Agent.CLIENT
    return Agent.CONTRACTOR if "Ⓑ" in heading else Agent.UNSAID
