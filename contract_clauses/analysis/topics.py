"""Who owes or may do something: the topic of a stretch, or else what the words around the predicate tell."""

import re
from enum import StrEnum


class Agent(StrEnum):
    """Who owes or may do something in a stretch of a sentence."""

    CLIENT = "client"
    CONTRACTOR = "contractor"
    BOTH = "both"
    OTHER = "other"
    UNSAID = "unsaid"


_AND = r"(?:及び|と|、|又は|並びに|および|及)"
_BOTH = rf"Ⓐ{_AND}?Ⓑ(?:双方)?|Ⓑ{_AND}?Ⓐ(?:双方)?|(?:両)?当事者(?:双方)?|双方|両者"
_STAFF = (
    r"(?:の[^、。はがをにで]{0,14}?(?:職員|従業員|従業者|従事者|社員|担当者|責任者|監督員|使用人|役員"
    r"|指定する者|指定した者|作業者|技術者|要員|方|人|者|担当))?"
)
_WITH = r"(?:(?:又は|及び|若しくは|並びに|と)[^、。はがをに]{1,20})?"
_OTHER = (
    r"第三者|再委託先(?:の(?:会社|業者|事業者|者))?|再受託者|再委託を受けた(?:者|会社|業者|事業者)"
    r"|下請け?(?:負人|業者|事業者|会社|者|先|の(?:会社|業者|事業者|者))|再々委託先"
)
_WORKERS = (
    r"本?(?:業務)?従事者|作業(?:者|員)|従業員|従業者|業務に従事する者|取扱者|担当者"
    r"|(?:業務|作業|現場|管理|実施|統括|情報管理|情報セキュリティ|個人情報(?:保護)?)責任者"
)
TOPIC = re.compile(
    rf"(?:(?P<both>{_BOTH})|(?P<client>Ⓐ{_STAFF}{_WITH})|(?P<contractor>Ⓑ{_STAFF}{_WITH})|(?P<other>{_OTHER})"
    rf"|(?P<staff>{_WORKERS}))"
    r"(?:側)?(?:は|も(?!の)|にあって[はも]|としては|(?<=[ⒶⒷ])において[はも]?"
    r"|には(?=[^。]{0,80}(?:義務|責任|責務|権利|権限)が)"
    r"|の(?:責任|負担|責務|義務|費用)(?:(?:及び|と)(?:費用)?(?:負担|責任))?(?:において|として|により|で)、?(?!行われ))"
)
_AGENTS = {"both": Agent.BOTH, "client": Agent.CLIENT, "other": Agent.OTHER}  # the rest is the contractor's side
_DOER = re.compile(r"(?P<who>Ⓐ|Ⓑ)(?:(?:の|又は|若しくは)[^、。がはを]{1,14}(?:者|員|機関))?(?:自ら|のみ|だけ)?が、?")
_BURDEN = re.compile(r"(?P<who>Ⓐ|Ⓑ)の(?:負担|責任)(?:とする|とします|で行う|において行う)")
_GOES_TO_CONTRACTOR = re.compile(
    r"Ⓑに(?:対し、?)?[^、。Ⓐ]{0,12}(?:提出|報告|通知|届け|連絡|返還|返却|返[しさすせ]|渡[しさすせ]|戻[しさすせ]|開示|引き渡|申し出|通報)"
    r"|Ⓑの[^、。]{0,10}(?:承諾|承認|許可|許諾|同意)(?:を|な)"
)
_IN_CASE = re.compile(r"とき|場合|際")
_ATTRIBUTE = re.compile(
    r"(?:する|した|される|された|させる|させた|ない|ある|いる|った|[うくすつむる]|えた|けた|れた|めた)"
    r"(?=[一-龠ァ-ヴⒶⒷ]|もの(?!と)|こと(?!と|が|を(?:要|得|妨|禁)|[はも]でき)|ところ)"
)


def agent_named(topic: re.Match[str]) -> Agent:
    """Return whose side a topic is on; the workers are the contractor's."""
    return _AGENTS.get(topic.lastgroup or "", Agent.CONTRACTOR)


def agent_by_context(text: str) -> Agent:
    """Return who does it where no topic says so: by が of the main predicate, the burden, or who receives it."""
    for found in reversed(list(_DOER.finditer(text))):
        rest = text[found.end() :]
        if not _ATTRIBUTE.search(rest) and not _IN_CASE.search(rest):
            return _side(found)
    burden = _BURDEN.search(text)
    if burden:
        return _side(burden)
    return Agent.CLIENT if _GOES_TO_CONTRACTOR.search(text) else Agent.UNSAID


def _side(found: re.Match[str]) -> Agent:
    return Agent.CLIENT if found.group("who") == "Ⓐ" else Agent.CONTRACTOR
