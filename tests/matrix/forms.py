"""What is filled into the forms and bodies that both doors are sent."""

from __future__ import annotations

from tests.casework.test_handover import csv_of, line

DAY, LATER = "2026-11-20", "2027-03-31"
PERIOD = {"starts_on": "2028-04-01", "ends_on": "2029-03-31"}
REASON = {"reason": "理由"}
LIST = {"file": ("list.csv", b"a,b\n1,2\n", "text/csv")}
TABLE = {"file": ("台帳.csv", "番号,件名,版\r\nK8-9999,別の題,1\r\n".encode(), "text/csv")}
PDF = {"file": ("a.pdf", b"%PDF-1.7 a", "application/pdf")}
DRAFT = {"files": ("案.txt", "第1条 乙は、秘密を漏らしてはならない。".encode(), "text/plain")}
STATED = {"received_on": DAY, "received_from": "△△株式会社"}

SEEN = {"version": "$version", "content_hash": "$hash"}
DECISION = {"action": "reject", "reason": "理由", "seen": SEEN}
CLAUSE = {"state": "present", "place": "第5条", "reason": "読んで確かめた"}
ITEM = {"number": "ending", "code": "item"}
SECOND = {"number": "waiting", "code": "waiting_item"}
SHOWN = {"number": "waiting", "proof_id": "proof"}
HELD = {"number": "ending", "holding_id": "holding"}
LEFT = {"number": "leaving", "holding_id": "leaving_holding"}
CERTIFICATE = {
    "kind": "deletion",
    "items": "すべて",
    "method": "crypto_erase",
    "verification": "復号できない",
    "done_by": "担当",
    "place": "作業室",
    "issuer": "△△株式会社",
}
ROAD = {"road": "early", "reason": "合意による"}
EVIDENCE = {"kind": "iso_27017", "received_from": "△△株式会社", "issuer": "○○", "scope": "全部"}
EXCEPTION = {
    "title": "改修まで",
    "provisions": ["8-3(3)③"],
    "reason": "間に合わない",
    "alternative": "接続元を限る",
    "until_on": LATER,
}
EARLIER = "2026-11-19T09:00:00+09:00"
NOTICE = {"number": "incident"}
PUBLICATION = {"choice": "withhold", **REASON}
CAUSE = {"cause": "宛先の取り違え", "prevention": "2人で確かめる"}
PARTY = {"role": "contractor", "name": "△△株式会社"}
LEAK = {"leaked": "personal", "report": "needed"}
DONE = {"kind": "containment", "text": "通信を止めた"}
NOTICED = {"what": "名簿の誤送信", "leaked": "unknown", "source": "staff"}
SAMPLE = {"population": "requests", "from_on": "2026-04-01", "until_on": DAY, "seed": "7", "size": 2}
HOOK = {"name": "庁内チャット", "url": "https://elsewhere.example/", "events": ["request.decided"]}
ALERTS = {"duty": "30 7 0", "notice": "60", "end": "30", "digest_at": "08:00", "escalate_after_open_days": "5"}
RULE = "8-1(1)②"
ALIAS = {"kind": "service", "alias": "ほしぞら", "listed_as": "星見クラウド2号", "source": "事業者の案内"}
CORRECTED = {"service_name": "星見クラウド21号"}

DELEGATION = {"delegate": "colleague", "scope": ["ciso"], "reason": "出張"}
MOVES = {"file": ("異動.csv", csv_of(line("auditor", "", "契約係長")), "text/csv")}
