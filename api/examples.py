"""Examples that the schema shows; fictional, and complete enough to be tried."""

REQUEST_DOCUMENT = {
    "title": "住民向け予約サービス",
    "department": "子育て支援課",
    "information": [
        {
            "name": "予約者の氏名と連絡先",
            "confidentiality": "3B",
            "integrity": 2,
            "availability": 2,
            "personal": True,
            "specific_personal": False,
        }
    ],
    "zone": "internet",
    "subjects": [
        {
            "type": "cloud",
            "name": "○○予約",
            "provider": "△△株式会社",
            "service_model": "saas",
            "connection": "internet",
            "government_cloud": False,
            "subcontracting": False,
            "data_locations": ["JP"],
            "governing_law": "JP",
            "registry": "auto",
        }
    ],
    "contract": {"starts_on": "2027-04-01", "ends_on": "2028-03-31"},
    "answers": {"8-3(3)②(ア)": {"answer": "yes", "evidence": "利用規約 第12条", "valid_until": "2027-03-31"}},
}
EVALUATED_DOCUMENT = {"pack": "mutsu", "as_of": "2026-11-20", **REQUEST_DOCUMENT}
