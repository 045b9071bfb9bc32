"""Every page template is readable, titled, and loads nothing that the content security policy would refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta, nodes

from tests.house import rules, tree
from web.pages.help_texts import HELP

TEMPLATES = Path("web/templates")
PAGES = TEMPLATES / "pages"
REFUSED = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "a script attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "a script address": re.compile(r"=\s*[\"']?javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(
        r"(?:<(?:link|use)\b[^>]*\shref|<[a-z]+\b[^>]*\s(?:src|srcset|action))\s*=\s*[\"']?(?:https?:)?//",
        re.IGNORECASE,
    ),
}

environment = Environment(loader=FileSystemLoader(tree.ROOT / TEMPLATES), undefined=StrictUndefined, autoescape=True)


def sources() -> list[tuple[Path, str]]:
    return [(path, text) for path, text in tree.own_files(".html") if path.is_relative_to(TEMPLATES)]


def refused(text: str) -> list[str]:
    """Return what in a template the policy of the site would refuse."""
    return [what for what, pattern in REFUSED.items() if pattern.search(text)]


def title_of(text: str) -> str | None:
    """Return what a page puts into its title block: text, or the names it prints; ``None`` without a block."""
    for block in environment.parse(text).find_all(nodes.Block):
        if block.name == "title":
            printed = [*block.find_all(nodes.TemplateData), *block.find_all(nodes.Name), *block.find_all(nodes.Const)]
            return "".join(
                str(getattr(each, "data", None) or getattr(each, "name", "") or "") for each in printed
            ).strip()
    return None


def test_every_template_can_be_read_and_names_only_templates_that_exist() -> None:
    known = {str(path.relative_to(TEMPLATES)) for path, _text in sources()}

    lost = [
        f"{path}: {named}"
        for path, text in sources()
        for named in meta.find_referenced_templates(environment.parse(text, filename=str(path)))
        if named is not None and named not in known
    ]

    assert lost == []


def test_every_page_has_a_title_of_its_own() -> None:
    pages = [(path, text) for path, text in sources() if path.is_relative_to(PAGES)]

    assert [str(path) for path, text in pages if not title_of(text)] == []


def test_every_page_says_in_three_lines_what_can_be_done_on_it() -> None:
    """A page for somebody who is signed in opens with ``ui.page_help`` (topic of the help pages, three lines)."""
    pages = [(path, text) for path, text in sources() if path.is_relative_to(PAGES) and '"layout/base.html"' in text]
    told = {path: [len(call.args) for call in helps_of(text)] for path, text in pages}
    topics = {str(call.args[0].as_const()) for _path, text in pages for call in helps_of(text)}

    assert [str(path) for path, arguments in told.items() if arguments != [4]] == []
    assert topics - HELP.keys() == set()


def helps_of(text: str) -> list[nodes.Call]:
    """Return the calls of ``ui.page_help`` in a template."""
    return [
        call
        for call in environment.parse(text).find_all(nodes.Call)
        if isinstance(call.node, nodes.Getattr) and call.node.attr == "page_help"
    ]


def test_no_template_holds_what_the_site_refuses() -> None:
    assert [f"{path}: {what}" for path, text in sources() for what in refused(text)] == []


def test_no_page_or_rule_file_uses_words_that_help_nobody() -> None:
    """A16: every page, script, rule file and message catalogue."""
    read = [
        *tree.own_files(".html", ".js", ".po", ".pot"),
        *(each for each in tree.own_files(".yaml") if each[0].parts[0] != "tests"),
    ]

    assert [f"{path}: {word}" for path, text in read for word in rules.FORBIDDEN_WORDS if word in text] == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<a href="#" onclick="go()">',
        '<button hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<form method="post" action="https://elsewhere.example/">',
    ],
)
def test_what_the_site_refuses_is_seen(markup: str) -> None:
    assert refused(markup) != []


def test_a_link_to_a_law_and_our_own_script_are_fine() -> None:
    assert refused('<a href="https://laws.example/law">法令</a><script src="/static/site.js" defer></script>') == []


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("{% block title %}契約台帳{% endblock %}", "契約台帳"),
        ("{% block title %}{{ contract.title }}{% endblock %}", "contract"),
        ("{% block title %} {% endblock %}", ""),
        ("{% block main %}<h1>契約台帳</h1>{% endblock %}", None),
    ],
)
def test_a_missing_title_is_seen(template: str, title: str | None) -> None:
    assert title_of(template) == title
