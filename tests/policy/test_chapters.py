"""Provisions stand under the headings of their document, in its order, each exactly once."""

from __future__ import annotations

import pytest

from policy.chapters import chapter_id, chapters_of
from policy.library import list_pack_ids, load_pack
from policy.pack import Named


def named(*ids: str) -> tuple[Named, ...]:
    return tuple(Named(id=name, label=f"{name}の章") for name in ids)


@pytest.mark.parametrize(
    ("provision", "chapter"),
    [("1(2)⑦", "1"), ("1-02", "1"), ("1-2(3)", "1-2"), ("12(1)", "12"), ("基本9-10", "基本"), ("序", "序")],
)
def test_a_provision_belongs_to_the_longest_heading_its_number_begins_with(provision: str, chapter: str) -> None:
    assert chapter_id(named("序", "基本", "1", "1-2", "12"), provision) == chapter


@pytest.mark.parametrize(
    ("provision", "chapter"),
    [("8-3(3)②(ア)", "8-3"), ("6(8)-01", "6"), ("7-01", "7"), ("M-12(1)", "M-12"), ("第20条", "第20"), ("序", "序")],
)
def test_without_headings_the_number_itself_says_the_part(provision: str, chapter: str) -> None:
    assert chapter_id((), provision) == chapter


@pytest.mark.parametrize("pack_id", list_pack_ids())
def test_every_provision_of_a_pack_stands_under_one_heading(pack_id: str) -> None:
    file = load_pack(pack_id).file

    listed = [item.id for chapter in chapters_of(file) for item in chapter.provisions]

    assert sorted(listed) == sorted(item.id for item in file.provisions)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("pack_id", ["mutsu", "model"])
def test_the_parts_of_a_long_pack_have_names(pack_id: str) -> None:
    assert all(chapter.label for chapter in chapters_of(load_pack(pack_id).file))
