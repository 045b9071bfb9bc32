"""Words that many services are called by and none is known by: alone they name no service."""

import re

from ismap.names import fold_name

_LONGEST = 40

# One to a line between commas: some have spaces of their own.
_WHOLE = """
クラウド,クラウドサービス,サービス,システム,ソフトウェア,アプリ,アプリケーション,プラットフォーム,ストレージ,オンラインストレージ,
メール,電子メール,チャット,ビジネスチャット,グループウェア,ウェブ会議,Web会議,予約システム,予約サービス,施設予約,施設予約システム,
電子申請,電子申請サービス,電子申請システム,電子契約,電子契約サービス,電子契約システム,文書管理,文書管理システム,勤怠管理,
勤怠管理システム,人事給与,人事給与システム,財務会計,財務会計システム,会計,ファイル共有,ファイル転送,データベース,データセンター,
ホスティング,サーバー,仮想サーバー,バックアップ,セキュリティ,認証,認証基盤,監視,アンケート,フォーム,地図,カレンダー,生成AI,AI,
チャットボット,OCR,AI-OCR,RPA,SaaS,PaaS,IaaS,CRM,ERP,VDI,VPN,CDN,WAF,SNS,ポータル,ワークスペース,エンタープライズ,
cloud,cloud service,cloud services,cloud storage,service,services,system,software,platform,storage,mail,email,chat,
groupware,web,meeting,web meeting,database,security,backup,portal,workspace,enterprise,standard,generative AI,calendar
"""
_PARTS = """
クラウド,サービス,システム,ソフト,ウェア,アプリ,アプリケーション,プラットフォーム,ストレージ,オンライン,メール,チャット,ボット,
ビジネス,グループ,ウェブ,web,会議,予約,施設,電子,申請,契約,文書,管理,勤怠,人事,給与,財務,会計,ファイル,データ,共有,転送,連携,
ベース,センター,ホスティング,サーバー,仮想,バックアップ,セキュリティ,認証,基盤,監視,アンケート,フォーム,地図,カレンダー,情報,
配信,統合,業務,公開,行政,自治体,住民,窓口,庁内,型,用,向け,の,生成,ai,ocr,rpa,saas,paas,iaas,crm,erp,vdi,vpn,cdn,waf,sns,gis,
ポータル,ワーク,スペース,ツール,エンタープライズ,ゲートウェイ,ネットワーク,
cloud,service,services,system,software,platform,storage,mail,email,chat,groupware,meeting,database,data,security,backup,
portal,workspace,enterprise,standard,generative,calendar,server,hosting,online,network,gateway,management,
"""
# What a note in brackets says of an edition, not of another name.
_EDITIONS = """
版,プラン,バージョン,環境,世代,料金,体系,仕様,画面,テナント,リージョン,アカウント,ライセンス,ui,制度,規約,方式,構成,機能,番号,
会社,社,組織,課,部,商品,製品,メニュー,コース,ロゴ,ドメイン,url,id,v,ver,version,plan,edition,第,期,年度,年,月,無償,有償,
"""


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold_name(word) for word in words.replace("\n", "").split(",") if word)


def _composed_of(*lists: str) -> re.Pattern[str]:
    parts = sorted(frozenset().union(*map(_folded, lists)), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, parts))}|[0-9.]+)+")


_GENERIC = _folded(_WHOLE)
_GENERIC_COMPOUND = _composed_of(_PARTS)
_EDITION_WORDS = _composed_of(_PARTS, _EDITIONS)


def is_generic(folded: str) -> bool:
    """Whether a folded name is a word for a kind of service."""
    return folded in _GENERIC


def is_generic_compound(folded: str) -> bool:
    """Whether a folded name is put together from words for kinds of services only."""
    return len(folded) <= _LONGEST and _GENERIC_COMPOUND.fullmatch(folded) is not None and not folded.isdecimal()


def is_edition(note: str) -> bool:
    """Whether a note in brackets speaks of an edition or a plan (旧版, 旧料金プラン) and not of another name."""
    folded = fold_name(note)
    return len(folded) > _LONGEST or _EDITION_WORDS.fullmatch(folded) is not None
