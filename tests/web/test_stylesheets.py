import re
from pathlib import Path

import pytest

from web import view


def _own_sheets() -> list[Path]:
    return sorted((view.STATIC / "css").glob("*.css"))


def test_no_sheet_or_script_of_ours_loads_anything() -> None:
    for path in [*_own_sheets(), *(view.STATIC / "js").glob("*.js")]:
        assert not re.search(r"url\(|@import|https?:", path.read_text(encoding="utf-8")), path.name


def test_every_sheet_is_linked_and_belongs_to_a_layer() -> None:
    shell = (view.TEMPLATES / "layout" / "shell.html").read_text(encoding="utf-8")
    for path in _own_sheets():
        assert f'"{path.stem}"' in shell
        assert "@layer" in path.read_text(encoding="utf-8")


def test_colours_come_from_the_tokens_only() -> None:
    for path in _own_sheets():
        found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", path.read_text(encoding="utf-8")))
        assert found <= ({"#000"} if path.name == "print.css" else set()), path.name


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("text", "ground", 7),
        ("text", "ground-soft", 7),
        ("text-soft", "ground", 4.5),
        ("text-head", "ground-head", 7),
        ("link", "ground", 7),
        ("link-visited", "ground", 7),
        ("ground", "primary", 7),
        ("ground", "primary-hover", 7),
        ("ground", "danger", 4.5),
        ("error", "ground", 4.5),
        ("good", "good-ground", 4.5),
        ("caution", "caution-ground", 4.5),
        ("bad", "bad-ground", 4.5),
        ("unknown", "unknown-ground", 4.5),
        ("active", "active-ground", 4.5),
        ("active", "active-ground-soft", 4.5),
        ("quiet", "quiet-ground", 4.5),
        ("rule", "ground", 3),
        ("control-border", "ground", 3),
    ],
)
def test_each_pair_of_text_and_ground_can_be_read(text: str, ground: str, least: float) -> None:
    css = (view.STATIC / "vendor" / "design-tokens" / "tokens.css").read_text(encoding="utf-8")
    css += (view.STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    values: dict[str, str] = dict(re.findall(r"--([\w-]+):\s*([^;]+);", css))

    def colour(name: str) -> str:
        value = values[name]
        while found := re.fullmatch(r"var\(--([\w-]+)\)", value):
            value = values[found[1]]
        return value

    light, dark = sorted((_luminance(colour(text)), _luminance(colour(ground))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least
