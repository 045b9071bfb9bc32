"""Short help for each screen, and the accessibility statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework.errors import NotFound
from web.guides import ChapterLink, chapters_about
from web.view import PageView
from web.visit import VisitDep

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class HelpText:
    """What a screen is for, in steps."""

    title: str
    steps: tuple[str, ...]


HELP: Mapping[str, HelpText] = {
    "today": HelpText(
        "今日やること",
        (
            "あなたの番が来ているものと、期限の近いものが、上から順に並びます。",
            "行を選ぶと、その仕事の画面が開きます。",
            "「自分が待っているもの」は、ほかの人の番になっている自分の申請です。",
        ),
    ),
    "requests": HelpText(
        "申請",
        (
            "「新しい申請」から、扱う情報・領域・サービスや委託先を書くと、求められる規則が決まります。",
            "質問は途中で保存できます。「まだ分からない」も答えの1つで、判定は情報不足になります。",
            "提出すると内容が版として固定され、決裁する人の番になります。差し戻されたら、指摘に答えて出し直します。",
        ),
    ),
    "decisions": HelpText(
        "決裁",
        (
            "判定と根拠を読み、印を付けてから、承認・条件付き承認・差戻し・却下を選びます。",
            "確認の画面で内容と版を確かめてから決裁します。開いた後に内容が変わったときは、記録されません。",
            "申請した本人は決裁できません(1(8)①)。承認では管理者を指名します。",
        ),
    ),
    "contracts": HelpText(
        "契約",
        (
            "承認された申請から契約を登録します。求める条項の一覧が自動で付きます。",
            "条項ごとに、契約書のどこにあるか、足りているかを決めます。残りがあるうちは締結済みにできません。",
            "更新は次の期間を加えます。前の期間は変わりません。",
        ),
    ),
    "closing": HelpText(
        "終了手続",
        (
            "契約の画面から終了手続を始めると、検収・返却・削除・アカウントなどの項目が並びます。",
            "削除の項目には証拠が要り、記録した人とは別の人が確かめます。",
            "項目が残っているうちは終了にできません。ボタンを押すと、残りを説明します。",
        ),
    ),
    "obligations": HelpText(
        "期限",
        (
            "年度(4月から3月)ごとに、確認・記録・報告の期限を一覧と月別の表で見られます。",
            "期限が閉庁日に当たるときは、その前の開庁日が実際の期限です。",
            "済みにするときは、確認した内容か証拠のファイルを残します。",
        ),
    ),
    "ismap": HelpText(
        "ISMAP",
        (
            "取り込んだ一覧の事実だけを表示します。使えるかどうかは、用途ごとの申請で判定・決裁します。",
            "一覧は取り込むたびに残ります。「いつの日の一覧か」に日を入れると、その日の一覧と状態が見られます。",
            "備考は原文のまま、はじめに表示します。言葉だけで状態を決められない備考には印が付くので、人が読みます。",
            "期限の日を過ぎた登録も、継続の申請中なら効力が続きます。事業者か公表元に確かめてください。",
        ),
    ),
    "ismap-import": HelpText(
        "一覧の取込",
        (
            "公表元の画面を保存したファイル、CSV、Excel、JSON、画面から写した行のどれでも取り込めます。",
            "まず試し取込で、追加・変更・削除の件数と、確かめてほしい行を見ます。取り込むのはその後です。",
            "空の一覧、形の分からないファイルは取り込まず、前の一覧をそのまま使います。",
            "1割を超えて減ったときは、持ち込んだ人とは別の人が、理由を書いて確かめます。",
            "読み取れない行は保留します。公表元で確かめて直すか、理由を書いて除きます。",
        ),
    ),
    "ismap-diff": HelpText(
        "一覧の差分",
        (
            "はじめに、自分の団体の利用に影響のある変更が並びます。判定し直した結果と、確認の仕事の期限が分かります。",
            "決裁のときの判定は変わりません。申請の画面で、判定したときの登録といまの登録を並べて見られます。",
            "名前や番号が変わったらしい登録は候補として示します。同じものかどうかは人が決めます。",
        ),
    ),
    "rules": HelpText(
        "規則集",
        (
            "自分の団体のポリシーを、条ごとに短く言い直したものです。言葉・求めるもの・時期・役割で絞り込めます。",
            "条を開くと、問い・契約の文例・すること・組織の定め、試している例、使われている申請と契約が分かります。",
            "「ポリシーに頻度の定めなし(既定値)」は、ポリシーが数字を定めていない値の案です。団体で決めて変えられます。",
            "ポリシーの本文を読み込むと、各条に自分の団体の言葉が並びます。本文は団体のデータとして残ります。",
        ),
    ),
    "organisation-items": HelpText(
        "組織の定め",
        (
            "ポリシーが組織に求める基準や手順を、担当・文書・定めた日・次の見直しの日とともに記録します。",
            "まだない定めに判定が拠るときは、その判定に名前が出ます。",
            "記録するのは統括情報セキュリティ責任者とシステム管理です。",
        ),
    ),
    "services": HelpText(
        "サービスと事業者",
        (
            "台帳には、承認された申請のサービスが、利用する課とともに並びます。",
            "サービスの画面では、決裁のときの登録といまの登録を見比べられます。台帳は登録の事実だけを示します。",
            "証拠(認証・報告書など)は、登録した人とは別の人が評価します。有効期限が近いものは今日やることに出ます。",
            "事業者に事故や提供終了があったときは、その事業者の利用を庁内で横断して見られます。",
        ),
    ),
    "incidents": HelpText(
        "インシデント",
        (
            "おかしいと気づいたら、分かる範囲で報告します。課の管理者と統一的な窓口にすぐ知らされます。",
            "評価した人が、インシデントかどうかと理由を残します。個人情報の漏えいでは、報告の期限が自動で並びます。",
            "行った措置と、関係する事業者への連絡を、起きた順に残します。",
        ),
    ),
    "exceptions": HelpText(
        "例外措置",
        (
            "守れない条項があるときは、理由、代わりの対策、期限を書いて申請します。",
            "許可するのはCISOです。許可されるまで、例外にはなりません。",
            "期限の前に点検し、続ける必要があるかを記録します。",
        ),
    ),
    "organisation": HelpText(
        "組織・職・代理",
        (
            "決裁や担当は、人ではなく職に付きます。人が異動しても、後任が続けられます。",
            "人事異動の表を前もって取り込むと、異動日の0時に適用されます。引き継がれるものを先に確かめられます。",
            "不在のときは、期間と範囲を決めて代理を申し出ます。CISOが許可すると効きます。",
            "自分のアカウントや権限は、自分では変えられません。",
        ),
    ),
    "notices": HelpText(
        "知らせと連携",
        (
            "期限の知らせは、開庁日の朝に1人1通にまとめて送られます。",
            "送る前の内容と、届かなかったものを画面で確かめられます。",
            "ほかの仕組みに知らせるWebhookは、番号と種類だけを送ります。止めることも、試すこともできます。",
        ),
    ),
    "me": HelpText(
        "自分の設定",
        (
            "前回のログインと、その後の失敗の数を確かめられます。覚えがないときはシステム管理に連絡してください。",
            "「ログインの一覧」で、覚えのない端末を終わらせられます。パスワードを変えると、ほかの端末はすべて終わります。",
            "認証アプリを登録すると、パスワードのほかに6桁のコードで本人を確かめます。役割によっては必ず要ります。",
            "トークンは、プログラムから使うための鍵です。範囲と期限を決めて作り、要らなくなったら取り消します。",
        ),
    ),
    "audit": HelpText(
        "監査証跡",
        (
            "書き込みのすべてが、人・職・前後の値とともに残ります。",
            "1件ごとに前の記録のハッシュを含むため、途中を変えると検証で分かります。",
            "「いま検証する」で、最初から最後までつながりを確かめます。",
        ),
    ),
}


@dataclass(frozen=True, kw_only=True)
class HelpPage(PageView):
    """The help of one screen, with links to the others."""

    template = "pages/help.html"

    key: str
    text: HelpText
    pages: Mapping[str, HelpText]
    chapters: Sequence[ChapterLink]


@dataclass(frozen=True, kw_only=True)
class AccessibilityPage(PageView):
    """What is aimed at, how it was tried, what is not yet reached, whom to tell."""

    template = "pages/accessibility.html"


@router.get("/help/{page}", name="help")
def show_help(visit: VisitDep, page: str) -> Response:
    """The help of a screen."""
    text = HELP.get(page)
    if text is None:
        raise NotFound("その画面のヘルプはありません。ヘルプの一覧から選んでください。")
    frame = visit.frame("", ("今日やること", "/"), ("ヘルプ", None))
    view = HelpPage(frame=frame, key=page, text=text, pages=HELP, chapters=chapters_about(page))
    return view.render(visit.request)


@router.get("/accessibility", name="accessibility")
def show_accessibility(visit: VisitDep) -> Response:
    """The accessibility statement."""
    frame = visit.frame("", ("今日やること", "/"), ("アクセシビリティ方針", None))
    return AccessibilityPage(frame=frame).render(visit.request)
