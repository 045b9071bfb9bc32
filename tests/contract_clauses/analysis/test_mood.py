"""How binding a sentence is, read from its end."""

import pytest

from contract_clauses.analysis.mood import Force, force_of


@pytest.mark.parametrize(
    ("sentence", "force"),
    [
        ("書面で報告しなければならない。", Force.DUTY),
        ("書面で報告するものとする。", Force.DUTY),
        ("書面で報告すること。", Force.DUTY),
        ("書面で報告します。", Force.DUTY),
        ("名簿を提出。", Force.DUTY),
        ("従事者の監督を怠ってはならない。", Force.DUTY),
        ("事前に承諾した者に限る。", Force.DUTY),
        ("第三者に提供してはならない。", Force.BAN),
        ("第三者に提供しないものとする。", Force.BAN),
        ("第三者に提供することができない。", Force.BAN),
        ("再委託は禁止とします。", Force.BAN),
        ("実在のデータの使用を避けなければならない。", Force.BAN),
        ("契約を解除することができる。", Force.RIGHT),
        ("甲による公表を妨げない。", Force.RIGHT),
        ("再委託することがある。", Force.RIGHT),
        ("教育を行うことを要しない。", Force.DENIED),
        ("損害について責任を負わない。", Force.DENIED),
        ("監査はお受けしていません。", Force.DENIED),
        ("別途の締結には応じかねます。", Force.DENIED),
        ("前項の規定は適用しない。", Force.DENIED),
        ("安全の確保に努めなければならない。", Force.SOFT),
        ("両者で話し合うものとする。", Force.SOFT),
        ("対応を検討します。", Force.SOFT),
        ("個人情報とは、生存する個人に関する情報をいう。", Force.FACT),
        ("情報の取扱い", Force.FACT),
    ],
)
def test_the_end_of_a_sentence_tells_its_force(sentence: str, force: Force) -> None:
    assert force_of(sentence) is force
