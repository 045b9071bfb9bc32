"""The beginning of a new body's pack: one file with every heading, to be filled in beside the document."""

import re

from policy.errors import BadDocument

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")


def scaffold_pack(pack_id: str) -> str:
    """The text of ``pack.yaml`` for a new pack; every place to fill in says 要記入 and the loader names them all.

    Raises:
        BadDocument: ``bad_pack_id``.
    """
    if not _ID.fullmatch(pack_id):
        raise BadDocument(
            "bad_pack_id",
            f"パックの名前「{pack_id}」は使えません。英小文字で始め、英小文字・数字・_ の40字までで書いてください。",
            pack_id,
        )
    return _TEMPLATE.replace("<id>", pack_id)


_TEMPLATE = """\
# 団体のポリシーを、その文書から読み取ったもの。1条に1行、自分の言葉で書く。「要記入」が残るあいだは読み込まれない。
id: <id>
label: 要記入(○○町情報セキュリティポリシー)
source: {title: 要記入(文書の題名), issued_by: 要記入(文書を出した組織), issued_on: 要記入(文書の日付)}
editions: # 日付のない文書なら in_force_from の代わりに undated: true と note を書く
  - {edition: "1", in_force_from: 要記入(効力の始まる日), note: ""}
organs: [要記入(適用する機関)]
persons: [要記入(適用する人)]
excluded: []
audit_cycle: yearly_and_as_needed # または regular_or_as_needed、as_needed
terms: {outsourcing: 業務委託, contractor: 委託事業者, cloud: クラウドサービス, incident_plan: 緊急時対応計画}
roles: # label は自分の団体の呼び方、note は役職。id は変えない
  - {id: staff, label: 職員等}
  - {id: security_manager, label: 情報セキュリティ管理者, note: 要記入(役職)}
  - {id: system_manager, label: 情報システム管理者, note: 要記入(役職)}
  - {id: security_officer, label: 情報セキュリティ責任者, note: 要記入(役職)}
  - {id: supervising_officer, label: 統括情報セキュリティ責任者, note: 要記入(役職)}
  - {id: ciso, label: CISO, note: 要記入(役職)}
  - {id: deputy_ciso, label: 副CISO}
  - {id: service_manager, label: クラウドサービス管理者}
  - {id: procurement, label: 契約担当}
  - {id: auditor, label: 監査}
  - {id: admin, label: システム管理担当}
zones: # ない領域は行を消す
  - {id: mynumber, label: マイナンバー利用事務系}
  - {id: lgwan, label: LGWAN接続系}
  - {id: internet, label: インターネット接続系}
confidentiality: # 高いものから
  - {id: 3A, label: 機密性3A}
  - {id: 3B, label: 機密性3B}
  - {id: 3C, label: 機密性3C}
  - {id: "2", label: 機密性2}
  - {id: "1", label: 機密性1}
integrity:
  - {id: "2", label: 完全性2}
  - {id: "1", label: 完全性1}
availability:
  - {id: "2", label: 可用性2}
  - {id: "1", label: 可用性1}
settings: # 文書が定めていなければ案のままにし、団体で決める
  important_confidentiality: "2"
  document_confidentiality: "2"
  sensitive_confidentiality: 3C
  cloud_deciders: [supervising_officer]
sections: # どの部分が、どの申請に効くか。事実から決まる
  - {id: outsourcing, label: 業務委託, when: {subject: outsourcing}, governs: false}
  - {id: cloud, label: クラウドサービス, when: {subject: cloud}, governs: false}
# 章の見出しを書くと、規則集が章ごとに並ぶ。条番号の頭で章に分かれる
# chapters:
#   - {id: 8-1, label: 業務委託}

provisions: # 文書の順に。条番号は自分の文書のもの
  # 組織が備える規程
  - {id: "要記入(条番号)", phase: rule-making, actor: supervising_officer,
     organisation: contractor_selection_standard,
     line: 要記入(この条が求めることを1行で)}
  # 決裁までに確かめること
  - {id: "要記入(条番号)", phase: selection, actor: security_manager, sections: [outsourcing],
     criterion: contractor_measures_fit_the_work,
     line: 要記入(この条が求めることを1行で)}
  # 契約に書くこと
  - {id: "要記入(条番号)", phase: procurement, actor: security_manager, sections: [outsourcing],
     criterion: clause_for_important_information, clause: secrecy_survives_the_end,
     line: 要記入(この条が求めることを1行で)}
  # 申請と決裁
  - {id: "要記入(条番号)", phase: approval, actor: staff, sections: [cloud],
     route: apply, roles: [staff, security_manager],
     line: 要記入(この条が求めることを1行で)}
  - {id: "要記入(条番号)", phase: approval, actor: supervising_officer, sections: [cloud],
     route: decide, roles_setting: cloud_deciders,
     line: 要記入(この条が求めることを1行で)}
  # 使い始めてからの義務。周期が文書になければ default: true(案)、あれば basis に書かれた場所
  - {id: "要記入(条番号)", phase: operation, actor: security_manager, sections: [outsourcing],
     duty: contractor_measures_are_checked,
     every: P1Y, default: true,
     line: 要記入(この条が求めることを1行で)}
  # 申請とは関わりなく組織が果たす義務
  - {id: "要記入(条番号)", phase: audit, actor: ciso, of_organisation: true,
     duty: audit_and_self_check_are_done,
     every: P1Y, default: true,
     line: 要記入(この条が求めることを1行で)}
endings: # 終了の点検表
  - {id: returned_and_erased, provision: "要記入(条番号)",
     title: 扱われた情報が返却・廃棄・抹消されたことを確かめたこと,
     subjects: [outsourcing], needs_second_checker: true,
     evidence_fields: [target, method, done_at, done_by, file]}
# 文書にあるが、まだ何も求めていない条番号。ここが空になればパックは完成
other_provisions: []
"""
