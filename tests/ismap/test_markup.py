import pytest

from ismap.markup import End, Start, Text, pieces


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("a &lt; b", [Text("a < b")]),
        ("<P CLASS=a>x</P >", [Start("p", " CLASS=a"), Text("x"), End("p")]),
        ("a<!-- <td> --><!doctype html><?xml?>b", [Text("a"), Text("b")]),
        ("<![if x]>a<![CDATA[b]]>", [Text("a")]),
        ("<script>if (a < b) '<td>'</script>x", [Start("script"), End("script"), Text("x")]),
        ("<title>a<b>&amp;c</title>", [Start("title"), Text("a<b>&c"), End("title")]),
        ("<a title='1 > 0'>x", [Start("a", " title='1 > 0'"), Text("x")]),
        ("1 < 2 & 3", [Text("1 < 2 & 3")]),
        ("&#99999999999999999999;&#x41;", [Text("\ufffdA")]),
        ("a<td", [Text("a")]),
        ("a<td title='x>b", [Text("a")]),
        ("a<!-- b", [Text("a")]),
        ("<script>a", [Start("script")]),
        ("", []),
    ],
)
def test_a_page_comes_apart_into_tags_and_texts(page: str, expected: list[Start | End | Text]) -> None:
    assert list(pieces(page)) == expected


def test_attributes_are_read_in_every_way_of_writing_them() -> None:
    (start,) = pieces('<td COLSPAN=2 title=\'a "b"\' data-x = "&lt;c" hidden colspan=9>')

    assert isinstance(start, Start)
    assert start.attributes == {"colspan": "2", "title": 'a "b"', "data-x": "<c", "hidden": ""}
