"""The English catalogue goes with the pages: nothing is missing in it, nothing is left over, nothing is unsound."""

from __future__ import annotations

import pytest

from tests.house import tree
from tests.words import book
from tests.words.python_words import python_messages
from tests.words.sources import all_messages
from tests.words.template_words import template_messages
from web.english.catalogue import PO_FILE


def said_in_template(source: str) -> set[str]:
    return {said.msgid for said in template_messages(source)}


def said_in_module(source: str) -> set[str]:
    return {said.msgid for said in python_messages(source)}


def test_the_catalogue_holds_every_message_of_the_pages_and_no_other() -> None:
    """When this fails: ``make words``, translate what it lists in ``web/locale``, and commit."""
    wanted = {message.said.msgid for message in all_messages()}
    held = book.read_book().keys()

    assert (sorted(wanted - held), sorted(held - wanted)) == ([], [])


def test_every_message_has_sound_english() -> None:
    wrong = {msgid: found for msgid, msgstr in book.read_book().items() if (found := book.complaints(msgid, msgstr))}

    assert wrong == {}


def test_nothing_in_the_catalogue_is_marked_as_a_guess() -> None:
    assert "#, fuzzy" not in tree.read(PO_FILE.relative_to(tree.ROOT))


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ("<p>今日やること</p>", {"今日やること"}),
        ("<p>期限 {{ day }} まで</p>", {"期限 %(a)s まで"}),
        ("<p>版{% if n %}(第{{ n }}版){% endif %}</p>", {"版(第%(a)s版)", "版"}),
        ("<p>{% if a %}はい{% else %}いいえ{% endif %}です</p>", {"はいです", "いいえです"}),
        ("<p>{% if a %}<b>太い</b>{% endif %}文字</p>", {"太い", "文字"}),
        ("<p>いまは{% for r in roles %}{{ r }}、{% endfor %}の番です。</p>", {"いまは%(a)sの番です。"}),
        ("<ul>{% for r in rows %}<li>行 {{ r }}</li>{% endfor %}</ul>", {"行 %(a)s"}),
        ('<nav aria-label="{{ name }}の一覧" class="版"></nav>', {"%(a)sの一覧"}),
        ('<input value="値" name="名">', set()),
        ('{{ ui.button("保存する", kind="primary") }}', {"保存する"}),
        ('{{ ui.callout("残り" ~ n ~ "件") }}', {"残り%(a)s件"}),
        ("<p>決めた人 {{ ui.tag(x) }} の記録</p>", {"決めた人", "の記録"}),
        ("{# 覚え書き #}<p>plain</p>", set()),
    ],
)
def test_a_template_gives_its_texts_spoken_attributes_and_arguments(source: str, messages: set[str]) -> None:
    assert said_in_template(source) == messages


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ('TITLE = "申請"', {"申請"}),
        ('raise NotFound(f"申請 {number} が見つかりません。")', {"申請 %(a)s が見つかりません。"}),
        ("x = f\"取得{'(見本)' if sample else empty}\"", {"取得%(a)s", "(見本)"}),
        ('x = "「{name}」を書いてください。".format(name=name)', {"「%(a)s」を書いてください。"}),
        ('def f():\n  """説明。"""\n  return 1', set()),
        ('re.compile("第(.+)条")', set()),
        ('text.removesuffix("年")', set()),
        ('DAY = r"(?:令和|平成)\\d+年"', set()),
        ('if text == "元":\n  text = "1"', set()),
        ('Query(description="番号")', set()),
    ],
)
def test_a_module_gives_the_texts_it_shows(source: str, messages: set[str]) -> None:
    assert said_in_module(source) == messages


@pytest.mark.parametrize(
    ("msgid", "msgstr", "is_sound"),
    [
        ("第%(a)s版", "version %(a)s", True),
        ("第%(a)s版", "version", False),
        ("%(a)s件", "%(a)s {item|items}", True),
        ("%(a)s件", "%(a)s {items}", False),
        ("申請", "", False),
        ("申請", "request 申請", False),
        ("申請", 'request ("申請")', True),
    ],
)
def test_an_unsound_translation_is_seen(msgid: str, msgstr: str, is_sound: bool) -> None:  # noqa: FBT001 (the expectation of a case)
    assert (book.complaints(msgid, msgstr) == []) is is_sound
