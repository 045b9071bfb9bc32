"""Facts in words, for the sentence that says why a clause is needed or not."""

from dataclasses import dataclass

from policy.catalogue import CONNECTION_LABELS
from policy.criterion import Facts
from policy.fact_names import KNOWN_FACTS


@dataclass(frozen=True, slots=True)
class Phrase:
    """A yes-or-no fact in words that stand before a noun (``holds``) or before ため (``fails``, ``is_open``).

    ``holds`` is empty where the name of the section says it already.
    """

    holds: str
    fails: str
    is_open: str


_PHRASES = {
    "important_information": Phrase("重要情報を扱う", "重要情報を扱わない", "重要情報を扱うかどうかが分かっていない"),
    "document_grade": Phrase(
        "行政文書に相当する情報を扱う", "行政文書に相当する情報を扱わない", "扱う情報の機密性が分かっていない"
    ),
    "sensitive": Phrase(
        "特に機密性の高い情報を扱う", "特に機密性の高い情報を扱わない", "扱う情報の機密性が分かっていない"
    ),
    "personal": Phrase("個人情報を扱う", "個人情報を扱わない", "個人情報を扱うかどうかが分かっていない"),
    "specific_personal": Phrase(
        "特定個人情報を扱う", "特定個人情報を扱わない", "特定個人情報を扱うかどうかが分かっていない"
    ),
    "subcontracting": Phrase("再委託のある", "再委託がない", "再委託があるかどうかが分かっていない"),
    "privileged_access": Phrase(
        "特権を持つIDを使う", "特権を持つIDを使わない", "特権を持つIDを使うかどうかが分かっていない"
    ),
    "setup_delegated": Phrase(
        "設定や確認の作業を外部に委ねる",
        "設定や確認の作業を外部に委ねない",
        "設定や確認の作業を外部に委ねるかどうかが分かっていない",
    ),
    "develops": Phrase("", "構築も保守も委ねない", "委ねる仕事の種類が分かっていない"),
    "builds": Phrase("", "構築を委ねない", "委ねる仕事の種類が分かっていない"),
    "operates": Phrase("", "運用も保守も委ねない", "委ねる仕事の種類が分かっていない"),
    "it_work": Phrase("", "情報システムに関わらない", "情報システムに関わるかどうかが分かっていない"),
}


def say_holding(fact: str, facts: Facts) -> str:
    """The fact as it stands, in words before a noun: 再委託のある; empty where it is not known."""
    value = facts.get(fact, "unknown")
    if value == "unknown":
        return ""
    if fact in _PHRASES:
        return _PHRASES[fact].holds if value == "yes" else ""
    if fact == "connection":
        return f"{CONNECTION_LABELS[value]}でつなぐ"
    return f"{KNOWN_FACTS[fact].label}が「{value}」の"


def say_open(fact: str, facts: Facts) -> str:
    """Words before ため for a fact nobody has stated; empty where it is known."""
    if facts.get(fact, "unknown") != "unknown":
        return ""
    return _PHRASES[fact].is_open if fact in _PHRASES else f"{KNOWN_FACTS[fact].label}が分かっていない"


def say_failing(fact: str, wanted: tuple[str, ...], facts: Facts) -> str:
    """Words before ため for a fact that keeps a condition from holding: 専用回線でつながない."""
    if fact in _PHRASES and facts.get(fact) == "no":
        return _PHRASES[fact].fails
    if fact == "connection" and (known := [CONNECTION_LABELS[value] for value in wanted if value in CONNECTION_LABELS]):
        return f"{'や'.join(known)}でつながない"
    return say_open(fact, facts) or f"{KNOWN_FACTS[fact].label}が「{facts[fact]}」である"
