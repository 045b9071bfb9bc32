"""The frame, the parts and the rules every page inherits, read off the page that shows them all."""

import itertools
import re
from dataclasses import dataclass

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from jinja2 import DictLoader, UndefinedError

from tests.web.page_reader import Element, Reader, read
from web import labels, view
from web.pages import patterns
from web.view import FormErrors, Frame, PageView, environment


def make_client(root_path: str = "") -> TestClient:
    app = FastAPI()
    app.include_router(patterns.router)
    return TestClient(app, root_path=root_path)


def make_frame(**changes: object) -> Frame:
    values: dict[str, object] = {
        "organisation_name": "星見ヶ丘市",
        "product_name": "関所",
        "user_name": "見本 花子",
        "csrf_token": "abc",
    }
    return Frame(**(values | changes))  # type: ignore[arg-type]  # a factory's open-ended overrides


@pytest.fixture(scope="module")
def page() -> Reader:
    return read(make_client().get("/_patterns").text)


@pytest.fixture(scope="module")
def refused() -> Reader:
    return read(make_client().get("/_patterns?mistakes=true").text)


def test_the_frame_has_one_of_each_landmark(page: Reader) -> None:
    assert page.all("html")[0].attrs["lang"] == "ja"
    assert len(page.all("main")) == len(page.all("h1")) == len(page.all("footer")) == 1
    assert page.all("title")[0].text == "部品の見本 - 関所"
    assert [link.text for link in page.all("a", **{"aria-current": "page"})] == ["申請"]


def test_the_first_link_skips_to_the_main_part(page: Reader) -> None:
    first = page.all("a")[0]

    assert (first.text, first.attrs["href"]) == ("本文へ移動", "#main")
    assert page.all("main")[0].attrs["id"] == "main"


def test_headings_never_skip_a_level(page: Reader, refused: Reader) -> None:
    levels = [int(element.tag[1]) for element in page.elements if re.fullmatch("h[1-6]", element.tag)]

    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_nothing_stands_inline_and_nothing_comes_from_elsewhere(page: Reader) -> None:
    assert not page.all("style")
    for element in page.elements:
        assert "style" not in element.attrs
        assert not [name for name in element.attrs if name.startswith("on")]
        for name in ("src", "href", "action"):
            assert element.attrs.get(name, "/").startswith(("/", "#")), element
    for script in page.all("script"):
        assert script.attrs["src"].startswith("/static/")
        assert not script.text.strip()


def test_ids_are_unique_and_whatever_is_pointed_to_exists(page: Reader, refused: Reader) -> None:
    for reader in (page, refused):
        assert len(reader.ids) == len(set(reader.ids))
        for element in reader.elements:
            for name in ("for", "aria-describedby", "aria-labelledby"):
                assert set(element.attrs.get(name, "").split()) <= set(reader.ids), element


def test_the_browser_is_never_asked_to_judge_a_field(page: Reader) -> None:
    assert all("novalidate" in form.attrs for form in page.all("form"))
    for element in page.elements:
        assert not {"required", "pattern", "placeholder", "disabled", "readonly"} & element.attrs.keys()


def test_every_control_has_a_label_and_every_question_says_whether_it_must_be_answered(page: Reader) -> None:
    labelled = {label.attrs["for"] for label in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for control in page.all(tag):
            if control.attrs.get("type") != "hidden":
                assert control.attrs.get("id") in labelled or "aria-label" in control.attrs, control
    questions = [element for element in page.elements if element.attrs.get("class") == "field__label"]
    assert questions
    assert all(re.search("必須|任意", question.text) for question in questions)


def test_every_post_form_carries_the_csrf_token(page: Reader) -> None:
    html = make_client().get("/_patterns").text
    forms = re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL)

    assert forms
    assert all('name="csrf_token" value="sample"' in form for form in forms)


def test_every_date_shown_is_a_time_element(page: Reader) -> None:
    times = page.all("time")

    assert all(re.match(r"\d{4}-\d{2}-\d{2}", element.attrs["datetime"]) for element in times)
    assert "令和8年4月1日(2026-04-01)" in [element.text for element in times]


def test_a_refused_form_says_so_in_title_status_and_summary(refused: Reader) -> None:
    assert make_client().get("/_patterns?mistakes=true").status_code == 422
    assert refused.all("title")[0].text.startswith("エラー: ")
    summary = next(element for element in refused.elements if element.attrs.get("class") == "error-summary")
    assert "autofocus" in summary.attrs
    assert summary.attrs["tabindex"] == "-1"


def test_the_summary_repeats_each_message_and_leads_to_its_field(refused: Reader) -> None:
    inline = {
        element.attrs["id"].removesuffix("-error"): element.text.removeprefix("エラー: ")
        for element in refused.elements
        if element.attrs.get("class") == "field__error"
    }
    links = {
        element.attrs["href"].removeprefix("#"): element.text
        for element in refused.all("a")
        if element.text in inline.values()
    }

    assert links == inline
    assert len(inline) == 9
    assert set(links) <= set(refused.ids)


def test_refused_fields_are_marked_and_others_are_not(page: Reader, refused: Reader) -> None:
    marked = [element for element in refused.elements if element.attrs.get("aria-invalid") == "true"]

    assert not [element for element in page.elements if "aria-invalid" in element.attrs]
    assert {element.attrs.get("name") for element in marked} >= {"purpose", "places", "zone", "starts_on_year"}
    assert "amount" not in {element.attrs.get("name") for element in marked}


def test_a_refused_form_keeps_what_was_typed_and_offers_the_fix(refused: Reader) -> None:
    assert refused.all("input", name="starts_on_year")[0].attrs["value"] == "31"
    assert refused.all("input", name="amount")[0].attrs["value"] == "１２０万円"  # what is understood stands below
    (fix,) = refused.all("button", name="starts_on_fix")
    assert (fix.attrs["value"], fix.text) == ("2019-05-01", "令和元年5月1日(2019-05-01)にする")


def test_an_error_page_drops_the_notice(page: Reader, refused: Reader) -> None:
    def notices(reader: Reader) -> list[Element]:
        return [element for element in reader.elements if element.attrs.get("class", "").startswith("notice ")]

    assert len(notices(page)) == 1
    assert not notices(refused)


def test_decisions_show_their_consequence_and_none_is_chosen_beforehand(page: Reader) -> None:
    options = page.all("input", name="action")

    assert [option.attrs["value"] for option in options] == [
        "approve",
        "approve_with_conditions",
        "return",
        "reject",
    ]
    assert all("checked" not in option.attrs and option.attrs["aria-describedby"] for option in options)


def test_a_verdict_always_carries_the_fixed_sentence(page: Reader) -> None:
    (verdict,) = [element for element in page.all("section") if "verdict" in element.attrs.get("class", "")]

    assert labels.VERDICT_DISCLAIMER in verdict.text


class TestOwnPages:
    """Small pages of the test's own, put beside the shipped layouts."""

    @pytest.fixture(autouse=True)
    def own_templates(self, monkeypatch: pytest.MonkeyPatch) -> None:
        env = environment()
        shipped = env.loader
        assert shipped is not None
        own = DictLoader(
            {
                "own.html": (
                    '{% extends "layout/base.html" %}{% block title %}自作{% endblock %}'
                    "{% block main %}<h1>自作</h1>{% block rows %}<p>{{ words }}</p>"
                    "{{ ui.chip(words) }}{% endblock %}{% endblock %}"
                ),
                "careless.html": (
                    '{% extends "layout/base.html" %}{% block title %}x{% endblock %}'
                    "{% block main %}{{ forgotten }}{% endblock %}"
                ),
                "untitled.html": '{% extends "layout/base.html" %}{% block main %}{% endblock %}',
                "door.html": (
                    '{% extends "layout/public.html" %}{% block title %}ログイン{% endblock %}'
                    "{% block main %}<h1>ログイン</h1>{% endblock %}"
                ),
                "link.html": (
                    '{% extends "layout/base.html" %}{% block title %}x{% endblock %}'
                    "{% block main %}{{ url('patterns') }} {{ static('img/mark.svg') }}{% endblock %}"
                ),
            }
        )
        monkeypatch.setattr(
            env,
            "loader",
            type(
                "Both",
                (type(shipped),),
                {
                    "get_source": lambda _self, environment, name: (own if name in own.mapping else shipped).get_source(
                        environment, name
                    )
                },
            )(view.TEMPLATES),
        )

    def respond(self, name: str, *, headers: dict[str, str] | None = None, prefix: str = "", **page: object) -> str:
        @dataclass(frozen=True, kw_only=True)
        class OwnPage(PageView):
            template = name
            words: str = ""

        app = FastAPI()
        app.include_router(patterns.router)

        @app.get("/own")
        def show_own(request: Request) -> HTMLResponse:
            values: dict[str, object] = {"frame": make_frame()} | page
            return OwnPage(**values).render(request, fragment="rows")  # type: ignore[arg-type]  # open-ended

        response = TestClient(app, root_path=prefix).get("/own", headers=headers)
        assert response.headers["vary"] == "HX-Request"
        return response.text

    def test_what_people_typed_is_escaped_in_pages_and_parts(self) -> None:
        html = self.respond("own.html", words="<b>&\"'")

        assert "<b>&" not in html
        assert html.count("&lt;b&gt;&amp;") == 2

    def test_htmx_gets_only_the_fragment_of_the_same_page(self) -> None:
        html = self.respond("own.html", words="行", headers={"HX-Request": "true"})

        assert html.startswith("<p>行</p>")
        assert "<main" not in html

    def test_a_forgotten_name_stops_the_page(self) -> None:
        with pytest.raises(UndefinedError, match="forgotten"):
            self.respond("careless.html")

    def test_a_page_without_a_title_cannot_be_made(self) -> None:
        with pytest.raises(Exception, match="title"):
            self.respond("untitled.html")

    def test_nobody_signed_in_sees_no_navigation(self) -> None:
        html = self.respond("door.html", frame=make_frame(user_name=None))

        assert "主な画面" not in html
        assert "ログアウト" not in html

    def test_addresses_stand_below_the_proxys_prefix(self) -> None:
        html = self.respond("link.html", prefix="/sekisho")

        assert "/sekisho/_patterns" in html
        assert re.search(r"/sekisho/static/img/mark\.svg\?v=[0-9a-f]{12}", html)


def test_form_errors_are_false_when_there_are_none() -> None:
    assert not FormErrors()
    assert FormErrors.of({"title": "件名を入力してください。"}).get("title") == "件名を入力してください。"
    assert FormErrors().get("title") == ""
