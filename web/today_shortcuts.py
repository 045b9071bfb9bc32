"""The standing work of roles that nothing is sent to: reading the record, looking after lists, settings and rules."""

from collections.abc import Iterator
from datetime import timedelta

from casework import registry_quarantine, sampling, separation, year_list
from casework.audit_views import READERS
from casework.call import Call
from casework.decision_settings import KEEPERS
from casework.ledgers.obligations import LONG_AGO
from casework.registry_imports import IMPORTERS
from casework.unchanged import while_unchanged
from casework.verdicts import missing_rules, own_pack
from casework.year_list import Narrowed
from models.vocabulary import Role
from web.visit import Visit
from web.work import Work


def shortcuts(visit: Visit) -> list[Work]:
    """Return the standing work of the visitor's roles."""
    return [*_of_auditors(visit), *_of_officers(visit), *_of_lists(visit)]


def _of_auditors(visit: Visit) -> Iterator[Work]:
    if visit.has(*READERS):
        note = "書き込みのつながりを検証し、新しい順に見ます"
        yield Work("監査", "", "監査証跡を確かめる", "/audit?verify=1", note=note)
    if not visit.has(Role.AUDITOR):
        return
    left = sampling.count_remaining(visit.call)
    yield Work("標本", "", f"抽出済みの標本の残り {left}件", "/audit/samples", note="抜き出した件を1件ずつ確かめます")
    yesterday = visit.call.today - timedelta(days=1)
    late = year_list.count_lines(visit.call, Narrowed(LONG_AGO, yesterday, is_open=True, is_overdue=True))
    yield Work("期限", "", f"期限超過 {late}件", "/obligations?open=1&within=overdue", note="庁内のすべての期限です")


def _of_officers(visit: Visit) -> Iterator[Work]:
    if visit.has(Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO, Role.AUDITOR):
        note = "だれの番で何日目かを見ます"
        yield Work("滞留", "", "審査中の申請を確かめる", "/requests?state=in_review", note=note)
    if visit.has(*separation.READERS):
        note = "やむを得ない場合として許可された、すべての件です(1(8))"
        yield Work("兼務", "", "やむを得ない兼務の記録を見る", "/separation", note=note)
        note = "許可と期限、点検の状況を見ます(7-4)"
        yield Work("例外", "", "例外措置の台帳を見る", "/exceptions", note=note)
    if visit.has(*KEEPERS):
        note = "合議・回覧などの順番と、後閲・例外措置のきまりです"
        yield Work("設定", "", "決裁の設定を確かめる", "/decision-settings", note=note)
    missing = _missing_rules(visit)
    if missing:
        note = "判定が拠る定めのうち、まだないものです。担当と文書を記録します"
        yield Work("定め", "", f"組織の定めが{missing}件、まだありません", "/organisation-items", note=note)


def _of_lists(visit: Visit) -> Iterator[Work]:
    if not visit.has(*IMPORTERS):
        return
    if waiting := registry_quarantine.count_open(visit.call.session):
        note = "取込のときに読み取れなかった行です。直すか、理由を書いて除きます"
        yield Work("一覧", "", f"保留した行が{waiting}件あります", "/ismap/quarantine", note=note)
    note = "新しい一覧のファイルを取り込みます"
    yield Work("一覧", "", "ISMAPの一覧を取り込む", "/ismap/import", note=note)


def _missing_rules(visit: Visit) -> int:
    """Return how many rules the policy wants and the organisation has not made, for who answers for them."""
    if not visit.has(Role.SUPERVISING_OFFICER):
        return 0
    return while_unchanged(visit.call, "missing_rules", _count_missing)


def _count_missing(call: Call) -> int:
    pack = own_pack(call.session, call.actor.organisation_id)
    return len(missing_rules(call.session, call.actor.organisation_id, pack))
