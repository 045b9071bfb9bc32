"""A pack's stored content is the pack, whatever the files have become since."""

import hashlib
import json

import pytest

from policy.document import read_document
from policy.errors import BadLibrary
from policy.evaluation import evaluate
from policy.library import content_of, list_pack_ids, load_pack, pack_from_content
from tests.policy.documents import SAMPLE_NAMES, sample


@pytest.mark.parametrize("pack_id", list_pack_ids())
def test_stored_content_reads_back_as_the_same_pack(pack_id: str) -> None:
    pack = load_pack(pack_id)

    assert pack_from_content(content_of(pack)) == pack


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_a_verdict_under_stored_content_is_byte_for_byte_the_same(name: str) -> None:
    document = read_document(sample(name))
    pack = load_pack(document.pack)
    again = pack_from_content(content_of(pack))

    assert json.dumps(evaluate(document, again).to_json_dict()) == json.dumps(evaluate(document, pack).to_json_dict())


def test_the_hash_is_that_of_the_text_that_was_stored() -> None:
    content = json.loads(content_of(load_pack("mutsu")))
    del content["file"]["lead_times"]  # as it was stored before the classes knew such a field
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)

    stored = pack_from_content(text)

    assert stored.content_hash == hashlib.sha256(text.encode()).hexdigest() != load_pack("mutsu").content_hash


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"file": 1}'])
def test_what_is_no_pack_is_refused(text: str) -> None:
    with pytest.raises(BadLibrary, match="保存されたポリシーの内容を読めません") as refused:
        pack_from_content(text)

    assert refused.value.code == "unreadable_content"
