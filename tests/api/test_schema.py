"""The contract of the API, its pages, and the pages that problems lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.problems import TYPES
from casework import errors, installation
from casework.errors import CaseworkError
from tests.api.desks import BASE, made, problem


@pytest.fixture
def schema(client: TestClient) -> dict[str, Any]:
    return made(client.get(f"{BASE}/openapi.json"))


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def kinds_of_refusal() -> list[str]:
    found = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, CaseworkError)]
    return sorted({each.kind for each in found} | {installation.DatabaseNotReady.kind})


def test_the_schema_is_openapi_3_1_and_holds_only_the_api(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    assert all(path.startswith(f"{BASE}/") for path in schema["paths"])


def test_every_operation_has_a_name_of_its_own_and_a_japanese_summary(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(schema)]

    assert len(set(names)) == len(names) > 30
    for path, _, operation in operations(schema):
        assert re.search(r"[ぁ-ん]", operation["summary"]), path
        assert operation["tags"], path
        assert "401" in operation["responses"], path


def test_every_deed_needs_a_key_but_those_that_a_second_time_changes_nothing(schema: dict[str, Any]) -> None:
    unkeyed = [
        operation["operationId"]
        for _, method, operation in operations(schema)
        if method == "post"
        and "Idempotency-Key" not in {each["name"] for each in operation.get("parameters", ()) if each["required"]}
    ]

    assert unkeyed == [
        "create_session",
        "create_token",
        "export_list",
        "try_table",
        "take_table_in",
        "preview_verdict",
        "import_list",
        "confirm_import_loss",
        "correct_quarantined_row",
        "create_calendar",
        "create_webhook",
        "rotate_webhook_key",
    ]


def test_every_change_needs_a_version(schema: dict[str, Any]) -> None:
    unversioned = [
        operation["operationId"]
        for _, method, operation in operations(schema)
        if method in {"put", "patch"} and "428" not in operation["responses"]
    ]

    assert unversioned == []


def test_every_reference_in_the_schema_leads_somewhere(schema: dict[str, Any]) -> None:
    def references(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            for key, value in part.items():
                if key == "$ref":
                    yield value
                yield from references(value)
        elif isinstance(part, list):
            for each in part:
                yield from references(each)

    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert set(references(schema)) - known == set()


@pytest.mark.parametrize("kind", kinds_of_refusal())
def test_every_refusal_of_casework_has_a_type(kind: str) -> None:
    assert kind in TYPES


@pytest.mark.parametrize("path", [f"{BASE}/docs", *(f"/problems/{slug}" for slug in TYPES)])
def test_the_pages_open_without_script_style_or_internet(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"<script|<style|style=|https?://|\son\w+=", answer.text)
    assert re.search(r'<html lang="ja">.*<h1>[^<]+</h1>', answer.text, re.DOTALL)


def test_a_page_for_no_problem_is_not_found(client: TestClient) -> None:
    problem(client.get("/problems/nothing"), 404, "not_found")
    assert len(made(client.get(f"{BASE}/problems"))["items"]) == len(TYPES)
