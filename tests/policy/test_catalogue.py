from models.vocabulary import Answer, DutyKind, EntryStatus, Phase, Result, Strength
from policy import catalogue
from policy.catalogue import questions
from policy.document import read_document
from policy.library import load_pack
from tests.policy.documents import sample

MUTSU = load_pack("mutsu")


def test_only_what_an_answer_decides_is_asked() -> None:
    asked = {item.provision: item for item in questions(read_document(sample("cloud_complete")), MUTSU)}

    assert "1(8)①" not in asked
    assert asked["8-3(3)⑤(ア)"].accepts_not_needed
    assert not asked["8-3(3)③"].accepts_not_needed
    assert asked["8-3(4)②-03"].is_clause
    assert asked["8-3(4)②-03"].title == "契約に『調達仕様の内容』の定めがあること"
    assert all(item.question.endswith("。") and item.why.endswith("。") for item in asked.values())


def test_a_question_facts_have_settled_is_not_asked() -> None:
    values = sample("cloud_complete")
    values["subjects"][0]["subcontracting"] = False

    asked = {item.provision for item in questions(read_document(values), MUTSU)}

    assert not asked & {"8-3(3)⑦-01", "8-3(3)⑦-02", "8-3(3)⑦-03"}


def test_several_subjects_are_asked_each_question_once() -> None:
    values = sample("cloud_complete")
    values["subjects"] *= 2

    asked = [item.provision for item in questions(read_document(values), MUTSU)]

    assert len(asked) == len(set(asked))


def test_every_word_of_the_house_has_a_japanese_label() -> None:
    for labels, words in (
        (catalogue.RESULT_LABELS, Result),
        (catalogue.STRENGTH_LABELS, Strength),
        (catalogue.PHASE_LABELS, Phase),
        (catalogue.ANSWER_LABELS, Answer),
        (catalogue.DUTY_KIND_LABELS, DutyKind),
        (catalogue.REGISTRY_STATUS_LABELS, EntryStatus),
    ):
        assert set(labels) == set(words)


def test_the_bodys_own_words_are_used() -> None:
    assert catalogue.role_label(MUTSU, "supervising_officer") == "統括情報セキュリティ責任者"
    assert catalogue.zone_label(MUTSU, "lgwan") == "LGWAN接続系"
    assert catalogue.class_label(MUTSU, "integrity", 2) == "完全性2"
    assert catalogue.section_label(MUTSU, "8-1") == "業務委託"
    assert catalogue.clause_of(MUTSU, "8-1(2)①(エ)-10") == "information_returned_or_destroyed"
    assert catalogue.duty_title(MUTSU, "8-3(7)⑤").endswith("こと")
    assert catalogue.duty_record(MUTSU, "8-3(8)③-02")
    assert catalogue.provision_line(MUTSU, "10-1") == ""
