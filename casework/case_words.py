"""The Japanese words for how a case and a clause stand and what was done: one home for pages, papers and messages."""

from models.vocabulary import AttachmentKind, ClauseState, DecisionAction, RequestState, StepKind

REQUEST_WORDS: dict[str, str] = {
    RequestState.DRAFT: "下書き",
    RequestState.IN_REVIEW: "審査中",
    RequestState.RETURNED: "差戻し",
    RequestState.WITHDRAWN: "取下げ",
    RequestState.APPROVED: "承認",
    RequestState.APPROVED_WITH_CONDITIONS: "条件付き承認",
    RequestState.REJECTED: "却下",
    RequestState.REVOKED: "決裁の取消",
}
DECISION_WORDS: dict[str, str] = {
    DecisionAction.SUBMIT: "提出",
    DecisionAction.ENDORSE: "承認(次の人へ)",
    DecisionAction.APPROVE: "承認",
    DecisionAction.APPROVE_WITH_CONDITIONS: "条件付き承認",
    DecisionAction.RETURN: "差戻し",
    DecisionAction.REJECT: "却下",
    DecisionAction.WITHDRAW: "取下げ",
    DecisionAction.AGREE: "合議で同意",
    DecisionAction.RETURN_TO_STEP: "前の順番へ差戻し",
    DecisionAction.PASS: "後閲にして先へ",
    DecisionAction.VIEW: "後閲",
    DecisionAction.AMEND: "審査中の修正",
    DecisionAction.RECALL: "引戻し",
    DecisionAction.REVOKE: "決裁の取消",
}
STEP_WORDS: dict[str, str] = {
    StepKind.ENDORSE: "承認",
    StepKind.AGREE: "合議",
    StepKind.DECIDE: "決裁",
    StepKind.CIRCULATE: "回覧",
}
ATTACHMENT_WORDS: dict[str, str] = {
    AttachmentKind.CONTRACT: "契約書",
    AttachmentKind.TERMS: "利用規約",
    AttachmentKind.SPECIFICATION: "仕様書",
    AttachmentKind.ESTIMATE: "見積書",
    AttachmentKind.CERTIFICATE: "証明書",
    AttachmentKind.SOC_REPORT: "SOC報告",
    AttachmentKind.REPLY: "回答書",
    AttachmentKind.SCREEN: "画面写し",
    AttachmentKind.OTHER: "その他",
}
CLAUSE_WORDS: dict[str, str] = {
    ClauseState.UNCHECKED: "未確認",
    ClauseState.PRESENT: "足りている",
    ClauseState.WEAK: "弱い",
    ClauseState.MISSING: "不足",
    ClauseState.WAIVED: "理由を付けて省く",
    ClauseState.NOT_NEEDED: "対象外",
}
