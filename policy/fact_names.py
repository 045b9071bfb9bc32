"""The facts conditions may name, with where in the document each stands and its Japanese label.

``{i}`` in a place is the subject's index; an empty place means the fact is drawn from several parts.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactName:
    """How one fact is shown; ``kind`` is the word used in a finding's ``used``."""

    label: str
    place: str
    kind: str = "fact"


KNOWN_FACTS: dict[str, FactName] = {
    "subject": FactName("対象の種類", "/subjects/{i}/type"),
    "zone": FactName("ネットワーク領域", "/zone"),
    "confidentiality": FactName("機密性(最も高いもの)", "/information"),
    "integrity": FactName("完全性(最も高いもの)", "/information"),
    "availability": FactName("可用性(最も高いもの)", "/information"),
    "personal": FactName("個人情報", "/information"),
    "specific_personal": FactName("特定個人情報", "/information"),
    "important_information": FactName("重要情報", "/information"),
    "document_grade": FactName("行政文書に相当する機密性", "/information"),
    "sensitive": FactName("特に機密性の高い情報", "/information"),
    "connection": FactName("接続の方法", "/subjects/{i}/connection"),
    "government_cloud": FactName("ガバメントクラウド", "/subjects/{i}/government_cloud"),
    "service_model": FactName("サービスの形", "/subjects/{i}/service_model"),
    "social_media": FactName("ソーシャルメディア", "/subjects/{i}/social_media"),
    "web_meeting": FactName("Web会議", "/subjects/{i}/web_meeting"),
    "generative_ai": FactName("生成AI", "/subjects/{i}/generative_ai"),
    "components": FactName("使う部品・プラン", "/subjects/{i}/components"),
    "component_names": FactName("使う部品・プランの名前", "/subjects/{i}/components"),
    "feed": FactName("更新情報の配信だけのサービス", "/subjects/{i}/security_update_feed"),
    "no_official_documents": FactName("行政文書を扱わない", "/subjects/{i}/feed_conditions/no_official_documents"),
    "destinations_pinned": FactName("接続先の限定", "/subjects/{i}/feed_conditions/destinations_pinned"),
    "certificate_authenticated": FactName(
        "証明書による認証", "/subjects/{i}/feed_conditions/certificate_authenticated"
    ),
    "subcontracting": FactName("再委託", "/subjects/{i}/subcontracting"),
    "data_place": FactName("データの場所と準拠法", "/subjects/{i}/data_locations"),
    "registry": FactName("ISMAPクラウドサービスリスト", "/subjects/{i}/registry", "registry"),
    "asp_registry": FactName("LGWAN-ASPの一覧", "/subjects/{i}/registry", "registry"),
    "registry_row": FactName("登録の内容", "/subjects/{i}/registry", "registry"),
    "candidates": FactName("名前が似た登録の数", "/subjects/{i}/registry", "registry"),
    "work_described": FactName("委託する仕事の種類", "/subjects/{i}/activities"),
    "builds": FactName("構築の委託", "/subjects/{i}/activities"),
    "operates": FactName("運用・保守の委託", "/subjects/{i}/activities"),
    "develops": FactName("構築・保守の委託", "/subjects/{i}/activities"),
    "it_work": FactName("情報システムに関する委託", "/subjects/{i}/activities"),
    "provides_function": FactName("システム機能の提供", "/subjects/{i}/provides_system_function"),
    "privileged_access": FactName("特権による操作", "/subjects/{i}/privileged_access"),
    "setup_delegated": FactName("設定・確認作業の委託", "/subjects"),
    "approval": FactName("承認日と契約日", "/contract"),
    "approved_on": FactName("承認日", "/contract/approved_on"),
    "concluded_on": FactName("契約日", "/contract/concluded_on"),
    "separation": FactName("申請者と決裁者の役割", "/applicant_role"),
    "applicant_label": FactName("申請者の役割の名前", "/applicant_role"),
    "applicant": FactName("申請者の役割", "/applicant_role"),
}
